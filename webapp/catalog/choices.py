"""What the owner's settings change in the records of lists: venues' names and selected works."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from ..formats.keys import safe_key
from ..records import Record
from ..venues import Venues


class OwnerChoices:
    """The settings `venues` and `featured`, applied to records."""

    def __init__(self, venues: Venues | None = None, featured: Sequence[str] = ()) -> None:
        """`featured` are the citation keys of the selected works, in order."""
        self.venues = venues or Venues()
        self._ranks = {
            safe_key(key): str(rank) for rank, key in enumerate(dict.fromkeys(featured), 1)
        }
        # Changes with any setting that the index depends on; "" without such settings.
        self.fingerprint = self.venues.fingerprint
        if self._ranks:
            keys = hashlib.blake2b(repr(featured).encode(), digest_size=6).hexdigest()
            self.fingerprint = f"{self.fingerprint} {keys}"

    def apply(self, record: Record) -> Record:
        """Return the record as lists show it.

        Its venue has the short name. With `featured`, its field `selected` is its rank there.
        """
        record = self.venues.shortened(record)
        if not self._ranks:
            return record
        fields = {name: value for name, value in record.fields.items() if name != "selected"}
        if rank := self._ranks.get(safe_key(record.key)):
            fields["selected"] = rank
        return replace(record, fields=fields) if fields != record.fields else record
