"""Works as services describe them."""

from dataclasses import dataclass

from ..records import Record


@dataclass(frozen=True, slots=True)
class Work:
    """A publication as a service has it. The key of `record` is a proposal."""

    identifier: str  # in the source: a DOI, an ORCID put-code, a Zotero key
    record: Record
    is_incomplete: bool = False  # only a list named it, and no service had more


@dataclass(frozen=True, slots=True)
class Failure:
    """A work or a list that was not fetched."""

    what: str  # the identifier that was asked for
    why: str  # host, status, and what to do
