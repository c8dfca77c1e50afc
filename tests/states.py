"""Snapshots of a catalog, and random edits of one, for tests of the history."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from tests.conftest import running
from webapp.catalog.catalog import Catalog
from webapp.records import Person, Record
from webapp.site import site
from webapp.store import schema
from webapp.store.connections import reading
from webapp.store.edits import Edit
from webapp.store.states import State, load_states
from webapp.store.tables import Publication


@dataclass(frozen=True)
class Snapshot:
    """All publications of a catalog at one time, by id."""

    states: dict[int, State]

    @property
    def records(self) -> list[Record]:
        return [state.record for state in self.states.values()]

    def record_at(self, slug: str) -> Record | None:
        return next((record for record in self.records if record.slug == slug), None)

    @staticmethod
    @contextmanager
    def empty_catalog() -> Iterator[Catalog]:
        with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as app:
            with app.app_context():
                schema.prepare_database(app)
            yield site(app).catalog


def snapshot(catalog: Catalog) -> Snapshot:
    with reading(catalog.database) as connection:
        ids = list(connection.scalars(select(Publication.id).order_by(Publication.id)))
        return Snapshot(load_states(connection, ids))


def ids(catalog: Catalog) -> dict[str, int]:
    """Return the ids of all publications, by key."""
    return {state.record.key: id_ for id_, state in snapshot(catalog).states.items()}


def record(key: str, **values: Any) -> Record:
    return Record(**{"key": key, "type": "misc", "title": f"The title of {key}", **values})


WORDS = st.sampled_from(("", "a", "An example", "An exemplary example", "日本", "x" * 50))
PEOPLE = st.lists(st.builds(Person, family=WORDS, given=WORDS, equal=st.booleans()), max_size=3)


@st.composite
def edits_of(draw: st.DrawFn, present: Snapshot, number: int) -> list[Edit]:
    """Draw removals, changes, moves, renamings and additions for a snapshot."""
    edits = []
    keys = {state.record.key for state in present.states.values()}
    for id_, state in present.states.items():
        kind = draw(st.sampled_from(("leave", "remove", "change", "move", "rename")))
        if kind == "remove":
            edits.append(Edit(None, id_))
        elif kind == "move":
            edits.append(Edit(state.record, id_, draw(st.integers(1, 1 << 40))))
        elif kind in ("change", "rename"):
            key = f"{state.record.key}-{number}" if kind == "rename" else state.record.key
            former = tuple(sorted({*state.former_slugs, f"{key}-former"}))
            edits.append(
                Edit(draw(_records(key)), id_, former_slugs=former if kind == "rename" else None)
            )
    new_keys = (f"k{number}-{n}" for n in range(draw(st.integers(0, 3))))
    return [*edits, *(Edit(draw(_records(key))) for key in new_keys if key not in keys)]


@st.composite
def _records(draw: st.DrawFn, key: str) -> Record:
    fields = st.dictionaries(st.sampled_from(("note", "pages", "volume")), WORDS)
    return Record(
        key=key,
        type="misc",
        title=draw(WORDS),
        abstract=draw(WORDS),
        authors=tuple(draw(PEOPLE)),
        year=draw(st.none() | st.integers(1900, 2030)),
        tags=tuple(draw(st.lists(WORDS, max_size=3))),
        fields=draw(fields),
        source=draw(fields),
    )
