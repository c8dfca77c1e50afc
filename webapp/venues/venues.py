"""The venues of a site: derived short names, and what the setting `venues` says instead."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ..records import Record
from ..setting_types import VenueSetting
from .names import short_name, without_year

_EVENTS: Final = frozenset({"inproceedings", "conference", "proceedings"})
_SHORT_FIELDS: Final = ("series", "shortseries")


class Venues:
    """The short name and the address of the venue of any record."""

    def __init__(self, settings: Mapping[str, VenueSetting] | None = None) -> None:
        self._rows = [(_pattern(name), row) for name, row in (settings or {}).items()]
        rows = sorted((name, row.short) for name, row in (settings or {}).items())
        # Changes with any name that lists show; "" without the setting.
        self.fingerprint = (
            hashlib.blake2b(repr(rows).encode(), digest_size=6).hexdigest() if rows else ""
        )

    def shortened(self, record: Record) -> Record:
        """Return the record with the name of its venue that lists show: "EMNLP"."""
        short = self.short(record)
        return record if short == record.venue else replace(record, venue=short)

    def short(self, record: Record) -> str:
        """Return the owner's name for the venue in the settings, else a derived one."""
        derived = _derive(record)
        row = self._row(record, derived) if self._rows else None
        return (row.short if row else "") or derived

    def url(self, record: Record) -> str:
        """Return the address of the venue in the settings; "" if there is none."""
        row = self._row(record, _derive(record)) if self._rows else None
        return str(row.url or "") if row else ""

    def _row(self, record: Record, derived: str) -> VenueSetting | None:
        """Return the first row for the full name, the name in the source, or the derived name."""
        names = [name for name in (record.container, record.venue, derived) if name]
        matching = (row for pattern, row in self._rows if any(map(pattern.fullmatch, names)))
        return next(matching, None)


def _pattern(name: str) -> re.Pattern[str]:
    """Return the pattern for a name in which `*` stands for any text."""
    return re.compile(".*".join(map(re.escape, name.split("*"))), re.IGNORECASE | re.DOTALL)


def _derive(record: Record) -> str:
    """Return the short name in the source, else one derived from the full name."""
    is_event = record.type in _EVENTS
    if not record.container:
        return short_name(record.venue, is_event=is_event) if is_event else record.venue
    if record.venue != record.container:
        return without_year(record.venue)
    for name in _SHORT_FIELDS:
        series = record.fields.get(name, "")
        if (short := without_year(series)) != series:
            return short
    return short_name(record.container, is_event=is_event)
