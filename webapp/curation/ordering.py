"""The owner's order: moving one publication to another place in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ..catalog import Catalog
from ..errors import CatalogChangedError
from ..records import Record
from ..store import publications, queries
from ..store.connections import CatalogRevision, Transaction, reading, revision_of
from ..store.edits import POSITION_STEP, Edit

Place = Literal["first", "up", "down", "last"]
PLACES: Final[tuple[Place, ...]] = ("first", "up", "down", "last")
_ATTEMPTS: Final = 5  # at moving, while others keep saving


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The publications around one in the list, in the owner's order."""

    before: Sequence[Record]
    after: Sequence[Record]
    number: int  # its place in the list, from 1; 0 if the list does not have it
    total: int


def neighbours(catalog: Catalog, id_: int, count: int) -> Neighbours:
    """Return up to `count` publications before and after one, and its place in the list."""
    with reading(catalog.database) as connection:
        ids = [listed for listed, _ in queries.listed_positions(connection, id_)]
        index = ids.index(id_)
        around = [*ids[max(0, index - count) : index], *ids[index + 1 : index + 1 + count]]
        loaded = publications.load(connection, around, whole=False)
    return Neighbours(
        before=[loaded[near].record for near in around if near in ids[:index]],
        after=[loaded[near].record for near in around if near not in ids[:index]],
        number=index + 1,
        total=len(ids),
    )


def move(
    catalog: Catalog, id_: int, place: Place | int, command: str, who: str
) -> CatalogRevision | None:
    """Move a publication and return the new revision; None if it is there already.

    `place` is a place in the list, or the id of the publication after which it will be. Raises
    CatalogChangedError if others saved something between each of five attempts.
    """
    for _ in range(_ATTEMPTS):
        with reading(catalog.database) as connection:
            revision = revision_of(connection)
            edits = _edits(connection, id_, place)
        if not edits:
            return None
        try:
            return catalog.save(edits, command, expected=revision, who=who)
        except CatalogChangedError:
            continue
    raise CatalogChangedError("Others are saving at the same time. Nothing was saved. Try again.")


def _edits(connection: Transaction, id_: int, place: Place | int) -> list[Edit]:
    rows = queries.listed_positions(connection, id_)
    ids = [listed for listed, _ in rows]
    if id_ not in ids:
        return []
    index = ids.index(id_)
    others = ids[:index] + ids[index + 1 :]
    target = _target(others, index, place)
    if target == index:
        return []
    positions = dict(rows)
    if target == len(others):
        position = queries.last_position(connection) + POSITION_STEP
    elif target == 0:
        position = positions[others[0]] - POSITION_STEP
    else:
        lower = positions[others[target - 1]]
        upper = queries.next_position(connection, lower, id_)
        if upper - lower < 2:
            return _renumbered(connection, [*others[:target], id_, *others[target:]])
        position = lower + (upper - lower) // 2
    stored = publications.load(connection, [id_])[id_]
    return [Edit(stored.record, id_, position)]


def _target(others: Sequence[int], index: int, place: Place | int) -> int:
    """Return the number of other publications that will be before the moved one."""
    if place == "first":
        return 0
    if place == "last":
        return len(others)
    if place == "up":
        return max(0, index - 1)
    if place == "down":
        return min(len(others), index + 1)
    return others.index(place) + 1 if place in others else index


def _renumbered(connection: Transaction, order: Sequence[int]) -> list[Edit]:
    """Return edits that give all publications new positions: those of the list in this order.

    Each of the others, which the list does not have, stays behind the one before it.
    """
    place = {id_: number for number, id_ in enumerate(order)}
    listed = -1
    ids: list[tuple[int, bool, int, int]] = []
    for id_ in queries.ids_in_order(connection):
        listed = place.get(id_, listed)
        ids.append((listed, id_ not in place, len(ids), id_))
    edits: list[Edit] = []
    for chunk in publications.chunks([id_ for *_, id_ in sorted(ids)]):
        loaded = publications.load(connection, chunk)
        for id_ in chunk:
            position = (len(edits) + 1) * POSITION_STEP
            edits.append(Edit(loaded[id_].record, id_, position))
    return edits
