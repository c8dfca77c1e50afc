"""A key for caches of what is made of a record."""

from dataclasses import dataclass, field
from typing import Self

from ..records import Record
from ..store.publications import digest


@dataclass(frozen=True, slots=True)
class Content:
    """A cache key: records with the same content are equal."""

    digest: str
    record: Record = field(compare=False)

    @classmethod
    def of(cls, record: Record) -> Self:
        return cls(digest(record), record)
