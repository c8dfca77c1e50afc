"""Works as Crossref's REST API returns them, to items of CSL-JSON.

They have lists where CSL has text, `name` for groups, types of their own and JATS in abstracts.
Source: https://github.com/CrossRef/rest-api-doc/blob/master/api_format.md
"""

from typing import Any, Final

from ..json.items import Item, objects, words

_TYPES: Final = {
    "journal-article": "article-journal", "proceedings-article": "paper-conference",
    "book-chapter": "chapter", "book-section": "chapter", "book-part": "chapter",
    "book-track": "chapter", "reference-entry": "entry", "monograph": "book",
    "edited-book": "book", "reference-book": "book", "book-set": "book", "proceedings": "book",
    "posted-content": "article", "dissertation": "thesis", "report-component": "report",
    "report-series": "report", "peer-review": "review", "journal": "periodical",
    "journal-issue": "periodical", "component": "document", "database": "dataset",
    "grant": "document", "other": "document",
}  # fmt: skip
_DATES: Final = ("issued", "published", "published-print", "published-online", "posted", "created")
_PEOPLE: Final = ("author", "editor", "translator")


def is_work(item: Item) -> bool:
    """Return whether an item is a work of Crossref, by its type or its list of titles."""
    return item.get("type") in _TYPES or isinstance(item.get("title"), list)


def to_csl(work: Item) -> Item:
    """Return a work as an item of CSL-JSON."""
    item = {name: _first(value) for name, value in work.items()}
    short = _texts(work.get("short-container-title"))
    containers = _texts(work.get("container-title"))
    full = [title for title in containers if title not in short] or containers
    event = next(iter(objects([work.get("event")])), {})
    title, subtitle = _first(work.get("title")), _first(work.get("subtitle"))
    item |= {
        "type": _TYPES.get(words(work.get("type")), work.get("type")),
        "title": f"{title}: {subtitle}" if title and subtitle else title,
        "container-title": full[0] if full else "",
        "container-title-short": short[0] if short else "",
        "issued": next(filter(_year, (work.get(name) for name in _DATES)), None),
        "edition": work.get("edition-number"),
        "publisher": words(work.get("publisher")) or _institution(work),
        "publisher-place": work.get("publisher-location"),
        "event-title": event.get("name"),
        "event-place": event.get("location"),
        "number": work.get("number") or work.get("report-number"),
        "ISBN": words(_first(work.get("ISBN"))).rpartition("/")[2],
    }
    return item | {role: [_name(name) for name in objects(work.get(role))] for role in _PEOPLE}


def _institution(work: Item) -> str:
    """Return the name of the institution, of which older works have one and newer ones a list."""
    written = work.get("institution")
    institutions = objects([written] if isinstance(written, dict) else written)
    return next((words(institution.get("name")) for institution in institutions), "")


def _texts(value: Any) -> list[str]:
    return list(filter(None, map(words, value if isinstance(value, list) else [value])))


def _first(value: Any) -> Any:
    """Return the first text of a list of texts; any other value as it is."""
    return next(iter(_texts(value)), "") if isinstance(value, list) else value


def _year(date: Any) -> str:
    """Return the year of a date, or "" if it has none."""
    parts = date.get("date-parts") if isinstance(date, dict) else None
    first = parts[0] if isinstance(parts, list) and parts else None
    return words(first[0]) if isinstance(first, list) and first else ""


def _name(name: Item) -> Item:
    return {"literal": name["name"]} if words(name.get("name")) else name
