"""The keys that make documents and person numbers unreadable; they live outside the database."""
