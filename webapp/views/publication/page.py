"""The publication's own page as one value for its template."""

from dataclasses import dataclass
from typing import Self

from markupsafe import Markup

from ...catalog import Catalog
from ...config import Settings
from ...formats.enrichment import Notice, notices
from ...formats.inline import to_plain
from ...records import Record
from ...store.publications import Stored
from ..http.responses import visible
from ..results.highlighting import highlight
from ..results.items import issued, paragraphs, title_of
from ..results.links import LabelledUrl, record_links, version_links
from ..results.mathml import FormulaBudget
from ..results.people import Name
from ..templating import presenter, shortened
from ..urls import Urls
from .citations import Choice, choices
from .details import Detail, details, marks_explained
from .metadata import HeadMetadata, addresses_of, head_metadata
from .related import RelatedItem, related_items
from .report import report_url


@dataclass(frozen=True, slots=True)
class PublicationPage:
    """What `publications/publication.html` shows of a publication."""

    record: Record
    title: Markup
    authors: list[Name]
    editors: list[Name]
    marks: Markup  # what the marks at names mean: "* Equal contribution"
    issued: Markup  # "ASPLOS, 2023"
    notices: tuple[Notice, ...]  # that it was retracted or corrected
    paragraphs: tuple[Markup, ...]  # of the abstract
    links: tuple[LabelledUrl, ...]
    details: list[Detail]
    description: str  # plain text, for search engines
    choices: tuple[Choice, ...]  # of a citation
    published: LabelledUrl | None  # the published version, where this is another one
    versions: tuple[LabelledUrl, ...]  # the other versions
    related: list[RelatedItem]
    report: str  # where visitors report an error; "" if nowhere
    canonical: str  # absolute URL of the published version, else of this page
    metadata: HeadMetadata

    @classmethod
    def of(cls, stored: Stored, catalog: Catalog, settings: Settings, urls: Urls) -> Self:
        """Return the page of a stored publication."""
        record, people = visible(stored.record), presenter().people
        others = catalog.versions_of(record)
        published = next((other for other in others if other.key == record.version_of), None)
        budget = FormulaBudget()  # spent in the order of the page
        return cls(
            record=record,
            title=highlight(title_of(record), (), budget),
            authors=people.names(record, record.authors, urls),
            editors=people.names(record, record.editors, urls),
            marks=marks_explained(record),
            issued=issued(record, None, budget),
            notices=notices(record),
            paragraphs=paragraphs(record.abstract, None, budget),
            links=record_links(record, urls),
            details=details(
                record,
                settings.public_fields,
                catalog.choices.venues.url(record),
                budget,
                with_citations=settings.citations,
            ),
            description=shortened(to_plain(record.abstract)) or to_plain(record.title),
            choices=choices(stored.record),
            published=version_links([published], urls)[0] if published else None,
            versions=version_links((other for other in others if other is not published), urls),
            related=related_items(catalog.related(stored, others), budget),
            report=urls.correction(record.slug)
            if settings.corrections
            else report_url(settings.report, record, addresses_of(record).page),
            canonical=addresses_of(published or record).page,
            metadata=head_metadata(record),
        )
