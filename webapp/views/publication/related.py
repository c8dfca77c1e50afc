"""Related publications on a publication's page, each with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from ...catalog import RelatedPublication
from ...records import Record
from ..results.highlighting import highlight
from ..results.items import issued, title_of
from ..results.mathml import FormulaBudget

PEOPLE_SHOWN = 3  # before "and 2 others"
TAGS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class RelatedItem:
    """A related publication, and what it shares with the one on the page."""

    record: Record
    title: Markup
    issued: Markup
    people: tuple[str, ...]
    hidden_people: int  # not among `people`; never just one
    tags: tuple[str, ...]
    words: tuple[str, ...]


def related_items(
    related: Iterable[RelatedPublication], budget: FormulaBudget
) -> list[RelatedItem]:
    """Return the items; `budget` is what the page has left for formulas."""
    return [_item(publication, budget) for publication in related]


def _item(publication: RelatedPublication, budget: FormulaBudget) -> RelatedItem:
    record, shared = publication.record, publication.shared
    hidden = len(shared.people) - PEOPLE_SHOWN
    cut = hidden > 1
    return RelatedItem(
        record=record,
        title=highlight(title_of(record), (), budget),
        issued=issued(record, None, budget),
        people=shared.people[:PEOPLE_SHOWN] if cut else shared.people,
        hidden_people=hidden if cut else 0,
        tags=shared.tags[:TAGS_SHOWN],
        words=shared.words,
    )
