"""Run by alembic: the steps are taken on the connection, and in the transaction, of the caller."""

from alembic import context

from connectors.notebook.tables import METADATA, VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    render_as_batch=True,  # SQLite changes a table by copying it
)
context.run_migrations()
