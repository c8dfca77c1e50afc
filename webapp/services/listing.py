"""What a list source has: works, and what could not be fetched."""

from dataclasses import dataclass, field

from .works import Failure, Work


@dataclass(slots=True)
class Listing:
    """The works of a list.

    `listed` are the identifiers of all works that the list has, also of those that could not be
    fetched; None if the list itself is not complete.
    """

    works: list[Work]
    listed: frozenset[str] | None
    failures: list[Failure] = field(default_factory=list)
