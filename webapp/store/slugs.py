"""Slugs: citation keys as parts of URLs, made of ASCII letters, digits, "-" and "_".

The slug of a key in another script is made of the title, transliterated.
"""

import re
import unicodedata
from collections.abc import Container
from itertools import chain, count

from anyascii import anyascii

from ..formats.inline import to_plain
from ..formats.keys import safe_key
from ..records import Record

MAX_LENGTH = 100
_MAX_TITLE = 60  # characters of a title in a slug
_SYLLABLE = re.compile(r"(?<=[a-z])(?=[A-Z])")  # "ShenDu", as Chinese is transliterated


def slug_source(record: Record) -> str:
    """Return the text that the slug of a new record is made of.

    >>> slug_source(Record("Wang2020", "article", "深度学习", source={"ids": "王2020"}))
    'Shen-Du-Xue-Xi'
    """
    key = _key_as_written(record)
    if not _has_only_other_letters(key):
        return key
    words = re.findall(r"\w+", _SYLLABLE.sub("-", anyascii(to_plain(record.title))))
    title = "-".join(words)
    if len(title) > _MAX_TITLE:
        title = title[:_MAX_TITLE].rpartition("-")[0] or title[:_MAX_TITLE]
    return title or str(record.year or "")


def _key_as_written(record: Record) -> str:
    """Return the key of which the record's safe one was made: its address stays the same."""
    for alias in map(str.strip, record.source.get("ids", "").split(",")):
        safe = safe_key(alias)
        if alias != safe and record.key.removeprefix(safe).removeprefix("-").isdecimal():
            return f"{alias}{record.key.removeprefix(safe)}"
        if alias != safe and record.key == safe:
            return alias
    return record.key


def _has_only_other_letters(key: str) -> bool:
    """Return whether all letters of a key are outside the Latin script: "王2020"."""
    letters = [sign for sign in unicodedata.normalize("NFKD", key) if sign.isalpha()]
    return bool(letters) and not any(map(str.isascii, letters))


def unique_slug(key: str, taken: Container[str]) -> str:
    """Return the slug for a citation key, numbered if it is taken."""
    plain = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9_]+", "-", plain.lower()).strip("-")
    return numbered(slug[:MAX_LENGTH] or "publication", taken)


def numbered(name: str, taken: Container[str]) -> str:
    """Return the name, with "-2", "-3" and so on appended if it is taken."""
    candidates = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(candidate for candidate in candidates if candidate not in taken)
