"""Run by Alembic: the connection comes from `cases.store.migrate`."""

from alembic import context

from cases.store.migrate import is_ours, plain_type
from cases.store.tables.all import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    include_object=is_ours,
    render_item=plain_type,
)
with context.begin_transaction():
    context.run_migrations()
