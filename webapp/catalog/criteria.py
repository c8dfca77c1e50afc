"""What a visitor asks for: URL -> Criteria -> URL. Every link to a list is made by it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self
from urllib.parse import quote_plus

FACETS = ("year", "venue", "author", "type", "tag")
SORTS = ("relevance", "newest", "oldest", "title", "venue")

# What a URL may ask for; the rest is dropped, so that no address is expensive.
MAX_QUERY_LENGTH = 256
MAX_VALUE_LENGTH = 200
MAX_VALUES = 20
MAX_PAGE = 10_000
MAX_MORE = 4


@dataclass(frozen=True, slots=True)
class Criteria:
    """The state of the list. Defaults are what the bare address shows."""

    q: str = ""  # as typed
    literal: bool = False  # search for exactly that, no spelling mended
    year: tuple[str, ...] = ()  # "2023" or "2019..2023", either bound may be missing
    venue: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    sort: str = ""  # one of SORTS, or empty: relevance with a query, the owner's order without
    page: int = 1
    more: int = 0  # how many pages are shown below that one
    open: tuple[str, ...] = ()  # slugs of the items whose abstract is open

    @classmethod
    def from_args(cls, args: Mapping[str, Iterable[str]]) -> Self:
        """Read query parameters, each with its list of values; what is not valid is left out.

        `from` and `to` are the two bounds of a range of years, as a form has them.
        """
        names = ("q", "literal", "sort", "page", "more", "from", "to")
        single = {name: next(iter(args.get(name, ())), "") for name in names}
        q = _clean(single["q"])[:MAX_QUERY_LENGTH]
        return cls(
            q=q,
            literal=single["literal"] == "1" and bool(q.strip()),
            sort=single["sort"] if single["sort"] in SORTS else "",
            page=_number(single["page"], 1, MAX_PAGE),
            more=_number(single["more"], 0, MAX_MORE),
            year=_years((*args.get("year", ()), _range(single["from"], single["to"]))),
            **{name: _values(args.get(name, ())) for name in ("venue", "author", "type", "tag")},
            open=_values(args.get("open", ())),
        )

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """The chosen values of each facet that has any."""
        return {name: values for name in FACETS if (values := getattr(self, name))}

    def pairs(self) -> list[tuple[str, str]]:
        """The canonical query parameters: fixed order, defaults left out."""
        pairs = [("q", self.q)] if self.q.strip() else []
        pairs += [("literal", "1")] if self.literal else []
        pairs += [(name, value) for name in FACETS for value in getattr(self, name)]
        pairs += [("sort", self.sort)] if self.sort else []
        pairs += [("page", str(self.page))] if self.page > 1 else []
        pairs += [("more", str(self.more))] if self.more else []
        pairs += [("open", slug) for slug in self.open]
        return pairs

    def query_string(self) -> str:
        """`pairs` percent-encoded, with a leading "?" when there is anything."""
        pairs = self.pairs()
        return f"?{_encoded(pairs)}" if pairs else ""

    def with_(self, **changes: object) -> Self:
        """A copy; a change of anything but the page itself starts at the first page."""
        changes = {"page": 1, "more": 0, **changes}
        if all(getattr(self, name) == value for name, value in changes.items()):
            return self  # mostly, as a list begins: a copy takes ten times as long
        return replace(self, **changes)  # type: ignore[arg-type]

    def toggled(self, facet: str, value: str) -> Self:
        """A copy with the value of a facet added, or removed when it is there."""
        values = getattr(self, facet)
        if value in values:
            return self.with_(**{facet: tuple(v for v in values if v != value)})
        return self.with_(**{facet: (*values, value)})

    def around(self, facet: str) -> tuple[str, str]:
        """What stands before and after a value not chosen in the query string that adds it.

        Quicker than `toggled(facet, value).query_string()` for each of many values.
        """
        pairs = [pair for pair in self.pairs() if pair[0] not in ("page", "more")]
        place = ("q", "literal", *FACETS).index(facet) + 1
        names = ("q", "literal", *FACETS)[:place]
        before = _encoded(pair for pair in pairs if pair[0] in names)
        after = _encoded(pair for pair in pairs if pair[0] not in names)
        return f"?{before}&{facet}=" if before else f"?{facet}=", after and f"&{after}"

    def without_filters(self) -> Self:
        """A copy with no facet chosen."""
        return self.with_(**dict.fromkeys(FACETS, ()))


# A value as it stands in an address; a list says the same words in dozens of them.
quoted = lru_cache(maxsize=4096)(quote_plus)


def _encoded(pairs: Iterable[tuple[str, str]]) -> str:
    """Pairs as they stand in an address; their names need no encoding."""
    return "&".join([f"{name}={quoted(value)}" for name, value in pairs])


def is_year_range(text: str) -> bool:
    """Whether text is "2023", "2019..2023", "2019.." or "..2023"."""
    first, dots, last = text.partition("..")
    years = [year for year in (first, last) if year]
    return bool(years) and (not dots or len(years) <= 2) and all(map(_is_year, years))


def _years(values: Iterable[str]) -> tuple[str, ...]:
    return _values(value for value in values if is_year_range(value))


def _range(first: str, last: str) -> str:
    """The range between two bounds in either order, one of which may be missing."""
    first, last = first.strip(), last.strip()
    if _is_year(first) and _is_year(last):
        first, last = sorted((first, last), key=int)
    return first if first == last else f"{first}..{last}"


def _is_year(text: str) -> bool:
    return len(text) <= 4 and text.isascii() and text.isdigit()


def _clean(text: str) -> str:
    """Control characters and lone surrogates become spaces: no log, header or URL gets them."""
    return "".join(c if c.isprintable() or c == " " else " " for c in text)


def _values(values: Iterable[str]) -> tuple[str, ...]:
    kept = (value for raw in values if (value := _clean(raw).strip()[:MAX_VALUE_LENGTH]))
    return tuple(dict.fromkeys(kept))[:MAX_VALUES]


def _number(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        return least
    return min(max(int(text), least), most)
