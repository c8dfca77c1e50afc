"""The state of a publication: everything that an edit can change and the history can restore."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, insert, select

from .. import plain_records
from ..records import LINK_KINDS, Record
from . import publications
from .tables import FormerSlug

_SLUG = re.compile(r"[A-Za-z0-9_-]+")
_MAX_POSITION = 1 << 53
_MAX_YEAR = 9_999


@dataclass(frozen=True, slots=True)
class State:
    """A publication at one revision."""

    record: Record
    position: int
    former_slugs: tuple[str, ...] = ()  # sorted

    def plain(self) -> dict[str, Any]:
        """Return the state as JSON data; `of_plain` is the inverse."""
        return {
            "position": self.position,
            "former_slugs": list(self.former_slugs),
            **plain_records.plain(self.record),
        }

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> "State":
        """Return the state that JSON data from `plain` describes.

        Raises ValueError, TypeError or KeyError for data that `plain` does not produce.
        """
        values = dict(plain)
        position, former = values.pop("position"), values.pop("former_slugs")
        state = cls(plain_records.record_of(values), position, tuple(former))
        _adapter().validate_python(asdict(state))
        json.dumps(state.plain(), ensure_ascii=False).encode()  # half of a surrogate pair fails
        for number, most in ((position, _MAX_POSITION), (state.record.year or 0, _MAX_YEAR)):
            if type(number) is not int or abs(number) > most:
                raise ValueError(f"{state.record.key} has a number that Octavo does not write")
        slugs = (state.record.slug, *state.former_slugs)
        kinds = {link.kind for link in state.record.links}
        if not all(map(_SLUG.fullmatch, slugs)) or not kinds <= LINK_KINDS.keys():
            raise ValueError(f"{state.record.key} has a slug or a link that Octavo does not write")
        if state.plain().keys() != plain.keys():
            raise ValueError(f"{state.record.key} lacks a part")
        return state


@cache
def _adapter() -> TypeAdapter[State]:
    """Return the validator of types. It is built on demand: only commands use it."""
    return TypeAdapter(State)


def load_states(connection: Connection, ids: Iterable[int]) -> dict[int, State]:
    """Read current states by id. Ids without a publication are left out."""
    states: dict[int, State] = {}
    for chunk in publications.chunks(list(ids)):
        former: dict[int, list[str]] = defaultdict(list)
        query = select(FormerSlug.publication_id, FormerSlug.slug)
        rows = connection.execute(query.where(FormerSlug.publication_id.in_(chunk)))
        for id_, slug in rows:
            former[id_].append(slug)
        for id_, stored in publications.load(connection, chunk).items():
            # Sorted here, because a database may order texts by the rules of a language.
            states[id_] = State(stored.record, stored.position, tuple(sorted(former[id_])))
    return states


def write_former_slugs(connection: Connection, slugs: Mapping[int, tuple[str, ...]]) -> None:
    """Replace the former slugs of publications, by id."""
    for chunk in publications.chunks(list(slugs)):
        connection.execute(delete(FormerSlug).where(FormerSlug.publication_id.in_(chunk)))
    rows = [{"slug": slug, "publication_id": id_} for id_ in slugs for slug in slugs[id_]]
    if rows:
        connection.execute(insert(FormerSlug), rows)
