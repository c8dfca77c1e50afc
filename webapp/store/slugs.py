"""Citation keys as parts of addresses: ASCII letters, digits, "-" and "_" only."""

import re
import unicodedata
from collections.abc import Container
from itertools import chain, count

MAX_LENGTH = 100


def unique_slug(key: str, taken: Container[str]) -> str:
    """The slug of a citation key that is not taken yet."""
    plain = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9_]+", "-", plain.lower()).strip("-")
    return numbered(slug[:MAX_LENGTH] or "publication", taken)


def numbered(name: str, taken: Container[str]) -> str:
    """The name, with "-2" and so on behind it while it is taken."""
    candidates = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(candidate for candidate in candidates if candidate not in taken)
