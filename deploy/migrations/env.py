"""Alembic's entry: runs the numbered migrations on the connection that `ravi migrate` hands over."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table_schema="platform")
with context.begin_transaction():
    context.run_migrations()
