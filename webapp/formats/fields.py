"""The fields of one entry while its record is built."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .latex import decoding


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to check an entry. Readers add the line."""

    reason: str
    message: str


@dataclass(slots=True)
class Fields:
    """The fields of one entry by canonical name, and which of them attributes hold."""

    source: Mapping[str, str]
    kind: str
    taken: set[str] = field(default_factory=set)
    unknown: dict[str, list[str]] = field(default_factory=dict)  # macros in the text, by field
    doubts: list[Doubt] = field(default_factory=list)

    def raw(self, name: str) -> str:
        """Return the source of a field."""
        return self.source.get(name, "")

    def text(self, name: str, *, paragraphs: bool = False) -> str:
        """Return the text of a field, on one line unless `paragraphs` is set."""
        source = self.source.get(name)
        if not source:
            return ""
        decoded = decoding.decode(source, paragraphs=paragraphs)
        if decoded.unknown:
            self.unknown[name] = list(decoded.unknown)
        return decoded.text

    def take(self, name: str, *, paragraphs: bool = False) -> str:
        """Return the text of a field, which an attribute of the record holds from now on."""
        self.taken.add(name)
        return self.text(name, paragraphs=paragraphs)

    def doubt(self, reason: str, message: str) -> None:
        """Add a doubt about the entry."""
        self.doubts.append(Doubt(reason, message))
