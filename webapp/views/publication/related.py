"""What a publication's page says of those that are related to it, and why they are."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ...catalog.catalog import Kinship
from ...search.engine import Related
from ..results.highlighting import EMPTY, marked
from ..results.items import issued
from ..results.mathml import FormulaBudget

PEOPLE_SHOWN = 3  # before "and 2 others"
TAGS_SHOWN = 3

# A name in another script leaves its neighbours in place.
_NAME = Markup("<bdi>{}</bdi>")
_GAP = Markup(" · ")


@dataclass(frozen=True, slots=True)
class RelatedItem:
    """A related publication, ready to print."""

    slug: str
    language: str
    title: Markup
    issued: Markup
    reason: Markup  # "also by Tianqi Chen and Zihao Ye · shared words: tensor, tiling"


def related_items(found: Iterable[Kinship], formulas: FormulaBudget) -> list[RelatedItem]:
    """The items; `formulas` is what the page can still draw."""
    return [
        RelatedItem(
            slug=kinship.record.slug,
            language=kinship.record.language,
            title=marked(kinship.record.title or "Untitled", (), formulas),
            issued=issued(kinship.record, None, formulas),
            reason=_GAP.join(_reasons(kinship.shared)),
        )
        for kinship in found
    ]


def _reasons(shared: Related) -> Iterator[Markup]:
    if shared.people:
        yield Markup("also by ") + _people(shared.people)
    if tags := shared.tags[:TAGS_SHOWN]:
        yield (Markup("keywords: ") if len(tags) > 1 else Markup("keyword: ")) + _listed(tags)
    if shared.words:
        yield Markup("shared words: ") + _listed(shared.words)


def _people(names: Sequence[str]) -> Markup:
    """ "A", "A and B", "A, B, C and 6 others"."""
    hidden = len(names) - PEOPLE_SHOWN
    if hidden > 1:
        return _listed(names[:PEOPLE_SHOWN]) + f" and {hidden} others"
    *others, last = names
    return (_listed(others) + " and " if others else EMPTY) + _NAME.format(last)


def _listed(names: Iterable[str]) -> Markup:
    return Markup(", ").join(map(_NAME.format, names))
