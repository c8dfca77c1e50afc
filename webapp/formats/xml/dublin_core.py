"""Publications as unqualified Dublin Core, `oai_dc`, which every harvester reads.

It follows BASE's Golden Rules and OpenAIRE's guidelines for literature, version 3: the first
identifier is the publication's page, names have the family name first, the year begins the date.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from ...records import OTHERS, Record, type_label
from ..exporting import first_field
from ..inline import to_plain
from ..names import inverted
from ..web.jsonld import same_as
from ..web.scholar import Addresses
from .writing import (
    file_addresses,
    has_pdf,
    is_open,
    iso_date,
    language_code,
    licence,
    semantic_type,
    text_elements,
)

NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_START: Final = (
    f'<oai_dc:dc xmlns:oai_dc="{NAMESPACE}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
)
_SEMANTICS: Final = "info:eu-repo/semantics/"


def write(record: Record, addresses: Addresses, versions: Sequence[Record] = ()) -> str:
    """Return a public record as an element `oai_dc:dc`; `versions` are its other versions."""
    people = [inverted(person) for person in record.authors if person != OTHERS]
    editors = [inverted(person) for person in record.editors if person != OTHERS]
    elements = {
        "title": [to_plain(record.title)],
        "creator": people or editors,
        "contributor": editors if people else [],
        "subject": record.tags,
        "description": [to_plain(record.abstract)],
        "publisher": [to_plain(first_field(record))],
        "date": [iso_date(record)],
        "type": [_SEMANTICS + semantic_type(record), type_label(record.type)],
        "format": ["application/pdf"] if has_pdf(record) else [],
        "identifier": [
            *(addresses.page, *same_as(record)),
            *file_addresses(record, addresses),
        ],
        "source": [_citation(record)],
        "language": [language_code(record)],
        "relation": [url for version in versions for url in same_as(version)],
        "rights": [
            *([f"{_SEMANTICS}openAccess"] if is_open(record) else []),
            licence(record),
        ],
    }
    content = "".join(text_elements(f"dc:{name}", values) for name, values in elements.items())
    return f"{_START}{content}</oai_dc:dc>"


def _citation(record: Record) -> str:
    """Return where a work appeared: "Journal of Tests, volume 3, number 2, pages 1–9"."""
    return ", ".join(_parts(record)) if record.container else ""


def _parts(record: Record) -> Iterator[str]:
    yield to_plain(record.container)
    for name in ("volume", "number", "issue", "pages"):
        if value := record.fields.get(name, ""):
            yield f"{name} {to_plain(value)}"
