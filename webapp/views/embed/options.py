"""How a list looks in another site: the options in its address, each declared once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import abort

from ...formats.csl.citations import STYLES
from ...formats.documents.grouping import GROUPINGS

MAX_ITEMS: Final = 100


@dataclass(frozen=True, slots=True)
class Option:
    """A parameter of an address; the first of its values is the default."""

    name: str
    label: str
    values: Mapping[str, str]  # with their labels

    @property
    def texts(self) -> tuple[str, ...]:
        """The labels that are words."""
        return (self.label, *(text for text in self.values.values() if not text.isdecimal()))


YES_FIRST: Final = {"1": "Yes", "0": "No"}
NO_FIRST: Final = {"0": "No", "1": "Yes"}
_NUMBERS: Final = {str(number): str(number) for number in (10, 5, 3, 20, 50, MAX_ITEMS)}

_STYLES: Final = {name: style.label for name, style in STYLES.items()}

_GROUPINGS: Final = GROUPINGS[::-1]  # none of them is the default
_GROUPING_LABELS: Final = ("None", "Year", "Type", "Type and year")

_ROWS: Final = (
    Option("n", "Publications at most", _NUMBERS),
    Option("style", "Style", {"list": "As in this list", **_STYLES}),
    Option("group", "Headings", dict(zip(_GROUPINGS, _GROUPING_LABELS, strict=True))),
    Option("abstracts", "Abstracts", NO_FIRST),
    Option("links", "Links", YES_FIRST),
    Option("rest", "Link to the rest", YES_FIRST),
    Option("heading", "Level of headings", {"": "None", **{level: level for level in "23456"}}),
    Option("theme", "Colours", {"auto": "As on the device", "light": "Light", "dark": "Dark"}),
)  # fmt: skip
OPTIONS: Final[Mapping[str, Option]] = {option.name: option for option in _ROWS}


def read_options(args: Mapping[str, str]) -> dict[str, str]:
    """Return the value of each option. Abort with 400 and a line of text for a wrong one."""
    values = {}
    for name, option in OPTIONS.items():
        value = args.get(name, "") or next(iter(option.values))
        values[name] = value
        if name == "n":
            if not (value.isascii() and value.isdigit() and 1 <= int(value[:4]) <= MAX_ITEMS):
                abort(400, f"n is {value[:50]!r}: write a number from 1 to {MAX_ITEMS}.")
        elif value not in option.values:
            known = ", ".join(filter(None, option.values))
            abort(400, f"{name} is {value[:50]!r}: write one of {known}.")
    return values


def with_options(query: str, options: Mapping[str, str]) -> str:
    """Return the query string of a list with the options that are not the default."""
    defaults = {name: next(iter(option.values)) for name, option in OPTIONS.items()}
    chosen = urlencode({n: value for n, value in options.items() if value != defaults[n]})
    return f"{query}{'&' if query else '?'}{chosen}" if chosen else query
