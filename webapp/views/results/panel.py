"""The filter panel: facets with some of their values, as links that select or deselect them.

DESIGN. While the panel is open, a choice moves nothing in it: the same values stay in the same
order, and only their counts and links change. So that the server need not remember them, the
browser sends the states that they were chosen for with each request for the list, in the parameter
`panel`: "?q=x" for the panel, "venue?find=acl&q=x" for a facet that lists all its values. Without
`panel`, or after a search for other words, the values are chosen for the requested list.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import parse_qs

from ...catalog import Catalog, Criteria, quote_value
from ...facets import FACETS
from ...folding import fold
from ..language import gettext
from .filters import field_noun, value_label

SHOWN: Final = 6  # values of a facet in the panel, besides the selected ones
LISTED: Final = 200  # of all values at most, besides the selected ones; letters find the others
MAX_LETTERS: Final = 100

Counts = Sequence[tuple[str, int]]


class FacetValues(NamedTuple):
    """The values to show of a facet, in order."""

    name: str
    values: tuple[str, ...]
    has_more: bool
    find: str | None = None  # the letters that find them among all values; None for a few values
    state: str = ""  # "venue?find=acl&q=x" with `find`


class Choice(NamedTuple):
    """A value of a facet, as a link that selects or deselects it."""

    id: str  # "venue=ACM+TOG", of the element
    label: str
    publications: int  # their number
    query_string: str
    selected: bool


@dataclass(frozen=True, slots=True)
class FacetChoices:
    """A facet with the values to show, as links."""

    label: str
    noun: str  # the label within a sentence: "venue"
    plural: str
    shown: FacetValues
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """The values that an open panel shows, and the state that they were chosen for."""

    state: str
    facets: tuple[FacetValues, ...]

    @property
    def values(self) -> dict[str, tuple[str, ...]]:
        """The values by facet."""
        return {facet.name: facet.values for facet in self.facets}


def hold_panel(catalog: Catalog, criteria: Criteria, states: Iterable[str]) -> Panel:
    """Return the panel that was made for these states, to show it beside another list."""
    parsed = dict(_parse_state(state, criteria) for state in states)
    made_for, _ = parsed.get("", (criteria.with_(open=()), ""))
    hits = catalog.find_hits(made_for, 1)
    facets = []
    for facet in choose_values(made_for, hits.facets, hits.total):
        if facet.name not in parsed:
            facets.append(facet)
            continue
        facet_made_for, find = parsed[facet.name]
        facets.append(find_values(catalog, facet_made_for, facet.name, find)[0])
    return Panel(made_for.query_string(), tuple(facets))


def _parse_state(state: str, criteria: Criteria) -> tuple[str, tuple[Criteria, str]]:
    """Return the facet of a state, "" for the panel, with its list and the letters to find.

    The list is that of `criteria` if it has other words.
    """
    name, _, query = state.partition("?")
    args = parse_qs(query)
    made_for = Criteria.from_args(args, criteria.scope)
    if (made_for.q, made_for.literal) != (criteria.q, criteria.literal):
        made_for = criteria
    return name, (made_for.with_(open=()), args.get("find", [""])[0])


def choose_values(
    criteria: Criteria, counts: Mapping[str, Counts], total: int
) -> Iterator[FacetValues]:
    """Yield the facets that are selected or would narrow a list of `total` publications."""
    for name in FACETS:
        values = counts.get(name, ())
        narrows = len(values) > 1 and any(count != total for _, count in values)
        if narrows or criteria.selected(name):
            yield FacetValues(name, *_selected_first(criteria, name, values, SHOWN))


def find_values(
    catalog: Catalog, criteria: Criteria, name: str, find: str
) -> tuple[FacetValues, Counts]:
    """Return the values that contain the letters `find`, or are selected, and their counts."""
    find = find[:MAX_LETTERS]
    facet, letters, selected = FACETS[name], fold(find).strip(), criteria.selected(name)
    if facet.has_labels:  # few values, and visitors type letters of their labels
        counts: Counts = [
            (value, count)
            for value, count in catalog.count_values(criteria, name)
            if letters in fold(value_label(name, value)) or value in selected
        ]
    else:  # up to one more than are listed
        counts = catalog.count_values(criteria, name, letters, LISTED + len(selected) + 1)
    query = criteria.query_string().replace("?", "&", 1)
    values, has_more = _selected_first(criteria, name, counts, LISTED)
    state = f"{name}?find={quote_value(find)}{query}"
    return FacetValues(name, values, has_more, find, state), counts


def _selected_first(
    criteria: Criteria, name: str, counts: Counts, limit: int
) -> tuple[tuple[str, ...], bool]:
    """Return the selected values and up to `limit` others, and whether there are more."""
    selected = set(criteria.selected(name))
    first = [value for value, _ in counts if value in selected] if selected else []
    others = [value for value, _ in counts if value not in selected]
    return (*first, *others[:limit]), len(others) > limit


def make_facet(criteria: Criteria, shown: FacetValues, counts: Counts) -> FacetChoices:
    """Return a facet with the values to show as links from a list of these criteria.

    `counts` are those of the list; a value that is not among them has 0 publications.
    """
    name = shown.name
    facet, selected, publications = FACETS[name], set(criteria.selected(name)), dict(counts)
    before, after = criteria.query_string_adding(name)
    choices = []
    for value in shown.values:
        is_selected, quoted = value in selected, quote_value(value)
        choices.append(
            Choice(
                id=f"{name}={quoted}",
                label=value_label(name, value),
                publications=publications.get(value, 0),
                query_string=criteria.toggled(name, value).query_string()
                if is_selected
                else f"{before}{quoted}{after}",
                selected=is_selected,
            )
        )
    return FacetChoices(
        label=gettext(facet.label),
        noun=field_noun(name),
        plural=gettext(facet.plural),
        shown=shown,
        choices=tuple(choices),
    )
