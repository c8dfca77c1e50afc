"""Related publications on a publication's page, each with the reason."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ...catalog import RelatedPublication
from ...search.engine import Related
from ..results.highlighting import EMPTY, marked
from ..results.items import issued
from ..results.mathml import FormulaBudget

PEOPLE_SHOWN = 3  # before "and 2 others"
TAGS_SHOWN = 3

# Isolate names: one in a right-to-left script must not reorder its neighbours.
_NAME = Markup("<bdi>{}</bdi>")
_GAP = Markup(" · ")


@dataclass(frozen=True, slots=True)
class RelatedItem:
    """A related publication as the template shows it."""

    slug: str
    language: str
    title: Markup
    issued: Markup
    reason: Markup  # "also by Tianqi Chen and Zihao Ye · shared words: tensor, tiling"


def related_items(
    related: Iterable[RelatedPublication], formulas: FormulaBudget
) -> list[RelatedItem]:
    """Return the items; `formulas` is the budget that the page has left."""
    return [
        RelatedItem(
            slug=publication.record.slug,
            language=publication.record.language,
            title=marked(publication.record.title or "Untitled", (), formulas),
            issued=issued(publication.record, None, formulas),
            reason=_GAP.join(_reasons(publication.shared)),
        )
        for publication in related
    ]


def _reasons(shared: Related) -> Iterator[Markup]:
    if shared.people:
        yield Markup("also by ") + _joined_people(shared.people)
    if tags := shared.tags[:TAGS_SHOWN]:
        yield (Markup("keywords: ") if len(tags) > 1 else Markup("keyword: ")) + _joined(tags)
    if shared.words:
        yield Markup("shared words: ") + _joined(shared.words)


def _joined_people(names: Sequence[str]) -> Markup:
    """Return "A", "A and B" or "A, B, C and 6 others"."""
    hidden = len(names) - PEOPLE_SHOWN
    if hidden > 1:
        return _joined(names[:PEOPLE_SHOWN]) + f" and {hidden} others"
    *others, last = names
    return (_joined(others) + " and " if others else EMPTY) + _NAME.format(last)


def _joined(names: Iterable[str]) -> Markup:
    return Markup(", ").join(map(_NAME.format, names))
