"""The environment in which Alembic runs migrations: the application's, or a given connection."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from webapp.store.connections import without_references
from webapp.store.tables import db


def run(connection: Connection) -> None:
    """Run the migrations of an Alembic command, all or none."""
    context.configure(
        connection=connection, target_metadata=db.metadata, render_as_batch=True, compare_type=True
    )
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    with without_references(current_app.extensions["migrate"].db.engine) as connection:
        run(connection)
