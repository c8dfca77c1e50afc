"""Publications as a list shows them, ready for `publications/_publications.html`."""

from collections.abc import Iterable
from dataclasses import dataclass

from jinja2 import Environment
from markupsafe import Markup

from ...config import Settings
from ...formats import inline
from ...formats.exporting import in_plain_text
from ...formats.web.scholar import coins
from ...owner_files import OwnerFiles
from ...records import Record
from ...search.engine import Highlighter, Passage
from ..language import gettext
from ..markup import EMPTY, join
from ..urls import Urls
from .bylines import COMMA, Byline, Bylines, Names
from .highlighting import MAX_SEARCHED, around_formulas, highlight, matching_spans
from .labels import ItemLabel, citation_labels, item_labels, notice_labels
from .links import LabelledUrl, issued_year, record_links, version_links
from .mathml import FormulaBudget
from .passages import PdfPassage, pdf_passage
from .people import People
from .previews import Preview, Previews
from .record_cache import cached_by_record

LONG_VENUE = 30  # characters; a longer name may need three lines in the margin, which has two

_VENUE_START = Markup('<span class="venue">')
_VENUE_END = Markup("</span>")


@dataclass(frozen=True, slots=True)
class Item:
    """A publication of a list."""

    record: Record
    url: str
    title: Markup
    byline: Byline
    authors_url: str  # of all names, if the list leaves most of them out
    issued: Markup  # "ASPLOS, 2023"
    snippet: Markup  # of the abstract, if it matches words that match nowhere else
    passage: PdfPassage | None  # of a PDF, if the item matches only with it
    tick: Markup  # the box that selects it
    actions: Markup  # abstract, citations and links; COinS for Zotero
    labels: tuple[ItemLabel, ...]  # notices, award and note, citations
    preview: Preview | None
    versions: tuple[LabelledUrl, ...] = ()  # of the same work

    @property
    def heading(self) -> str:
        """The heading above the item in a list by year."""
        if self.record.is_forthcoming:
            return gettext("Forthcoming")
        return issued_year(self.record) or gettext("Undated")


@dataclass(frozen=True, slots=True)
class _Unsearched:
    """The parts of an item that are the same in every search."""

    names: Names
    byline: Byline
    tick: Markup
    actions: Markup  # with the abstract closed
    preview: Preview | None


