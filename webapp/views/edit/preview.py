"""A publication as visitors will see it, before it is saved."""

from dataclasses import dataclass, replace
from typing import Self

from ...records import Record
from ...site import site
from ...store.publications import Stored
from ..http.responses import catalog
from ..publication.page import PublicationPage
from ..results.items import Item
from ..templating import presenter
from ..urls import site_urls


@dataclass(frozen=True, slots=True)
class Preview:
    """An item of the list and the head of the publication's own page."""

    item: Item
    page: PublicationPage

    @classmethod
    def of(cls, stored: Stored, record: Record) -> Self:
        """Return the preview of a stored publication that has become `record`."""
        urls, shown = site_urls(), catalog().choices.apply(record)
        item = presenter().item(shown, None, urls, versions=catalog().versions_of(record))
        if item.byline.hidden:
            item = replace(item, byline=presenter().whole_byline(shown, None, urls))
        changed = replace(stored, record=record)
        page = PublicationPage.of(changed, catalog(), site().settings, urls)
        return cls(item, page)
