"""What follows a name: "Jr.", "III", "père", "MD", "the Elder"."""

import re

_SUFFIX = re.compile(
    r"(?:jr|sr|jnr|snr|jun|sen|junior|senior|[ivx]+|\d+(?:st|nd|rd|th)|esq|bt|ret"
    r"|p[eè]re|fils|a[iî]n[eé]|cadet|filho|neto|j[uú]nior|sobrinho|segundo|hijo|st|ml|[CDKMO]BE"
    r"|(?:the|der|die|d\.)\s?(?:elder|younger|ältere|jüngere|[äj]\.)"
    r"|(?:ph|ed|d|sc|psy|pharm)\.?\s?d|m\.?\s?d|d\.?\s?phil|m\.?\s?sc|m\.?\s?a|r\.?\s?n"
    r"|s\.?\s?j|o\.?\s?p|o\.?\s?f\.?\s?m|o\.?\s?s\.?\s?b|f\.?\s?r\.?\s?s)\.?",
    re.IGNORECASE,
)
LAST_WORD = re.compile(r"(?:Jr|Sr|Jnr|Snr)\.?|II|III|IV|PhD|Ph\.D\.|M\.D\.|Esq\.")
_AT_END = re.compile(rf"{LAST_WORD.pattern}|[2-9](?:nd|rd|th)")
INSIDE = re.compile(rf"(.+?),\s*({LAST_WORD.pattern})")


def with_suffix(given: str) -> tuple[str, str]:
    """Return a given name and the suffix at its end: "Martin L" and "Jr"."""
    first, _, last = given.rpartition(" ")
    return (first, last) if first and _AT_END.fullmatch(last) else (given, "")


def is_suffix(written: str) -> bool:
    """Return whether a part of a name between commas is a known suffix."""
    return _SUFFIX.fullmatch(written) is not None
