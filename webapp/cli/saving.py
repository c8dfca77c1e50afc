"""The options of commands that show a plan, ask, and save it."""

import sys
from dataclasses import dataclass

from ..store.connections import CatalogRevision


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingOptions:
    """Whether a command saves, asks first, and what it prints."""

    dry_run: bool
    yes: bool
    quiet: bool
    as_json: bool

    @property
    def saves(self) -> bool:
        return not self.dry_run and (self.yes or not self.as_json)

    @property
    def asks(self) -> bool:
        """Whether there is somebody to ask; `yes` answers for them."""
        return self.saves and not self.as_json and sys.stdin.isatty()

    def outcome(self, revision: CatalogRevision | None, changes: bool) -> str:
        """Return the last line of the output."""
        if revision is None:
            reason = "Dry run" if self.dry_run else "No --yes"
            return f"{reason}: nothing was changed."
        if not changes:
            return "Nothing changed."
        return f"Saved as revision {revision.counter}. To undo it: octavo undo"
