"""Alembic revisions. They expand first and contract later, so two versions may run side by side."""
