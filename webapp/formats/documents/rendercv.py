"""Publications for a CV of RenderCV: sections of PublicationEntry, in YAML.

Fields: https://docs.rendercv.com/user_guide/yaml_input_structure/cv/
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from ...records import Person, Record
from .document import Document
from .fields import container, iso_date, link, people, title

_TITLE: Final = "Publications"
_SYNTAX = re.compile(r"[\\`*_\[\]]")  # of Markdown, in which RenderCV reads texts


def write(document: Document) -> Iterator[str]:
    """Yield a file with a section for each group, whose names are those of the document."""
    sections: dict[str, list[dict[str, Any]]] = {}
    heading = document.title or _TITLE
    for section in document.sections:
        heading = section.heading if section.level == 1 and section.heading else heading
        entries = [_entry(record, document) for record in section.records]
        if entries:
            sections.setdefault(heading, []).extend(entries)
    cv: dict[str, Any] = {"name": document.author} if document.author else {}
    yield yaml.safe_dump(
        {"cv": cv | {"sections": sections}}, allow_unicode=True, sort_keys=False, width=100_000
    )


def _entry(record: Record, document: Document) -> dict[str, Any]:
    """Return a publication. The own name has the three stars of RenderCV's examples."""
    own = document.own_people(record)
    entry = {
        "title": _escaped(title(record)),
        "authors": [_name(person, own) for person in people(record)],
        "doi": record.doi,
        "url": "" if record.doi else link(record),
        "journal": _escaped(container(record)),
        "date": iso_date(record) or record.date,
    }
    required = ("title", "authors")
    return {name: value for name, value in entry.items() if value or name in required}


def _name(person: Person, own: frozenset[Person]) -> str:
    name = _escaped(person.name)
    return f"***{name}***" if person in own else name


def _escaped(text: str) -> str:
    return _SYNTAX.sub(r"\\\g<0>", text)
