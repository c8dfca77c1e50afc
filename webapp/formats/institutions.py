"""Words that tell the name of an institution from that of a person."""

import re

_WORDS = re.compile(
    r"\b(?:of|for|the|academy|administration|agency|association|bureau|cent(?:er|re)|college"
    r"|commission|committee|consortium|corporation|council|department|foundation|group|institute"
    r"|laborator(?:y|ies)|library|ministry|museum|office|organi[sz]ation|project|school|society"
    r"|survey|team|trust|union|universi\w{2,5}|faculty|facultad|faculté|fakultät|instituto"
    r"|inc|ltd|gmbh|e\.u|u\.[kns])\b",
    re.IGNORECASE,
)


def is_institution(written: str) -> bool:
    """Return whether a name has a word that names of institutions have."""
    return _WORDS.search(written) is not None