class Presenter:
    """Turns records into items, according to the settings of the site."""

    def __init__(
        self, settings: Settings, templates: Environment, files: OwnerFiles, people: People
    ) -> None:
        """`files` are the owner's, to which links lead and in which previews are."""
        self.people = people
        self._files = files
        self._shows_citations = settings.citations
        macros = templates.get_template("publications/_record.html").module
        self._bylines = Bylines(people, settings.authors_shown, macros.name)  # type: ignore[attr-defined]
        self._previews = Previews(files.folder) if settings.previews else None
        self._render_actions = macros.actions  # type: ignore[attr-defined]
        self._render_tick = macros.tick  # type: ignore[attr-defined]
        self._unsearched = cached_by_record(self._make_unsearched, files.refresh)

    def item(
        self,
        record: Record,
        highlighter: Highlighter | None,
        urls: Urls,
        *,
        opened: bool = False,
        with_year: bool = True,
        versions: Iterable[Record] = (),
        passage: Passage | None = None,
        budget: FormulaBudget | None = None,
    ) -> Item:
        """Return an item; its abstract is part of it if `opened`.

        `with_year` is unset below the heading of a year. `versions` are the other versions of the
        same work, and `passage` is the part of a PDF that matches; `budget` is what the page has
        left for formulas.
        """
        budget = budget or FormulaBudget()
        unsearched = self._unsearched(record, urls)
        byline = self._bylines.matching(unsearched.names, highlighter) or unsearched.byline
        snippet = EMPTY
        if highlighter and not opened:
            snippet = _snippet(record, byline, highlighter, budget)
        title = title_of(record)
        title_html = highlight(title, matching_spans(highlighter, title, "title"), budget)
        issued_html = issued(record, highlighter, budget, with_year=with_year)
        actions = unsearched.actions
        if opened and (abstract := paragraphs(record.abstract, highlighter, budget)):
            actions = self._actions(record, urls, abstract)
        return Item(
            record=record,
            url=urls.publication(record.slug),
            title=title_html,
            byline=byline,
            authors_url=urls.authors(record.slug),
            issued=issued_html,
            snippet=snippet,
            passage=pdf_passage(passage, highlighter, urls) if passage and highlighter else None,
            tick=unsearched.tick,
            actions=actions,
            labels=(
                *notice_labels(record),
                *item_labels(record, highlighter, budget),
                *(citation_labels(record) if self._shows_citations else ()),
            ),
            preview=unsearched.preview,
            versions=version_links(versions, urls),
        )

    def whole_byline(self, record: Record, highlighter: Highlighter | None, urls: Urls) -> Byline:
        """Return the byline with all names, of which a list hides many."""
        names = self._bylines.names(record, urls)
        spans = matching_spans(highlighter, names.text, "authors")
        return self._bylines.byline(names, spans, whole=True)

    def _make_unsearched(self, record: Record, urls: Urls) -> _Unsearched:
        names = self._bylines.names(record, urls)
        return _Unsearched(
            names=names,
            byline=self._bylines.byline(names),
            tick=self._render_tick(record, "of"),
            actions=self._actions(record, urls),
            preview=self._previews.preview(record, urls) if self._previews else None,
        )

    def _actions(self, record: Record, urls: Urls, abstract: tuple[Markup, ...] = ()) -> Markup:
        html: Markup = self._render_actions(
            record,
            record_links(self._files.with_existing(record), urls),
            coins(in_plain_text(record)),
            urls,
            abstract,
        )
        return html


def title_of(record: Record) -> str:
    return record.title or gettext("Untitled")


def paragraphs(
    abstract: str, highlighter: Highlighter | None = None, budget: FormulaBudget | None = None
) -> tuple[Markup, ...]:
    """Return the paragraphs of an abstract, highlighted."""
    budget = budget or FormulaBudget()
    return tuple(
        highlight(paragraph, matching_spans(highlighter, paragraph, "abstract"), budget)
        for paragraph in inline.paragraphs(abstract)
    )


def issued(
    record: Record,
    highlighter: Highlighter | None = None,
    budget: FormulaBudget | None = None,
    *,
    with_year: bool = True,
) -> Markup:
    """Return venue and year, highlighted: "ASPLOS, 2023", or the venue alone.

    A long venue is an element, of which the margin shows two lines.
    """
    budget = budget or FormulaBudget()
    year = issued_year(record) if with_year else ""
    venue_html, year_html = (
        highlight(text, matching_spans(highlighter, text, "venue"), budget)
        for text in (record.venue, year)
    )
    comma = COMMA if record.venue and year else EMPTY
    if len(record.venue) > LONG_VENUE:
        return join([_VENUE_START, venue_html, comma, _VENUE_END, year_html])
    return join([venue_html, comma, year_html])


def _snippet(
    record: Record, byline: Byline, highlighter: Highlighter, budget: FormulaBudget
) -> Markup:
    abstract = inline.parse(record.abstract)
    shown = (
        (title_of(record), "title"),
        (record.venue, "venue"),
        (issued_year(record), "venue"),
        (byline.matched_text, "authors"),
    )
    window = highlighter.snippet(
        abstract.text[:MAX_SEARCHED],
        shown=[(inline.without_tags(text)[:MAX_SEARCHED], field) for text, field in shown],
    )
    if window is None:
        return EMPTY
    start, end = around_formulas(abstract.text, window)
    part = abstract.part(start, end)
    before = "… " if start else ""
    after = " …" if end < len(abstract.text) else ""
    return before + highlight(part, matching_spans(highlighter, part, "abstract"), budget) + after
