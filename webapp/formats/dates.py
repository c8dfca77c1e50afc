"""Dates as people and formats write them, to ISO 8601 as far as known."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from ..records import FORTHCOMING

MONTHS: Final = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
    "oct": 10, "nov": 11, "dec": 12, "mär": 3, "mai": 5, "okt": 10, "dez": 12, "fév": 2,
    "avr": 4, "jui": 6, "aoû": 8, "déc": 12,
}  # fmt: skip

MONTH_MACROS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"), *("jul", "aug", "sep", "oct", "nov", "dec"),
)  # fmt: skip

_ISO = re.compile(r"(-?\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:T[\d:.Z+-]*)?")
_ONE_DATE = r"-?\d{4}(?:-\d\d){0,2}[~?%]?"
_BIBLATEX = re.compile(rf"{_ONE_DATE}(?:/(?:{_ONE_DATE}|\.\.)?)?")
_SLASHED = re.compile(r"(\d{4})/(\d{1,2})?(?:/(\d{1,2}))?(?:/.*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_UNSPECIFIED = re.compile(r"(\d{2}|\d{3})[Xux]{1,2}")
_DECADE = re.compile(r"(\d{3})(?:0'?s|[-?])")
_ERA = re.compile(
    r"(?:(?:c|ca|circa|um)\b\.?\s*+)?(?:(?P<ad>A\.?D\.?\s)\s*+)?(?P<year>\d{1,4})\s*+"
    r"(?:(?P<bc>B\.?\s?C\.?(?:\s?E\.?)?|v\.\s?(?:Chr|u\.\s?Z)\.)|(?P<ce>C\.?\s?E\.?|A\.?D\.?|n\.\s?Chr\.))?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_MONTH = re.compile(r"[^\W\d_]{3,}")
_DAY = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")

NOT_YET: Final = re.compile(
    "|".join(FORTHCOMING)
    + r"|accepted for publication|submitted|under review|in preparation|in revision|n\.?\s?d\.?|"
    r"ongoing|present|draft|preprint",
    re.IGNORECASE,
)


# Of biblatex's `pubstate`, in words.
_STATES: Final = {
    "inpress": "in press", "inpreparation": "in preparation", "forthcoming": "forthcoming",
    "submitted": "submitted", "prepublished": "advance online publication",
    "toappear": "to appear", "tobepublished": "to be published", "underreview": "under review",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Date:
    """A date as "2025", "2025-03" or "2025-03-30"; a work without a date yet has it as written."""

    iso: str = ""
    year: int | None = None
    exact: bool = True  # whether `iso` has all that the text says


def from_date(written: str) -> Date:
    """Return the date of biblatex's `date`, which may be a range ("2024-05/2024-06") or "1984~"."""
    written = _with_ascii_digits(written)
    start = written.partition("/")[0] if not _SLASHED.fullmatch(written) else written
    bare = start.strip().rstrip("?~%")
    if match := _ISO.fullmatch(bare) or _SLASHED.fullmatch(bare):
        return _date(match[1], match[2], match[3], exact=bare == written.strip())
    if day_first := _DAY_FIRST.fullmatch(bare):
        return _date(day_first[3], day_first[2], day_first[1], exact=True)
    if unspecified := _UNSPECIFIED.fullmatch(bare):
        return Date(written, int(unspecified[1].ljust(4, "0")), exact=True)
    return _from_era(written) or from_words(written)


def _from_era(written: str) -> Date | None:
    """Return the date of "1990s", "44 BC", which is the year -43 of ISO 8601, and "AD 79"."""
    if decade := _DECADE.fullmatch(written.strip()):
        return Date(f"{decade[1]}X", int(decade[1] + "0"))
    era = _ERA.fullmatch(written.strip())
    if era and era["bc"]:
        year = 1 - int(era["year"])
        return Date(f"{'-' if year < 0 else ''}{abs(year):04}", year, exact=False)
    if era and (era["ad"] or era["ce"]):
        return Date(f"{int(era['year']):04}", int(era["year"]), exact=False)
    return None


