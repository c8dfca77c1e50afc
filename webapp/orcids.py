"""ORCID iDs, which tell people apart. Source: https://support.orcid.org, structure of the iD."""

import re
from typing import Final

ADDRESS: Final = "https://orcid.org/"
PATTERN: Final = re.compile(
    r"(?:https?://(?:www\.)?orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])/?", re.IGNORECASE
)


def read_orcid(text: str) -> str:
    """Return the ORCID iD that a text is, alone or as an address; "" if it is none.

    >>> read_orcid("https://orcid.org/0000-0002-1825-0097")
    '0000-0002-1825-0097'
    """
    match = PATTERN.fullmatch(text.strip())
    orcid = match[1].upper() if match else ""
    return orcid if orcid and has_check_character(orcid) else ""


def has_check_character(orcid: str) -> bool:
    """Return whether the last character of an ORCID iD fits the others (ISO 7064 MOD 11-2)."""
    total = 0
    for digit in orcid.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11] == orcid[-1]
