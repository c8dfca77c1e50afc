"""The state of the list: URL -> Criteria -> URL. Every link to a list is made from a Criteria."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Self
from urllib.parse import quote_plus

from ..facets import FACETS, canonical_years
from .scopes import Scope

SORTS = ("relevance", "newest", "oldest", "title", "venue")

# Limits of what a URL may request. The rest is dropped, so that no address is expensive.
MAX_QUERY_LENGTH = 512
MAX_VALUE_LENGTH = 200
MAX_VALUES = 20
MAX_PAGE = 10_000
MAX_MORE = 4


@dataclass(frozen=True, slots=True)
class Criteria:
    """The state of the list. The defaults are the state at the bare address."""

    scope: Scope | None = None  # the part of the catalog; None: all of it
    q: str = ""  # as typed
    literal: bool = False  # match only the words as typed: no relaxation
    # Facet -> its selected values, for facets that have any. A value of `year` is "2023" or
    # "2019..2023"; either end of a range may be missing, and years before 1 are negative.
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""  # one of SORTS, or "": relevance with a query, the owner's order without
    page: int = 1
    more: int = 0  # the number of pages shown below that page
    open: tuple[str, ...] = ()  # slugs of the items whose abstract is open
    # The address of a selection that links of the list keep, for visitors without JavaScript.
    carried: str = ""

    @classmethod
    def from_args(cls, args: Mapping[str, Iterable[str]], scope: Scope | None = None) -> Self:
        """Read query parameters, each with its list of values. Invalid values are left out.

        `from` and `to` are the ends of a range of years, as a form sends them.
        """
        names = ("q", "literal", "sort", "page", "more", "from", "to")
        single = {name: next(iter(args.get(name, ())), "") for name in names}
        q = _clean(single["q"])[:MAX_QUERY_LENGTH]
        values = {name: _values(args.get(name, ())) for name in FACETS}
        years = (*args.get("year", ()), f"{single['from'].strip()}..{single['to'].strip()}")
        values["year"] = _values(map(canonical_years, years))
        return cls(
            scope=scope,
            q=q,
            literal=single["literal"] == "1" and bool(q.strip()),
            filters=_without_empty(values),
            sort=single["sort"] if single["sort"] in SORTS else "",
            page=_number(single["page"], 1, MAX_PAGE),
            more=_number(single["more"], 0, MAX_MORE),
            open=_values(args.get("open", ())),
        )

    def selected(self, facet: str) -> tuple[str, ...]:
        """Return the selected values of a facet."""
        return self.filters.get(facet, ())

    def pairs(self) -> list[tuple[str, str]]:
        """Return the canonical query parameters: in a fixed order, without defaults."""
        pairs = self._scope_pairs()
        pairs += [("q", self.q)] if self.q.strip() else []
        pairs += [("literal", "1")] if self.literal else []
        pairs += [(name, value) for name in FACETS for value in self.filters.get(name, ())]
        pairs += [("sort", self.sort)] if self.sort else []
        pairs += [("page", str(self.page))] if self.page > 1 else []
        pairs += [("more", str(self.more))] if self.more else []
        pairs += [("open", slug) for slug in self.open]
        return pairs

    def _scope_pairs(self) -> list[tuple[str, str]]:
        """Return the selection that the list is or keeps; a person and a named list need none."""
        address = self.scope.address if self.scope else self.carried
        return [("of", address)] if address else []

    def query_string(self) -> str:
        """Return `pairs` percent-encoded, with a leading "?"; "" if there are none."""
        pairs = self.pairs()
        return f"?{_encode(pairs)}" if pairs else ""

    def with_(self, **changes: object) -> Self:
        """Return a copy. Any change but one of the page itself starts at the first page."""
        changes = {"page": 1, "more": 0, **changes}
        if all(getattr(self, name) == value for name, value in changes.items()):
            return self  # the usual case when a list is rendered; a copy takes ten times as long
        return replace(self, **changes)  # type: ignore[arg-type]

    def with_values(self, facet: str, values: tuple[str, ...]) -> Self:
        """Return a copy with these values of a facet selected, and no others of it."""
        return self.with_(filters=_without_empty({**self.filters, facet: values}))

    def toggled(self, facet: str, value: str) -> Self:
        """Return a copy with a value of a facet selected, or deselected if it is selected."""
        values = self.selected(facet)
        if value in values:
            return self.with_values(facet, tuple(other for other in values if other != value))
        return self.with_values(facet, (*values, value))

    def query_string_adding(self, facet: str) -> tuple[str, str]:
        """Return the parts of a query string before and after a value of a facet that it adds.

        For many values this is faster than `toggled(facet, value).query_string()` for each.
        """
        pairs = [pair for pair in self.pairs() if pair[0] not in ("page", "more")]
        order = ("of", "q", "literal", *FACETS)
        names = order[: order.index(facet) + 1]
        before = _encode(pair for pair in pairs if pair[0] in names)
        after = _encode(pair for pair in pairs if pair[0] not in names)
        return f"?{before}&{facet}=" if before else f"?{facet}=", after and f"&{after}"

    def without_filters(self) -> Self:
        """Return a copy without selected values."""
        return self.with_(filters={})


# Percent-encode a value. Cached, since a list has the same words in dozens of addresses.
quote_value = lru_cache(maxsize=4096)(quote_plus)


def _encode(pairs: Iterable[tuple[str, str]]) -> str:
    """Return pairs as a query string. Their names need no encoding."""
    return "&".join([f"{name}={quote_value(value)}" for name, value in pairs])


def _clean(text: str) -> str:
    """Replace control characters and lone surrogates by spaces, for logs, headers and URLs."""
    return "".join(c if c.isprintable() or c == " " else " " for c in text)


def _values(values: Iterable[str]) -> tuple[str, ...]:
    cleaned = (_clean(value).strip()[:MAX_VALUE_LENGTH] for value in values)
    return tuple(dict.fromkeys(filter(None, cleaned)))[:MAX_VALUES]


def _without_empty(filters: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return filters in the order of the facets, without those that have no values."""
    return {name: values for name in FACETS if (values := filters.get(name, ()))}


def _number(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        return least
    return min(max(int(text), least), most)
