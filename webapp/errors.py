"""The exceptions that owners, operators and visitors can meet, in one tree.

Lower layers raise them with a message of one line: what happened, where, and what to do. They are
rendered once for commands (`cli.common`) and once for pages (`views.http.errors`).
"""


class OctavoError(Exception):
    """The base class of all exceptions here."""


class ConfigurationError(OctavoError):
    """A setting is not valid. The message names file, key, value and what is allowed."""


class UnreadableFileError(OctavoError):
    """A file has no publication that can be read."""


class CatalogChangedError(OctavoError):
    """The catalog is no longer at the revision that the edits were made for."""


class UnknownRevisionError(OctavoError):
    """The history does not have a revision."""


class DamagedHistoryError(OctavoError):
    """The history cannot be read back from the current state."""


class CannotUndoError(OctavoError):
    """A revision cannot be undone."""


class CannotJoinError(OctavoError):
    """Publications cannot be joined as versions of one work."""


class CannotRemoveError(OctavoError):
    """A publication cannot be removed, or its addresses cannot lead where they should."""


class CannotChangeError(OctavoError):
    """Several publications cannot be changed as asked."""


class RefusedFileError(OctavoError):
    """A file is not accepted. The message says what it is."""


class CannotWriteBackError(OctavoError):
    """The owner's file cannot be rewritten. The message says why; the file is as it was."""


class CorrectionRefusedError(OctavoError):
    """A visitor's correction is not stored: "unchanged", "too long", "too many" or "full"."""


class ForeignFolderError(OctavoError):
    """A folder has files that another program or a person wrote, so it is not replaced."""


class CannotTakeError(OctavoError):
    """A field cannot be taken from what a source stated."""


class SignInError(OctavoError):
    """Someone cannot sign in. The message never says whether there is an editor with a name."""


class SignInLimitError(SignInError):
    """Too many sign-ins failed."""


class DatabaseError(OctavoError):
    """The database reported an error; `__cause__` is that of the driver or of SQLAlchemy."""


class DatabaseLockedError(DatabaseError):
    """Another process used the database for longer than this one waits."""


class DatabaseUnavailableError(DatabaseError):
    """The database, or a table of it, is missing or cannot be opened."""


class DatabaseNewerError(OctavoError):
    """The database was created by a newer version of Octavo."""


class NotFetchedError(OctavoError):
    """A service did not answer in a usable way. The message names it and what to do."""


class NotDescribedError(NotFetchedError):
    """A service names a work, but has no title for it. To ask again would not help."""


class UnknownIdentifierError(OctavoError):
    """No service has a publication with an identifier, or a text is no identifier."""


class BackupError(OctavoError):
    """A backup cannot be written, read or restored."""


class OutcomeUnknownError(BackupError):
    """The database went away while a restore was committed. The journal of it remains."""


class BadRowError(OctavoError):
    """A database has a row that Octavo does not write."""


class IndexUnavailableError(OctavoError):
    """The search index is missing or cannot be read."""


class IndexBusyError(OctavoError):
    """Another process is writing the search index."""
