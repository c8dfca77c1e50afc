"""A page of the list, ready for `publications/_results.html`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Self

from ...catalog import MAX_MORE, WAYS, Criteria, Page
from ...records import Record
from ...telemetry.requests import ListResult
from ..language import gettext, ngettext
from ..templating import shortened
from ..urls import Urls
from .alternatives import Alternative
from .chart import Axis, Chart, make_chart
from .filters import (
    Chip,
    Order,
    SuggestedFilter,
    YearRange,
    field_noun,
    is_selection,
    make_chips,
    make_orders,
    make_suggestions,
    make_year_range,
    quoted,
    selected_labels,
)
from .items import Item, Presenter
from .mathml import FormulaBudget
from .panel import FacetChoices, Panel, choose_values, make_facet

# Numbered links on each side of the current page. The first and last page always have one.
NEIGHBOURS = 2
MAX_STATE_LABEL = 100  # characters; a tab shows about 30, a search engine 60
# The outcome to log of a search that was relaxed, by SearchResult.rewritten; else it is "found".
_OUTCOMES = {"spelling": "corrected", "split": "corrected"}
_OUTCOMES |= {"partial": "partial", "phrase": "partial"}


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link in the pagination. One without a number is the gap between others."""

    number: int | None = None
    query_string: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """The items, with or without years as headings, and everything around them."""

    page: Page
    criteria: Criteria  # canonical: an existing page, and only opened items that are on it
    groups: tuple[tuple[str, tuple[Item, ...]], ...]  # heading, items; a single group has none
    by_year: bool
    count: str
    searched: bool  # whether there is a query or a filter
    page_links: tuple[PageLink, ...]
    facets: tuple[FacetChoices, ...]
    panel_state: str  # the query string of the list that the values of facets were chosen for
    chart: Chart | None  # None with fewer than two years
    chips: tuple[Chip, ...]
    orders: tuple[Order, ...]  # empty if there is nothing to sort
    selected: tuple[Item, ...] = ()  # selected works, above the list
    suggestions: tuple[SuggestedFilter, ...] = ()
    alternatives: tuple[Alternative, ...] = ()  # if there are no results

    @property
    def query_string(self) -> str:
        return self.criteria.query_string()

    @property
    def query_label(self) -> str:
        """The query to show in quotation marks: without those around all of it."""
        return self.criteria.q.strip().strip('"“”„‟«»＂')

    @property
    def result(self) -> ListResult:
        """The outcome to count and to log."""
        if not self.criteria.q.strip():
            return ListResult("", self.page.total)
        outcome = _OUTCOMES.get(self.page.hits.rewritten, "found") if self.page.total else "nothing"
        return ListResult(outcome, self.page.total)

    @property
    def pages_label(self) -> str:
        """The shown pages: "page 2 of 9", or "pages 2–3 of 9"."""
        first, more, pages = self.criteria.page, self.criteria.more, self.page.pages
        if not more:
            return gettext("page %(page)s of %(pages)s", page=first, pages=pages)
        last = first + more
        return gettext("pages %(first)s–%(last)s of %(pages)s", first=first, last=last, pages=pages)

    @property
    def more_query(self) -> str | None:
        """The query string that shows one more page below; None if there is none."""
        last = self.criteria.page + self.criteria.more
        if last >= self.page.pages or self.criteria.more == MAX_MORE:
            return None
        return replace(self.criteria, more=self.criteria.more + 1, open=()).query_string()

    @property
    def more_items(self) -> int:
        """The number of items that `more_query` adds."""
        size = len(self.page.records) // (1 + self.criteria.more)
        shown = (self.criteria.page - 1) * size + len(self.page.records)
        return min(size, self.page.total - shown)

    def last_page(self, size: int) -> Self:
        """Return a copy with only the items of its last page; a page has `size` items."""
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
    def state_label(self) -> str:
        """The state, shortened for titles: "agents, Mirella Lapata, 2021"."""
        return shortened(", ".join(state_parts(self.criteria)), MAX_STATE_LABEL)

    @property
    def summary(self) -> str:
        """The count and what the list was searched for: "2 results for “ir” with year “2025”"."""
        query = self.criteria.q.strip()
        filters = ", ".join(
            gettext("%(field)s %(values)s", field=field_noun(name), values=quoted(labels))
            for name, labels in selected_labels(self.criteria)
        )
        if query and filters:
            return gettext(
                "%(results)s for “%(query)s” with %(filters)s",
                results=self.count,
                query=query,
                filters=filters,
            )
        if query:
            return gettext("%(results)s for “%(query)s”", results=self.count, query=query)
        if filters:
            return gettext("%(results)s with %(filters)s", results=self.count, filters=filters)
        return self.count

    @property
    def level(self) -> int:
        """The level of the items' headings, below the years if there are any."""
        return 3 if self.by_year or self.selected else 2

    @property
    def year_range(self) -> YearRange:
        return make_year_range(self.criteria)

    @property
    def export_query(self) -> str:
        """The query string that exports the list: all pages, nothing opened."""
        return self.criteria.with_(open=()).query_string()

    @property
    def indexable(self) -> bool:
        """Whether search engines may index this page: pages of unfiltered lists of the owner."""
        criteria = self.criteria
        return not (self.searched or criteria.sort or criteria.carried or is_selection(criteria))

    @property
    def ways(self) -> tuple[str, ...]:
        """How items can be rearranged: those of a selection, and moved only in its order."""
        if not is_selection(self.criteria):
            return ()
        return WAYS[-1:] if self.searched or self.criteria.sort else WAYS

    @property
    def other_pairs(self) -> list[tuple[str, str]]:
        """What a form that changes the selection sends besides."""
        return [pair for pair in self.criteria.pairs() if pair[0] != "open"]

    @property
    def previous_query(self) -> str | None:
        """The query string of the previous page."""
        return self._neighbour(-1)

    @property
    def next_query(self) -> str | None:
        """The query string of the next page."""
        return self._neighbour(1 + self.criteria.more)

    @property
    def query_without_words(self) -> str:
        return self.criteria.with_(q="", sort="", literal=False, open=()).query_string()

    @property
    def query_without_filters(self) -> str:
        return self.criteria.without_filters().with_(open=()).query_string()

    @property
    def literal_query(self) -> str:
        return self.criteria.with_(literal=True, open=()).query_string()

    def _neighbour(self, step: int) -> str | None:
        number = self.criteria.page + step
        if not 1 <= number <= self.page.pages:
            return None
        return _query_string(self.criteria, number)


