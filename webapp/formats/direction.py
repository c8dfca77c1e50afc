"""The direction of a text: left to right, or right to left."""

import unicodedata
from typing import Final

_STRONG: Final = frozenset({"L", "R", "AL"})


def direction(text: str) -> str:
    """Return "rtl" or "ltr" by the first letter that has a direction, as `dir="auto"` does."""
    kinds = map(unicodedata.bidirectional, text)
    return "rtl" if next((kind for kind in kinds if kind in _STRONG), "L") != "L" else "ltr"
