"""The fields of one entry while its record is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .latex import decoding


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to look at an entry again; its reader adds the place."""

    reason: str
    message: str


@dataclass(slots=True)
class Fields:
    """The fields of one entry by canonical name; it remembers which were taken."""

    source: Mapping[str, str]
    kind: str
    taken: set[str] = field(default_factory=set)
    unknown: dict[str, list[str]] = field(default_factory=dict)  # field -> macros left in it
    doubts: list[Doubt] = field(default_factory=list)

    def raw(self, name: str) -> str:
        return self.source.get(name, "")

    def text(self, name: str, *, paragraphs: bool = False) -> str:
        source = self.source.get(name)
        if not source:
            return ""
        decoded = decoding.decode(source, paragraphs=paragraphs)
        if decoded.unknown:
            self.unknown[name] = list(decoded.unknown)
        return decoded.text

    def take(self, name: str, *, paragraphs: bool = False) -> str:
        """The text of a field that an attribute now holds."""
        self.taken.add(name)
        return self.text(name, paragraphs=paragraphs)

    def doubt(self, reason: str, message: str) -> None:
        self.doubts.append(Doubt(reason, message))
