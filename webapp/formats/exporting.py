"""What the writers of several formats take from a record, and the options of an export."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from pylatexenc.latexencode import UnicodeToLatexEncoder

from ..records import Person, Record
from . import inline

# The fields that can name who published a work, in the order in which they are tried.
PUBLISHERS: Final = ("publisher", "school", "institution")

_TO_LATEX: Final = UnicodeToLatexEncoder(
    non_ascii_only=True,
    replacement_latex_protection="braces-all",
    unknown_char_policy="keep",
    unknown_char_warning=False,
)


def without_abstract(record: Record) -> Record:
    """Return the record without its abstract."""
    source = {name: value for name, value in record.source.items() if name != "abstract"}
    return replace(record, abstract="", source=source)


def in_plain_text(record: Record) -> Record:
    """Return the record without TeX and tags in its texts, but with the source as it is."""
    return _with_texts(record, inline.to_plain)


def without_elements(record: Record) -> Record:
    """Return the record without tags in its texts, but with TeX and with the source as it is."""
    return _with_texts(record, inline.without_elements)


def without_tex(record: Record) -> Record:
    """Return the record without TeX in its texts, but with tags and with the source as it is."""
    return _with_texts(record, inline.without_tex)


def _with_texts(record: Record, change: Callable[[str], str]) -> Record:
    return replace(
        record,
        title=change(record.title),
        venue=change(record.venue),
        container=change(record.container),
        abstract=change(record.abstract),
        fields={name: change(value) for name, value in record.fields.items()},
    )


def in_ascii(record: Record) -> Record:
    """Return the record with LaTeX in its source for the characters that LaTeX knows."""
    source = {name: _ascii(value) for name, value in record.source.items()}
    return replace(record, source=source)


def _ascii(value: str) -> str:
    return value if value.isascii() else str(_TO_LATEX.unicode_to_latex(value))


def first_field(record: Record, names: tuple[str, ...] = PUBLISHERS) -> str:
    """Return the value of the first of these fields that has one."""
    return next((record.fields[name] for name in names if record.fields.get(name)), "")


def short_container(record: Record) -> str:
    """Return the short form of the container title; empty if there is none."""
    return record.venue if record.container and record.venue != record.container else ""


def language(record: Record) -> str:
    """Return the language as a tag of BCP 47, or as the source names it."""
    return record.language or record.fields.get("language", "")


def first_url(record: Record, *kinds: str) -> str:
    """Return the URL of the first link of one of these kinds."""
    return next((link.url for link in record.links if link.kind in kinds), "")


def name_parts(person: Person, keys: tuple[str, str, str, str, str]) -> dict[str, str]:
    """Return the parts of a name that are not empty by the keys that a format has for them.

    `keys` are those of a literal name, family name, given name, particle and suffix.
    """
    parts = (person.literal, person.family, person.given, person.particle, person.suffix)
    return {key: part for key, part in zip(keys, parts, strict=True) if part}
