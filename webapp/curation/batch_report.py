"""What a change of several publications would do, as `octavo import --dry-run` reports a plan."""

from collections.abc import Iterator

from ..catalog import Catalog
from ..records import Record
from ..store.connections import reading
from .batch import BatchPlan
from .differences import changed_fields
from .duplicates import features
from .known_publications import KnownPublications
from .reports import doubt_lines, section
from .versions import ProposedJoin, propose_joins


def report_lines(catalog: Catalog, plan: BatchPlan) -> Iterator[str]:
    """Yield the lines of a plan, the most important first."""
    pairs = list(plan.changes())
    changed = [(before, after) for before, after in pairs if after]
    removed = [before.key for before, after in pairs if after is None]
    yield from doubt_lines([("", doubt) for doubt in plan.doubts], rest="")
    yield from section(
        "may be the same work",
        [f"{pair.published} {pair.other}  ({pair.why})" for pair in _alike(catalog, changed)],
        rest="",
    )
    yield from section("not there any more", plan.unknown, rest="")
    yield from section(
        "changed",
        [f"{new.key} ({', '.join(changed_fields(old, new))})" for old, new in changed],
        rest="",
    )
    yield from section("removed", removed, rest="")
    yield f"{len(plan.stored) - len(pairs)} unchanged"


def _alike(catalog: Catalog, changed: list[tuple[Record, Record]]) -> list[ProposedJoin]:
    """Return the possible duplicates of the publications whose title or number changes."""
    records = {new.key: new for old, new in changed if not {*features(new)} <= {*features(old)}}
    if not records:
        return []
    with reading(catalog.database) as connection:
        known = KnownPublications(connection)
        others = known.possible_duplicates(records.values(), known.by_key.keys() - records.keys())
        joins = propose_joins([*records.values(), *others])
    return [pair for pair in joins if not records.keys().isdisjoint((pair.published, pair.other))]
