"""Texts as PostgreSQL stores them. Imported where the driver is known to be installed."""

from psycopg.abc import Buffer
from psycopg.types.string import StrDumperUnknown


class TextDumper(StrDumperUnknown):
    """Sends a text without U+0000, which no text of PostgreSQL can have.

    Records have none, but an address or a form may: it names nothing, which is no error.
    """

    def dump(self, obj: str) -> Buffer | None:
        """Return the bytes of a text."""
        return super().dump(obj.replace("\0", ""))
