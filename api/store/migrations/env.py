"""Alembic asks this file how to reach the database: by the connection it is handed."""

from __future__ import annotations

from alembic import context

from api.store import tables

context.configure(
    connection=context.config.attributes["connection"], target_metadata=tables.metadata
)
with context.begin_transaction():
    context.run_migrations()
