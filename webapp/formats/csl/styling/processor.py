"""A CSL style, parsed once and preprocessed, with tables for its lookups."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any, Final, NamedTuple

from citeproc import DATES, NAMES, VARIABLES, model
from citeproc.source import Date, DateRange, LiteralDate, Name, Reference
from citeproc.string import String
from lxml import etree

from .elements import CORRECTED
from .groups import Item
from .names import COMPLETE, EMPHASIZED
from .richtext import BOLD, ITALIC, SUBSCRIPT, SUPERSCRIPT, from_source, marked, punctuated

FOLDER: Final = Path(__file__).resolve().parent.parent / "styles"
LOCALE: Final = FOLDER / "locales-en-US.xml"
_CSL = "{http://purl.org/net/xbiblio/csl}"
_XML = "{http://www.w3.org/XML/1998/namespace}"

_UNCITED: Final = ("abstract", "annote", "keyword")

# The form of a term that replaces one it does not have.
_FALLBACK: Final = {"verb-short": "verb", "symbol": "short", "verb": "long", "short": "long"}


class Phrase(NamedTuple):
    """A term of the locale."""

    single: String
    multiple: String


class Tables:
    """A mixin with lookups in the root's tables in place of citeproc-py's XPath searches."""

    def get_term(self: Any, name: str, form: str | None = None, **_: Any) -> Phrase | None:
        terms: dict[tuple[str, str], Phrase] = self.get_root().terms_by_name
        wanted: str | None = form or "long"
        while wanted:
            if phrase := terms.get((name, wanted)):
                return phrase
            wanted = _FALLBACK.get(wanted)
        return None

    def get_macro(self: Any, name: str) -> Any:
        return self.get_root().macros[name]


def _element_classes() -> dict[str, type]:
    """Return the class of each CSL element: citeproc-py's or the corrected one, with tables."""
    return {
        plain.__name__.replace("_", "-").lower(): type(
            plain.__name__, (Tables, CORRECTED.get(plain, plain)), {}
        )
        for plain in model.CitationStylesElement.__subclasses__()
    }


def _parse(file: Path) -> Any:
    lookup = etree.ElementNamespaceClassLookup()
    namespace = lookup.get_namespace(_CSL[1:-1])
    namespace.update(_element_classes())
    namespace[None] = model.CitationStylesElement
    parser = etree.XMLParser(remove_comments=True, remove_blank_text=True, no_network=True)
    parser.set_element_class_lookup(lookup)
    return etree.parse(file, parser).getroot()


_FORMATTER: Final = SimpleNamespace(
    preformat=str,
    Italic=lambda text: String(marked(ITALIC, text)),
    Oblique=lambda text: String(marked(ITALIC, text)),
    Bold=lambda text: String(marked(BOLD, text)),
    Superscript=lambda text: String(marked(SUPERSCRIPT, text)),
    Subscript=lambda text: String(marked(SUBSCRIPT, text)),
)


class Style:
    """A style. `render` is safe in any thread: a lock protects lxml's tree."""

    def __init__(self, name: str) -> None:
        self._file = FOLDER / f"{name}.csl"
        self._lock = Lock()

    def render(self, item: Mapping[str, Any]) -> str:
        """Return an item of CSL-JSON as rich text, without the number that some styles have."""
        cited = Item(reference(item))
        with self._lock:
            rendered = self._root.bibliography.layout.render_bibliography([cited])
        return punctuated("".join(str(text) for text in rendered))

    @cached_property
    def _root(self) -> Any:
        root = _parse(self._file)
        locale = _parse(LOCALE)
        own_locales = [own for own in root.iterfind(f"{_CSL}locale") if _is_english(own)]
        root.locales = [*own_locales, locale]
        for locale in root.locales:
            locale.style = root
        root.formatter = _FORMATTER
        root.terms_by_name = {}
        for locale in reversed(root.locales):
            root.terms_by_name.update(_terms(locale))
        root.macros = {macro.get("name"): macro for macro in root.iterfind(f"{_CSL}macro")}
        _expand_dates(root)
        _expand_names(root)
        _remove_numbers(root)
        return root


