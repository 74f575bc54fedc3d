"""What alembic runs: the migrations, in the transaction of whoever opens the store."""

from alembic import context

from pipeline.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
