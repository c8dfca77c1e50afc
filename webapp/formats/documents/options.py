"""The options of a document, as addresses and commands have them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from ..csl.citations import STYLES
from .document import NUMBERINGS
from .grouping import GROUPINGS

DEFAULT_STYLE: Final = next(iter(STYLES))


@dataclass(frozen=True, slots=True)
class DocumentOptions:
    """How a list becomes a document. The first choice of each is the default."""

    style: str = DEFAULT_STYLE  # one of STYLES
    grouping: str = GROUPINGS[0]
    numbering: str = NUMBERINGS[0]
    all_people: bool = False  # whether everyone is named, even where the style has "et al."

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> Self:
        """Read query parameters. Invalid values are left out."""
        style, grouping, numbering = (args.get(name, "") for name in ("style", "group", "number"))
        return cls(
            style if style in STYLES else DEFAULT_STYLE,
            grouping if grouping in GROUPINGS else GROUPINGS[0],
            numbering if numbering in NUMBERINGS else NUMBERINGS[0],
            args.get("people") == "all",
        )

    def pairs(self) -> list[tuple[str, str]]:
        """Return the query parameters that differ from the defaults."""
        default = type(self)()
        named = (
            ("style", self.style, default.style),
            ("group", self.grouping, default.grouping),
            ("number", self.numbering, default.numbering),
            ("people", "all" if self.all_people else "", ""),
        )
        return [(name, value) for name, value, usual in named if value != usual]
