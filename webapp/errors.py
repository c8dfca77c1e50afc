"""The errors that an owner, an operator or a visitor can meet: one tree.

Lower layers raise them with a message in one line: what happened, where, and what to do. They are
rendered once for commands (`cli.common`) and once for pages (`views.http.errors`).
"""


class OctavoError(Exception):
    """The root of the tree."""


class ConfigurationError(OctavoError):
    """A setting is wrong. The message names the place, the key, the value and what is allowed."""


class UnreadableFileError(OctavoError):
    """No publication can be read from a file."""


class CatalogChangedError(OctavoError):
    """The catalog is at another revision than the one that the edits were made for."""


class UnknownRevisionError(OctavoError):
    """The history does not have this revision."""


class DamagedHistoryError(OctavoError):
    """The history does not lead back from the present state."""


class CannotUndoError(OctavoError):
    """A revision cannot be undone."""


class CannotJoinError(OctavoError):
    """Publications cannot be joined as versions of one work."""


class DatabaseNewerError(OctavoError):
    """The database was created by a newer version of Octavo."""


class BackupError(OctavoError):
    """A backup cannot be made, read or restored."""


class BadRowError(OctavoError):
    """A database has a row that Octavo would not have written."""


class IndexUnavailableError(OctavoError):
    """The search index is missing or cannot be read."""


class IndexBusyError(OctavoError):
    """Another process is writing the search index."""