def from_words(written: str) -> Date:
    """Return the date of "March 30, 2025", "30 Mar 2025", "2025 Mar-Apr" or "forthcoming"."""
    written = _with_ascii_digits(written)
    year = _YEAR.search(written)
    if not year:
        state = publication_state(written.strip())
        return Date(written.strip() if state.lower() == written.strip().lower() else state, None)
    rest = written[: year.start()] + " " + written[year.end() :]
    month = month_of(rest)
    day = _DAY.search(rest) if month else None
    left = _DAY.sub("", _MONTH.sub("", rest, count=1), count=1) if month else rest
    exact = not left.strip(" ,.")
    return _date(year[1], str(month) if month else None, day[1] if day else None, exact=exact)


def with_year(written: str, year: str) -> str:
    """Return a date, with the year if it has none: "June 5" and "2011" in two fields."""
    has_year = _YEAR.search(written) or not month_of(written)
    return written or year if has_year or not year else f"{year} {written}"


def to_fields(written: str) -> dict[str, str]:
    """Return a date in words as BibTeX's `year` and `month`, with biblatex's `date` if it is exact.

    "2016/10/19" has all three; "2019 Jan-Feb" has the month as written; "in press" is a year.
    """
    date = from_date(written)
    if date.year is None or not _ISO.fullmatch(date.iso):
        return {"year": written.strip()}
    year, *rest = date.iso.removeprefix("-").split("-")
    year = f"-{year}" if date.iso[0] == "-" else year
    if year not in _with_ascii_digits(written):  # "44 BC"
        return {"year": written.strip()}
    if date.exact or _BIBLATEX.fullmatch(written.strip()):
        exact = date.iso if date.exact else written.strip()
        month = {"month": MONTH_MACROS[int(rest[0]) - 1]} if rest else {}
        return {"date": exact, "year": year} | month
    words = re.sub(rf"(?<!\d){re.escape(year)}(?!\d)", "", _with_ascii_digits(written), count=1)
    return {"year": year, "month": " ".join(words.split()).strip(" ,.-/")}


def from_parts(year: str, month: str, day: str) -> Date:
    """Return the date of BibTeX's `year`, `month` and `day`."""
    year, month, day = map(_with_ascii_digits, (year, month, day))
    if not year.strip():
        return Date()
    if year.strip().isdecimal() and len(year.strip()) <= 4:
        number = int(year)
        if len(year.strip()) < 4:
            return Date(year.strip(), number)
        return _with_month(f"{number:04}", month, day)
    if re.fullmatch(r"-\d{1,4}", year.strip()):
        year = f"-{year.strip()[1:]:>04}"
    written = from_date(year)
    if written.year is None or not re.fullmatch(r"-?\d{4}", written.iso):  # a decade, 199X
        return written
    dated = _with_month(written.iso, month, day)
    return Date(dated.iso, dated.year, exact=written.exact and dated.exact)


def publication_state(written: str) -> str:
    """Return a state as text: "in press" for biblatex's "inpress"."""
    return _STATES.get(re.sub(r"[\s_-]+", "", written).lower(), written)


def _with_ascii_digits(written: str) -> str:
    """Return the text with digits of other scripts as 0 to 9; "²" is not a digit of a number."""
    if written.isascii():
        return written
    digits = {ord(sign): str(unicodedata.decimal(sign)) for sign in written if sign.isdecimal()}
    return written.translate(digits)


def _with_month(year: str, month: str, day: str) -> Date:
    number = month_of(month)
    in_month = _DAY.search(month) if number and not month.strip().isdecimal() else None
    first = day.strip() or (in_month[1] if in_month else "")
    exact = not month.strip() or month.strip().isdecimal() or _is_one_month(month, number)
    return _date(year, str(number) if number else None, first, exact=exact)


def _is_one_month(month: str, number: int | None) -> bool:
    return number is not None and len(_MONTH.findall(month)) == 1 and "-" not in month


def month_of(written: str) -> int | None:
    """Return 1 to 12, or None; of "July--August" the first."""
    bare = written.strip().rstrip(".")
    if bare.isdecimal():
        return int(bare) if len(bare) < 3 and 1 <= int(bare) <= 12 else None
    for word in _MONTH.findall(written):
        if number := MONTHS.get(word[:3].lower()):
            return number if not word.lower().startswith("juil") else 7
    return None


def _date(year: str, month: str | None, day: str | None, *, exact: bool) -> Date:
    iso, number = year, int(year)
    if month and month.isdecimal() and 1 <= int(month) <= 12:
        iso += f"-{int(month):02}"
        if day and day.isdecimal() and 1 <= int(day) <= 31:
            iso += f"-{int(day):02}"
    return Date(iso, number, exact)
