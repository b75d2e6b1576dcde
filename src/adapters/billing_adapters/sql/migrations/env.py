"""What Alembic runs for every command, on the caller's connection and in its transaction."""

from alembic import context

from billing_adapters.sql.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=context.config.attributes["version_table"],
    render_as_batch=True,
)
context.run_migrations()