def _is_english(locale: Any) -> bool:
    return locale.get(f"{_XML}lang", "en") in ("en", "en-US")


def _terms(locale: Any) -> Iterator[tuple[tuple[str, str], Phrase]]:
    for term in locale.iterfind(f"{_CSL}terms/{_CSL}term"):
        forms = [term.findtext(f"{_CSL}{number}") for number in ("single", "multiple")]
        single, multiple = (String(text or term.text or "") for text in forms)
        yield (term.get("name"), term.get("form", "long")), Phrase(single, multiple)


def _expand_dates(root: Any) -> None:
    """Give each localized date its own parts, because citeproc-py changes those of the locale."""
    for date in root.iterfind(f".//{_CSL}date[@form][@variable]"):
        localized = root.get_date(date.attrib.pop("form"))
        shown = date.attrib.pop("date-parts", "year-month-day").split("-")
        own = {part.get("name"): dict(part.attrib) for part in date}
        for part in list(date):
            date.remove(part)
        if "delimiter" not in date.attrib and "delimiter" in localized.attrib:
            date.set("delimiter", localized.get("delimiter"))
        for part in localized:
            name = part.get("name")
            if name in shown:
                etree.SubElement(date, part.tag, {**part.attrib, **own.get(name, {})})


def _expand_names(root: Any) -> None:
    """Give all names a `cs:name`, except substitutes, which use that of the names they replace."""
    for names in root.iterfind(f".//{_CSL}names"):
        substitutes = any(parent.tag == f"{_CSL}substitute" for parent in names.iterancestors())
        if names.name is None and not substitutes:
            names.insert(0, etree.Element(f"{_CSL}name"))


def _remove_numbers(root: Any) -> None:
    """Remove the number, "[1]" or "1.", which a single citation does not have."""
    for text in root.bibliography.xpath_search(".//cs:text[@variable='citation-number']"):
        text.getparent().remove(text)


def reference(item: Mapping[str, Any]) -> Reference:
    """Return an item of CSL-JSON as a reference of citeproc-py, without unknown variables."""
    result = Reference("item", item.get("type", "article"))
    for name, value in item.items():
        variable = name.replace("-", "_")
        if variable in NAMES:
            result[variable] = [_with_keys(_name(person), person) for person in value]
        elif variable in DATES:
            if date := _date(value):
                result[variable] = date
        elif variable == "language":
            result[variable] = value
        elif variable in VARIABLES and variable not in _UNCITED:
            result[variable] = String(from_source(str(value)))
    return result


def _name(person: Mapping[str, str]) -> Name:
    if "literal" in person:
        return Name(literal=from_source(person["literal"]))
    parts = ("family", "given", "dropping-particle", "non-dropping-particle", "suffix")
    return Name(**{part: from_source(person[part]) for part in parts if person.get(part)})


def _with_keys(name: Name, person: Mapping[str, Any]) -> Name:
    for key in (EMPHASIZED, COMPLETE):
        if person.get(key):
            name[key] = True  # after the check of the arguments, which knows none
    return name


def _date(date: Mapping[str, Any]) -> Date | DateRange | LiteralDate | None:
    names = ("year", "month", "day")
    dates = [
        Date(**{name: int(part) for name, part in zip(names, parts, strict=False)})
        for parts in date.get("date-parts", ())
    ]
    if len(dates) == 2:
        return DateRange(begin=dates[0], end=dates[1])
    if dates:
        if date.get("circa"):
            dates[0]["circa"] = True  # after the check of the arguments, which knows none
        return dates[0]
    text = date.get("literal") or date.get("raw")
    return LiteralDate(from_source(re.sub(r"\s+", " ", text))) if text else None
