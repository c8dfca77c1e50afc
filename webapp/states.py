"""All of a publication that a saving transaction can change and the history can bring back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from . import store
from .models import FormerSlug
from .records import Record


@dataclass(frozen=True, slots=True)
class State:
    """A publication at one revision."""

    record: Record
    position: int
    former_slugs: tuple[str, ...] = ()  # sorted

    def plain(self) -> dict[str, Any]:
        """The state as JSON holds it; `of_plain` leads back."""
        return {
            "position": self.position,
            "former_slugs": list(self.former_slugs),
            **store.plain(self.record),
        }

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> "State":
        values = dict(plain)
        position, former = values.pop("position"), values.pop("former_slugs")
        return cls(store.record_of(values), position, tuple(former))


def load_states(connection: Connection, ids: Iterable[int]) -> dict[int, State]:
    """Read the present states by id. Ids that are gone are left out."""
    states: dict[int, State] = {}
    for chunk in store.chunks(list(ids)):
        former: dict[int, list[str]] = defaultdict(list)
        rows = connection.execute(
            select(FormerSlug.publication_id, FormerSlug.slug)
            .where(FormerSlug.publication_id.in_(chunk))
            .order_by(FormerSlug.slug)
        )
        for id_, slug in rows:
            former[id_].append(slug)
        for id_, stored in store.load(connection, chunk).items():
            states[id_] = State(stored.record, stored.position, tuple(former[id_]))
    return states


def write_former_slugs(connection: Connection, slugs: Mapping[int, tuple[str, ...]]) -> None:
    """Replace the former slugs of publications, given by id."""
    for chunk in store.chunks(list(slugs)):
        connection.execute(delete(FormerSlug).where(FormerSlug.publication_id.in_(chunk)))
    rows = [
        {"slug": slug, "publication_id": id_} for id_, of_one in slugs.items() for slug in of_one
    ]
    if rows:
        connection.execute(insert(FormerSlug), rows)
