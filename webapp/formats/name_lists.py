"""Several names on one line, as tagged formats and careless entries of BibTeX have them."""

import re

from .institutions import is_institution
from .markup import conversion
from .suffixes import is_suffix

_INITIALS = re.compile(r"(?:[^\W\d_]\.[\s-]?)+|[A-Z]{1,3}")
_INITIALS_FIRST = re.compile(r"(?:[^\W\d_]\.[\s-]?)++[^\W\d_][^\d_.]+")
_AMPERSAND = re.compile(r"\s\\?&\s")
_LAST_AND = re.compile(r",?\s(?:\\?&|and)\s")


def on_one_line(written: str) -> list[str]:
    """Return the names of "King, Ann; Roe, Jan" and "King, A., Roe, J., & Doe, B."."""
    if separate := _between_commas(written) or _between_ampersands(written):
        return separate
    if ";" not in written or "{" in written or "&" in conversion.name(written):
        return [written]
    lines = conversion.replace_semicolons(written, "\n").split("\n")
    return [name for name in map(str.strip, lines) if name]


def _between_commas(written: str) -> list[str]:
    """Return the names that only commas separate, if their initials tell them apart."""
    if "," not in written or "{" in written:
        return []
    parts = [part.strip() for part in _LAST_AND.sub(", ", written).split(",")]
    if len(parts) < 3:
        return []
    if all(map(_INITIALS_FIRST.fullmatch, parts)):  # A. King, J. Roe, B. Doe
        return parts
    if all(map(_is_full, parts)):  # Ann King, Jan Roe, Ludwig van Beethoven
        return parts
    families = [part.rpartition(" ")[::2] for part in parts]  # King A, Roe JP, Doe B
    return _pairs([part for pair in families for part in pair]) or _pairs(parts)


def _between_ampersands(written: str) -> list[str]:
    """Return the names of "King, Ann & Roe, Jan"."""
    names = [] if "{" in written else [name.strip() for name in _AMPERSAND.split(written)]
    return (
        names if len(names) > 1 and all(n.count(",") == 1 and n[-1] != "," for n in names) else []
    )


def _is_full(written: str) -> bool:
    """Return whether this is a given name and a family name: "Ludwig van Beethoven"."""
    words = written.split()
    return (
        2 <= len(words) <= 4
        and words[0][0].isupper()
        and words[-1][0].isupper()
        and len(words[-1].strip(".")) > 1
        and not (is_suffix(words[-1]) or is_institution(written))
    )


def _pairs(parts: list[str]) -> list[str]:
    """Return the names of a list of family names, each followed by initials."""
    pairs = list(zip(parts[::2], parts[1::2], strict=False))
    if (
        len(parts) < 4
        or len(parts) % 2
        or not all(
            any(map(str.islower, family))
            and not is_suffix(family)
            and _INITIALS.fullmatch(initials)
            for family, initials in pairs
        )
    ):
        return []
    return [", ".join(pair) for pair in pairs]
