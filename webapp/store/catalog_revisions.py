"""The revision of a catalog: which state of which database."""

from dataclasses import dataclass

REVISION_SQL = "SELECT identity, counter FROM catalog_state"
_MAX_DIGITS = 18  # of a counter: more than a database reads as a number


@dataclass(frozen=True, slots=True)
class CatalogRevision:
    """The state of a database. Different contents never have the same revision."""

    identity: str
    counter: int

    def __str__(self) -> str:
        return f"{self.identity}-{self.counter}"

    @classmethod
    def parse(cls, text: str | None) -> "CatalogRevision | None":
        """Return the revision that `str` made this text of; None for any other text."""
        identity, _, counter = (text or "").rpartition("-")
        is_number = counter.isdecimal() and len(counter) <= _MAX_DIGITS
        return cls(identity, int(counter)) if identity and is_number else None
