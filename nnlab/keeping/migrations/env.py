"""Alembic runs this file to migrate: it gives the connection that ``database`` has opened."""

from alembic import context

from nnlab.keeping.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
