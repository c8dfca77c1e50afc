"""Elements of a style that citeproc-py renders differently from the reference."""

import re
from typing import Any, Final

from citeproc import model
from citeproc.source import VariableError
from citeproc.string import String

from . import case
from .groups import PART, CorrectedDate, CorrectedGroup, CorrectedNames, CorrectedSubstitute, Item
from .names import CorrectedName
from .richtext import QUOTED, marked

_MAX_DIGITS: Final = 18  # of a number; Python does not convert some thousands
_RANGE = re.compile(r"\s*([^\s–-]+)\s*[–-]+\s*([^\s–-]+)\s*")
_SEVERAL = re.compile(r"\w\s*[-–,&]\s*\w*\d")

_CASES: Final = {
    "capitalize-first": case.capitalized_first,
    "lowercase": case.lowercase,
    "title": case.title_case,
}


class Recased:
    """`text-case` in rich text. The words of the locale are English."""

    def case(self: Any, text: Any, language: str = "en") -> String:
        change = self.get("text-case")
        if change == "title" and language != "en":
            return String(text)
        return String(_CASES[change](str(text)) if change in _CASES else text)


class CorrectedText(Recased, model.Text):  # type: ignore[misc]
    """`cs:text`."""

    def process(self, item: Item, context: Any = None, **_: Any) -> tuple[Any, str]:
        text, language = super().process(item, context)
        return item.note(PART, text) if text and "macro" in self.attrib else text, language

    def quote(self, string: Any) -> String:
        quotes = self.get("quotes") == "true"
        return String(marked(QUOTED, string) if quotes else string)

    def _variable(self, item: Item, context: Any) -> Any:
        variable = self.get("variable")
        if variable == "year-suffix":
            return None
        try:
            hidden = variable in item.replaced
            value = None if hidden else super()._variable(item, context)
        except VariableError:
            value = None
        return item.note(variable, None if value is None else String(value))

    def _process(self, value: Any, variable: str) -> str:
        return pages(str(value), variable, self.get_root().get("page-range-format", ""))


class CorrectedNumber(Recased, model.Number):  # type: ignore[misc]
    """`cs:number`."""

    def process(self, item: Item, **_: Any) -> Any:
        variable = self.get("variable")
        name = variable.removesuffix("-first").replace("-", "_")
        value = str(item.reference.get(name, ""))
        return item.note(variable, self._formatted(variable, value))

    def _formatted(self, variable: str, value: str) -> str:
        if variable.startswith("page"):
            return pages(value, variable, self.get_root().get("page-range-format", ""))
        ordinal = self.get("form") in ("ordinal", "long-ordinal") and _is_number(value)
        return ordinal_number(int(value)) if ordinal else value


class CorrectedLabel(Recased, model.Label):  # type: ignore[misc]
    """`cs:label`."""

    def _is_plural(self, item: Any) -> bool:
        variable = self.get("variable").replace("-", "_")
        try:
            value = str(item.reference[variable])
        except VariableError:
            return False
        if variable.startswith("number_of"):
            return _is_number(value) and int(value) > 1
        return _SEVERAL.search(value) is not None


class CorrectedDatePart(Recased, model.Date_Part):  # type: ignore[misc]
    """`cs:date-part`."""


CORRECTED: Final = {
    model.Date: CorrectedDate,
    model.Group: CorrectedGroup,
    model.Names: CorrectedNames,
    model.Substitute: CorrectedSubstitute,
    model.Name: CorrectedName,
    model.Text: CorrectedText,
    model.Number: CorrectedNumber,
    model.Label: CorrectedLabel,
    model.Date_Part: CorrectedDatePart,
}


def _is_number(value: str) -> bool:
    return value.isdecimal() and len(value) <= _MAX_DIGITS


def ordinal_number(number: int) -> str:
    """Return "1st", "2nd", "11th"."""
    tenth = number % 100 // 10 == 1
    return f"{number}{'th' if tenth else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def pages(value: str, variable: str, form: str) -> str:
    """Return "100–112" for "100-112", or shorter by `page-range-format`; commas separate ranges."""
    ranges = [_pages(part.strip(), form) for part in value.split(",")]
    return ranges[0].partition("–")[0] if variable == "page-first" else ", ".join(ranges)


def _pages(value: str, form: str) -> str:
    match = _RANGE.fullmatch(value)
    if not match:
        return value
    (before, start), (before_last, end) = _numbered(match[1]), _numbered(match[2])
    if not form or not start or not end or before_last not in ("", before):
        return f"{match[1]}–{match[2]}"
    end = start[: max(0, len(start) - len(end))] + end  # "100-12" ends on 112
    if int(end) < int(start):
        return f"{match[1]}–{match[2]}"
    prefix = before if form == "expanded" else ""
    return f"{match[1]}–{prefix}{_shortened(start, end, form)}"


def _numbered(page: str) -> tuple[str, str]:
    """Return the prefix and the number of a page, ("S", "12") for "S12"; "" if it has no number."""
    before = page.rstrip("0123456789")
    digits = page[len(before) :]
    return before, digits if len(digits) <= _MAX_DIGITS else ""


def _shortened(start: str, end: str, form: str) -> str:
    """Return the digits of the last page that differ from the first, or as many as required."""
    least = {"minimal": 1, "minimal-two": 2, "expanded": len(end)}.get(form) or _chicago(start, end)
    if len(start) != len(end) or least >= len(end):
        return end
    same = sum(start[:place] == end[:place] for place in range(1, len(end)))
    return end[min(same, len(end) - least) :]


def _chicago(start: str, end: str) -> int:
    """Return the least number of digits by the Chicago Manual of Style (16th edition, 9.60)."""
    if int(start) < 100 or int(start) % 100 == 0:
        return len(end)
    return 1 if int(start) % 100 < 10 else 2
