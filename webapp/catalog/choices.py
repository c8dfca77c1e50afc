"""What the owner's settings change in the records of lists: venues' names and selected works."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from ..facets import MEMBER, facet_values
from ..formats.keys import safe_key
from ..records import Record
from ..venues import Venues
from .criteria import Criteria
from .members import Members

_MEMBERS = ";"  # before the part of a fingerprint that changes with the members


class OwnerChoices:
    """The settings `venues`, `featured` and `members`, applied to records."""

    def __init__(
        self,
        venues: Venues | None = None,
        featured: Sequence[str] = (),
        members: Members | None = None,
    ) -> None:
        """`featured` are the citation keys of the selected works, in order."""
        self.venues = venues or Venues()
        self.members = members or Members()
        self._ranks = {
            safe_key(key): str(rank) for rank, key in enumerate(dict.fromkeys(featured), 1)
        }
        self._others = self.venues.fingerprint  # changes with the settings besides the members
        if self._ranks:
            keys = hashlib.blake2b(repr(featured).encode(), digest_size=6).hexdigest()
            self._others = f"{self._others} {keys}"
        # Changes with any setting that the index depends on; "" without such settings.
        self.fingerprint = self._others
        if self.members.fingerprint:
            self.fingerprint = f"{self._others}{_MEMBERS}{self.members.fingerprint}"

    def differs_in_members(self, fingerprint: str) -> bool:
        """Return whether choices with a fingerprint have other members, and all else the same."""
        others = fingerprint.partition(_MEMBERS)[0]
        return fingerprint != self.fingerprint and others == self._others

    def facet_values(self, record: Record) -> dict[str, tuple[str, ...]]:
        """Return the values of a record for each indexed facet: one name for each member."""
        members = tuple(member.page_slug for member in self.members.of_record(record))
        return {
            **facet_values(self.apply(record)),
            "author": self.members.author_names(record),
            MEMBER: members,
        }

    def present(self, criteria: Criteria) -> Criteria:
        """Return the criteria with the name that facets have in place of others of a member."""
        authors = criteria.selected("author")
        present = self.members.facet_names(authors)
        if present == authors:
            return criteria
        return replace(criteria, filters={**criteria.filters, "author": present})

    def apply(self, record: Record) -> Record:
        """Return the record as lists show it.

        Its venue has the short name, and members have their present names. With `featured`, its
        field `selected` is its rank there.
        """
        record = self.venues.shortened(self.members.rename(record))
        if not self._ranks:
            return record
        fields = {name: value for name, value in record.fields.items() if name != "selected"}
        if rank := self._ranks.get(safe_key(record.key)):
            fields["selected"] = rank
        return replace(record, fields=fields) if fields != record.fields else record
