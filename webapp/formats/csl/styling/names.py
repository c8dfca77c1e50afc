"""Names of people in a CSL style, with more options than citeproc-py supports."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from citeproc import model
from citeproc.source import Name
from citeproc.string import String

from ....records import OTHERS, is_cjk, with_particle
from .richtext import BOLD, marked

# Keys of names in an item, beside those of CSL.
EMPHASIZED: Final = "emphasized"  # print the name in bold
COMPLETE: Final = "complete"  # at the first name: print all names, never "et al."

_GLOBAL: Final = {"name-form": "form", "name-delimiter": "delimiter"}
_DEFAULTS: Final = {
    "and": "", "delimiter": ", ", "delimiter-precedes-et-al": "contextual",
    "delimiter-precedes-last": "contextual", "et-al-min": "0", "et-al-use-first": "1",
    "et-al-use-last": "false", "form": "long", "initialize": "true",
    "initialize-with-hyphen": "true", "name-as-sort-order": "", "sort-separator": ", ",
    "demote-non-dropping-particle": "display-and-sort",
}  # fmt: skip
_ABBREVIATION: Final = 3  # letters, at most: "Chr.", and initials without stops, "JPQ"
_GIVEN_NAME = re.compile(r"([-‐‑]?)([^\s.‐‑-]+)(\.?)")
_ADJACENT = re.compile(r"(?<=\b\w\.)(?=\w\.)")  # "D.A."


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `cs:name`, the bibliography and the style; the nearest counts."""

    values: dict[str, str]
    initial_mark: str | None  # what follows an initial; None leaves given names unchanged
    initialize: bool  # whether given names become initials; if not, existing ones get spaces

    @classmethod
    def of(cls, name: Any) -> Self:
        root = name.get_root()
        inherited = {**root.attrib, **root.bibliography.attrib}
        inherited = {_GLOBAL.get(key, key): value for key, value in inherited.items()}
        values = {**_DEFAULTS, **inherited, **name.attrib}
        return cls(values, values.get("initialize-with"), values["initialize"] == "true")

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    def suffix(self, suffix: str | None) -> str:
        """Return a suffix, without stops in a style whose initials have none: "King M Jr"."""
        return (suffix or "").replace(".", "") if self.initial_mark == "" else suffix or ""

    def number(self, name: str) -> int:
        return int(self.values[name])

    def inverts(self, place: int) -> bool:
        """Return whether the name at a place begins with the family name."""
        order = self["name-as-sort-order"]
        return order == "all" or (order == "first" and place == 0)

    def delimits(self, what: str, names: int) -> bool:
        """Return whether a delimiter precedes "and" or "et al." after so many names."""
        rule = self[f"delimiter-precedes-{what}"]
        if rule == "after-inverted-name":
            return self.inverts(names - 1)
        return rule == "always" or (rule == "contextual" and names > 1)


class CorrectedName(model.Name):  # type: ignore[misc]
    """`cs:name`."""

    def process(self, item: Any, variable: str, **_: Any) -> String:
        options = Options.of(self)
        names = list(item.reference[variable])
        others = names[-1:] == [{"literal": OTHERS.literal}]
        names = names[:-1] if others else names
        is_complete = bool(names) and COMPLETE in names[0]
        least = 0 if is_complete else options.number("et-al-min")
        first = options.number("et-al-use-first")
        if 0 < least <= len(names) and first < len(names):
            last = names[-1] if first < len(names) - 1 else None
            shown = _formatted(names[:first], options)
            if options["et-al-use-last"] == "true" and last and not others:
                shown.append(f"… {_formatted([last], options, first)[0]}")
                return String(options["delimiter"].join(shown))
            return self._with_others(shown, options)
        shown = _formatted(names, options)
        return self._with_others(shown, options) if others else self._joined(shown, names, options)

    def _with_others(self, shown: Sequence[str], options: Options) -> String:
        delimiter = options["delimiter"] if options.delimits("et-al", len(shown)) else " "
        return String(f"{options['delimiter'].join(shown)}{delimiter}{self.et_al()}")

    def _joined(self, shown: Sequence[str], names: Sequence[Name], options: Options) -> String:
        if len(shown) < 2 or not options["and"]:
            return String(options["delimiter"].join(shown))
        conjunction = "&" if options["and"] == "symbol" else self.get_single_term(name="and")
        # The reference joins a person and an institution without a comma in every style.
        pair = len(names) == 2 and "literal" in names[1] and "literal" not in names[0]
        comma = options.delimits("last", len(shown) - 1) and not pair
        delimiter = options["delimiter"] if comma else " "
        return String(
            f"{options['delimiter'].join(shown[:-1])}{delimiter}{conjunction} {shown[-1]}"
        )


def _formatted(names: Sequence[Name], options: Options, start: int = 0) -> list[str]:
    """Return the names as the style formats them at their places, from `start` on."""
    return [
        _formatted_name(name, options, options.inverts(place))
        for place, name in enumerate(names, start)
    ]


def _formatted_name(name: Name, options: Options, is_inverted: bool) -> str:
    text = _inverted(name, options) if is_inverted else _displayed(name, options)
    return marked(BOLD, text) if name.get(EMPHASIZED) else text


def _displayed(name: Name, options: Options) -> str:
    """Return "Ludwig van Beethoven Jr."; in the short form "van Beethoven"."""
    given, family, dropping, particle, suffix = name.parts()
    if options["form"] == "short":
        return _with_particle(particle, family)
    if given and family and is_cjk(given, family):
        return f"{family}{given}"
    last = _with_particle(dropping, _with_particle(particle, family))
    return _spaced(_given(given, options, family), last, options.suffix(suffix))


def _inverted(name: Name, options: Options) -> str:
    """Return "Beethoven, Ludwig van, Jr."; "van Beethoven, Ludwig" if particles are not demoted."""
    given, family, dropping, particle, suffix = name.parts()
    if given and family and is_cjk(given, family):
        return f"{family}{given}"
    given = _given(given, options, family)
    if options["form"] == "short":
        return _with_particle(particle, family)
    if options["demote-non-dropping-particle"] == "display-and-sort":
        parts = (family, _spaced(given, dropping, particle), options.suffix(suffix))
    else:
        last = _with_particle(particle, family)
        parts = (last, _spaced(given, dropping), options.suffix(suffix))
    return options["sort-separator"].join(part for part in parts if part)


def _spaced(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def _with_particle(particle: str | None, family: str | None) -> str:
    return with_particle(particle or "", family or "")


def _given(given: str | None, options: Options, family: str | None) -> str:
    if not given or options.initial_mark is None:
        return given or ""
    if not options.initialize:
        return _ADJACENT.sub(options.initial_mark.strip("."), given)
    hyphen = "-" if options["initialize-with-hyphen"] == "true" else ""
    mark = options.initial_mark
    in_capitals = len(family or "") > 1 and (family or "").isupper()
    text = ""
    for sign, word, stop in _GIVEN_NAME.findall(given):
        if sign and text:
            text = text.rstrip() + hyphen + word[0] + mark
        elif word[0].isupper():
            text += "".join(letter + mark for letter in _initials(word, stop, in_capitals))
        else:  # a particle among the given names, or a script without capitals
            text = f"{text.rstrip()} {word} "
    return text.strip()


def _initials(word: str, stop: str, in_capitals: bool) -> Sequence[str]:
    """Return ["J"] for "Jean", ["M", "R"] for "MR", ["Yu"] for the abbreviation "Yu."."""
    if len(word) <= _ABBREVIATION and not in_capitals:
        if stop and word[1:].islower():
            return [word]
        if not stop and word.isupper():
            return word
    return word[0]
