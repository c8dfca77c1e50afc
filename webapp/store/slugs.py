"""Slugs: citation keys as parts of URLs, made of ASCII letters, digits, "-" and "_"."""

import re
import unicodedata
from collections.abc import Container
from itertools import chain, count

MAX_LENGTH = 100


def unique_slug(key: str, taken: Container[str]) -> str:
    """Return the slug for a citation key, numbered if it is taken."""
    plain = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9_]+", "-", plain.lower()).strip("-")
    return numbered(slug[:MAX_LENGTH] or "publication", taken)


def numbered(name: str, taken: Container[str]) -> str:
    """Return the name, with "-2", "-3" and so on appended if it is taken."""
    candidates = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(candidate for candidate in candidates if candidate not in taken)
