"""Changes of the setting `editors`."""

from collections.abc import Sequence

from ..store import sessions
from ..store.connections import Database, reading, writing
from .events import log_event


def note_editors(database: Database, names: Sequence[str]) -> None:
    """Log who was added to the settings and who was removed; sessions of the latter end."""
    with reading(database) as connection:
        if sessions.list_editors(connection) == set(names):
            return
    with writing(database) as connection:
        added, removed = sessions.set_editors(connection, names)
    for name in added:
        log_event("editor_added", name)
    for name in removed:
        log_event("editor_removed", name)
