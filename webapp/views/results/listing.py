"""A page of the list, ready for its template."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Self

from ...catalog import MAX_MORE, Criteria, Page
from ...telemetry.requests import ListResult
from ..urls import Urls
from .alternatives import Alternative
from .chart import Axis, Chart, make_chart
from .filters import (
    Chip,
    FacetChoices,
    Order,
    YearRange,
    make_chips,
    make_facets,
    make_orders,
    make_year_range,
)
from .items import Item, Presenter
from .mathml import FormulaBudget

# Numbered links around the present page; the first and the last page are always among them.
NEIGHBOURS = 2
# What a search came to by how its words were changed (SearchResult.rewritten); else all were found.
_OUTCOMES = {"spelling": "corrected", "split": "corrected", "partial": "partial"}


@dataclass(frozen=True, slots=True)
class PageLink:
    """A place in the pagination. Without a number it stands for those left out."""

    number: int | None = None
    query_string: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """What the list shows: the items, alone or under their years, and what is said about them."""

    page: Page
    criteria: Criteria  # canonical: the page that there is, the opened items that are on it
    groups: tuple[tuple[str, tuple[Item, ...]], ...]  # heading, items; one without heading
    by_year: bool
    count: str
    searched: bool  # whether anything was asked for at all
    page_links: tuple[PageLink, ...]
    facets: tuple[FacetChoices, ...]
    chart: Chart | None  # None where there are fewer than two years
    chips: tuple[Chip, ...]
    orders: tuple[Order, ...]  # none where there is nothing to be ordered
    alternatives: tuple[Alternative, ...] = ()  # when nothing was found

    @property
    def query_string(self) -> str:
        return self.criteria.query_string()

    @property
    def found(self) -> ListResult:
        """What is counted and logged of it."""
        if not self.criteria.q.strip():
            return ListResult("", self.page.total)
        outcome = _OUTCOMES.get(self.page.hits.rewritten, "found") if self.page.total else "nothing"
        return ListResult(outcome, self.page.total)

    @property
    def shown(self) -> str:
        """Which pages: "page 2 of 9", or "pages 2–3 of 9"."""
        first, more, pages = self.criteria.page, self.criteria.more, self.page.pages
        return f"pages {first}–{first + more} of {pages}" if more else f"page {first} of {pages}"

    @property
    def more(self) -> str | None:
        """The query string that shows one more page below; None where there is none."""
        last = self.criteria.page + self.criteria.more
        if last >= self.page.pages or self.criteria.more == MAX_MORE:
            return None
        return replace(self.criteria, more=self.criteria.more + 1, open=()).query_string()

    @property
    def more_items(self) -> int:
        """The number of items that `more` adds."""
        size = len(self.page.records) // (1 + self.criteria.more)
        shown = (self.criteria.page - 1) * size + len(self.page.records)
        return min(size, self.page.total - shown)

    def last_page(self, size: int) -> Self:
        """The same with only the items of its last page, a page being of `size`."""
        skipped = self.criteria.more * size
        groups: list[tuple[str, tuple[Item, ...]]] = []
        for heading, items in self.groups:
            rest = items[skipped:]
            cut = 0 < skipped < len(items)
            skipped = max(skipped - len(items), 0)
            if rest:
                groups.append(("" if cut else heading, rest))
        return replace(self, groups=tuple(groups))

    @property
    def level(self) -> int:
        """Of the items' headings: years stand above them, or nothing does."""
        return 3 if self.by_year else 2

    @property
    def year_range(self) -> YearRange:
        return make_year_range(self.criteria)

    @property
    def export_query(self) -> str:
        """Of the whole list in another form: every page of it, nothing opened."""
        return self.criteria.with_(open=()).query_string()

    @property
    def indexable(self) -> bool:
        """Whether a search engine shall keep this page: the plain list, any page of it."""
        return not (self.searched or self.criteria.sort)

    @property
    def previous(self) -> str | None:
        """The query string of the page before."""
        return self._neighbour(-1)

    @property
    def next(self) -> str | None:
        """The query string of the page after."""
        return self._neighbour(1 + self.criteria.more)

    @property
    def address_without_query(self) -> str:
        return self.criteria.with_(q="", sort="", literal=False, open=()).query_string()

    @property
    def address_without_filters(self) -> str:
        return self.criteria.without_filters().with_(open=()).query_string()

    @property
    def literal_address(self) -> str:
        return self.criteria.with_(literal=True, open=()).query_string()

    def _neighbour(self, step: int) -> str | None:
        number = self.criteria.page + step
        if not 1 <= number <= self.page.pages:
            return None
        return _query_string(self.criteria, number)


def make_listing(
    page: Page, presenter: Presenter, urls: Urls, axis: Axis | None, *, newest_first: bool
) -> Listing:
    """`newest_first`: the order of the site when a visitor asks for none."""
    highlighter = page.hits.highlighter if page.query else None
    budget = FormulaBudget()
    opened = set(page.criteria.open)
    items = [
        presenter.item(
            record,
            highlighter,
            urls,
            opened=record.slug in opened,
            versions=page.versions.get(record.key, ()),
            budget=budget,
        )
        for record in page.records
    ]
    present = tuple(
        slug for slug in page.criteria.open if any(item.record.slug == slug for item in items)
    )
    criteria = replace(page.criteria, open=present)
    by_year = criteria.sort in ("newest", "oldest") or (
        newest_first and not criteria.sort and not page.query
    )
    searched = bool(criteria.q.strip() or criteria.filters)
    return Listing(
        page=page,
        criteria=criteria,
        groups=_by_year(items) if by_year else (("", tuple(items)),),
        by_year=by_year,
        count=_count(page.total, searched),
        searched=searched,
        page_links=_page_links(criteria, page.pages),
        facets=tuple(make_facets(criteria, page.hits.facets, page.total)),
        chart=make_chart(criteria, page.hits.facets["year"], axis) if axis else None,
        chips=tuple(make_chips(criteria, page.query)),
        orders=_orders(page, newest_first=newest_first),
    )


def _orders(page: Page, *, newest_first: bool) -> tuple[Order, ...]:
    if page.total < 2 or not page.indexed:
        return ()
    return tuple(make_orders(page.criteria, page.query, newest_first=newest_first))


def _by_year(items: Sequence[Item]) -> tuple[tuple[str, tuple[Item, ...]], ...]:
    groups = groupby(items, key=lambda item: item.heading)
    return tuple((heading, tuple(group)) for heading, group in groups)


def _count(total: int, searched: bool) -> str:
    noun = "result" if searched else "publication"
    return f"{total:,} {noun}" if total == 1 else f"{total:,} {noun}s"


def _query_string(criteria: Criteria, number: int) -> str:
    return criteria.with_(page=number, open=()).query_string()


def _page_links(criteria: Criteria, pages: int) -> tuple[PageLink, ...]:
    if pages == 1:
        return ()
    near = range(criteria.page - NEIGHBOURS, criteria.page + NEIGHBOURS + 1)
    numbers = sorted({1, pages, *(n for n in near if 1 <= n <= pages)})
    found: list[PageLink] = []
    for number in numbers:
        if found and number - (found[-1].number or 0) > 1:
            found.append(PageLink())
        current = criteria.page <= number <= criteria.page + criteria.more
        found.append(PageLink(number, _query_string(criteria, number), current))
    return tuple(found)
