"""Engines of files of SQLite that are not the database of the site."""

from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from ..connections import prepare_engine
from ..sqlite import url_of


def file_engine(path: Path) -> Engine:
    """Return an engine whose connections are closed after each use."""
    engine = create_engine(url_of(path), poolclass=NullPool)
    prepare_engine(engine)
    return engine
