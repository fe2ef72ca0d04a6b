"""Run migrations on the connection handed over, inside the transaction that its owner began and will end."""

from __future__ import annotations

from alembic import context

from gridmap.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
