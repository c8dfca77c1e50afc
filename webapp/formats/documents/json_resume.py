"""Publications for a CV in the format of JSON Resume.

Fields: https://jsonresume.org/schema
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from ...records import Record
from ..exporting import first_field
from .document import Document
from .fields import container, iso_date, link, people, title

SCHEMA: Final = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"


def write(document: Document) -> Iterator[str]:
    """Yield a file with the owner's name and all publications."""
    basics = {"basics": {"name": document.author}} if document.author else {}
    publications = [_publication(record) for record in document.records]
    resume = {"$schema": SCHEMA, **basics, "publications": publications}
    yield json.dumps(resume, ensure_ascii=False, indent=2) + "\n"


def _publication(record: Record) -> dict[str, Any]:
    publication = {
        "name": title(record),
        "publisher": container(record) or first_field(record),
        "releaseDate": iso_date(record),
        "url": link(record),
        "summary": ", ".join(person.name for person in people(record)),
    }
    return {name: value for name, value in publication.items() if value or name == "name"}