def make_listing(
    page: Page,
    presenter: Presenter,
    urls: Urls,
    axis: Axis | None,
    panel: Panel | None,
    *,
    selected: Sequence[Record] = (),
) -> Listing:
    """Return the listing of a page, with the panel if one is open.

    `selected` are the works above the list.
    """
    highlighter = page.hits.highlighter if page.query else None
    budget = FormulaBudget()
    opened = set(page.criteria.open)
    order = page.criteria.sort or ("relevance" if page.query else page.order)
    by_year = order in ("newest", "oldest")
    selected_items = [presenter.item(record, None, urls, budget=budget) for record in selected]
    items = [
        presenter.item(
            item.record,
            highlighter,
            urls,
            opened=item.record.slug in opened,
            with_year=not by_year,
            versions=item.versions,
            passage=page.hits.passages.get(item.id),
            budget=budget,
        )
        for item in page.listed
    ]
    present = tuple(
        slug for slug in page.criteria.open if any(item.record.slug == slug for item in items)
    )
    criteria = replace(page.criteria, open=present)
    counts, unopened = page.hits.facets, criteria.with_(open=())
    hold = panel is not None
    panel = panel or Panel(
        unopened.query_string(), tuple(choose_values(criteria, counts, page.total))
    )
    return Listing(
        page=page,
        criteria=criteria,
        groups=_by_year(items) if by_year else (("", tuple(items)),),
        by_year=by_year,
        count=count_label(page.total, criteria),
        searched=is_searched(criteria),
        page_links=_page_links(criteria, page.pages),
        facets=tuple(
            make_facet(unopened, shown, counts.get(shown.name, ())) for shown in panel.facets
        ),
        panel_state=panel.state,
        chart=make_chart(criteria, page.hits.facets["year"], axis) if axis else None,
        chips=tuple(make_chips(criteria, page.query)),
        orders=_orders(page, hold=hold),
        selected=tuple(selected_items),
        suggestions=tuple(make_suggestions(criteria, page.hits.suggestions)),
    )


def state_parts(criteria: Criteria) -> list[str]:
    """Return the words and the labels of the selected values, the years last."""
    labels = (label for _, labels in selected_labels(criteria) for label in labels)
    return [part for part in (criteria.q.strip(), *labels) if part]


def _orders(page: Page, *, hold: bool) -> tuple[Order, ...]:
    """Return the orders; with `hold`, also for a single item: without them the panel would move."""
    if (page.total < 2 and not hold) or not page.indexed:
        return ()
    return tuple(make_orders(page.criteria, page.query, page.order))


def _by_year(items: Sequence[Item]) -> tuple[tuple[str, tuple[Item, ...]], ...]:
    groups = groupby(items, key=lambda item: item.heading)
    return tuple((heading, tuple(group)) for heading, group in groups)


def is_searched(criteria: Criteria) -> bool:
    """Return whether there is a query or a filter."""
    return bool(criteria.q.strip() or criteria.filters)


def count_label(total: int, criteria: Criteria) -> str:
    """Return the number of publications of a list: "79 results" of a search."""
    if is_searched(criteria):
        return ngettext("%(number)s result", "%(number)s results", total)
    return ngettext("%(number)s publication", "%(number)s publications", total)


def _query_string(criteria: Criteria, number: int) -> str:
    return criteria.with_(page=number, open=()).query_string()


def _page_links(criteria: Criteria, pages: int) -> tuple[PageLink, ...]:
    if pages == 1:
        return ()
    near = range(criteria.page - NEIGHBOURS, criteria.page + NEIGHBOURS + 1)
    numbers = sorted({1, pages, *(n for n in near if 1 <= n <= pages)})
    links: list[PageLink] = []
    for number in numbers:
        if links and number - (links[-1].number or 0) > 1:
            links.append(PageLink())
        current = criteria.page <= number <= criteria.page + criteria.more
        links.append(PageLink(number, _query_string(criteria, number), current))
    return tuple(links)
