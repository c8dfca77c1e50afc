"""The command `import`."""

import ctypes
import sys
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click
from flask import current_app

from ..curation import importing, loaded_file, pruning
from ..curation.library import Library
from ..curation.reports import brief, count_entries
from ..formats.inline import to_plain
from ..store import schema
from ..store.connections import CatalogRevision
from . import reports
from .command import Command
from .common import indexing_afterwards, the_catalog, waits_for_locks
from .exits import PARTLY_DONE, Refused
from .files import contents_of, library_file, read_files
from .output import argument_text, echo_json
from .saving import SavingOptions


class _ImportCommand(Command):
    """The command `import`. Its option `--prune` may have no value, even before a file name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        options = ["--prune=missing" if word == "--prune" else word for word in args[:end]]
        return super().parse_args(ctx, options + args[end:])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options(SavingOptions):
    """The arguments and options of an import."""

    files: tuple[Path, ...]
    prune: str | None
    replace: tuple[str, ...]
    take: tuple[tuple[str, str], ...]
    whole: bool

    @property
    def command(self) -> str:
        """The command as the history shows it."""
        prune = {None: [], "missing": ["--prune"]}.get(self.prune, [f"--prune={self.prune}"])
        replace = (word for key in self.replace for word in ("--replace", key))
        take = (word for pair in self.take for word in ("--take", *pair))
        names = (argument_text(str(file)) for file in self.files)
        return " ".join(["octavo import", *names, *prune, *replace, *take])

    @property
    def taking(self) -> dict[str, list[str]]:
        """The fields to take from the files, by key."""
        taking: dict[str, list[str]] = {}
        for key, field in self.take:
            taking.setdefault(key, []).append(field.lower())
        return taking


@click.command("import", cls=_ImportCommand)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Show the plan and change nothing.")
@click.option(
    "--prune",
    type=click.Choice(["missing", "all"]),
    metavar="[=all]",
    help="Remove the publications that the files lack. Removing more than a fifth of the catalog "
    "needs a separate confirmation, or --prune=all.",
)
@click.option(
    "--replace",
    multiple=True,
    metavar="KEY",
    help="Replace the publication with this key by the entry with it, even if that is another "
    "work. May be repeated.",
)
@click.option(
    "--take",
    nargs=2,
    multiple=True,
    metavar="KEY FIELD",
    help="Take this field of a publication from the files, even if it was changed here or by "
    "another source. May be repeated.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--quiet",
    is_flag=True,
    help="For scheduled imports: print only changes and problems, and refuse a file that ends "
    "inside an entry.",
)
@click.option("--all", "whole", is_flag=True, help="List every doubt, not only examples.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the plan as JSON; save nothing without --yes."
)
@waits_for_locks
def import_command(
    files: tuple[Path, ...],
    prune: str | None,
    replace: tuple[str, ...],
    take: tuple[tuple[str, str], ...],
    **flags: bool,
) -> None:
    """Import publications from files, or from publications.bib.

    "-" among FILES is standard input. Without FILES, publications.bib in the instance is read.
    The plan is shown first. On a terminal, you are asked before it is carried out. Rejected entries
    are listed one by one; doubts about the others are counted by their reason, the worst first.

    A BibTeX entry replaces all fields of a publication that the catalog has. Other formats, which
    hold less, change the fields that they have and leave the rest. Of a publication that a service
    describes too, what was changed since the last import stays; --take takes it from the files.

    If an entry with a new key matches a publication (by DOI, arXiv or PubMed number, or by title,
    people and year), the publication gets the new key and keeps its URL. If an entry is another
    work than the publication with its key, it is imported under a key of its own.

    Exit status: 0 everything was imported, 1 some entries were rejected, 2 nothing was changed.

    Example: octavo import --dry-run papers.bib
    """
    options = _Options(files=files, prune=prune, replace=replace, take=take, **flags)
    rejected = _Import(options).run()
    if rejected:
        sys.exit(PARTLY_DONE)


class _Import:
    """One run of `octavo import`: read, compare, ask, save."""

    def __init__(self, options: _Options) -> None:
        self.options = options
        self.files = list(options.files) or [library_file()]
        contents = contents_of(self.files)
        schema.prepare_database(current_app)
        self.catalog = the_catalog()
        self.library = read_files(contents, options.quiet)
        del contents  # tens of megabytes that comparing does not need
        self.plan = self._plan(options.replace)
        if self.plan.not_taken:
            key, name = map(brief, self.plan.not_taken[0])
            raise Refused(f"The files have no {name} of {key}. Nothing was changed.")

    def run(self) -> bool:
        """Show the plan, ask, and save. Return whether some entries were rejected."""
        if self.options.asks and not self.options.yes:
            self._ask_about_conflicts()
        changes = bool(self.plan.edits(self._prunes))
        obstacle = self._obstacle()
        saves = self.options.saves and not obstacle
        if not self.options.as_json:
            self._show(changes and not obstacle)
            if saves and changes:
                self._ask()
        revision = self._save() if saves else None
        if self.options.as_json:
            self._show_json(revision, changes, obstacle)
        if obstacle:
            raise Refused(f"{obstacle}. Nothing was changed.")
        if not self.options.as_json and (changes or not self.options.quiet):
            click.echo(self.options.outcome(revision, changes))
        if saves and changes and not (self.options.as_json or self.options.quiet):
            self._ask_to_check()
        return any(problem.rejected for _, problem in self.plan.problems)

    def _plan(self, replacing: Collection[str]) -> importing.Plan:
        return importing.make_plan(self.catalog, self.library, replacing, self.options.taking)

    def _obstacle(self) -> str:
        """Return why the import must not be carried out; empty if it may be."""
        if self.options.quiet and self.options.saves and self.library.cut_short:
            name, line = self.library.cut_short[0]
            return f"{name} ends inside the entry of line {line}, so it may still be being written"
        if not self._prunes:
            return ""
        obstacle = pruning.obstacle(self.library, self.plan)
        saves_unasked = self.options.saves and not self.options.asks
        return obstacle or (self._large_removal if saves_unasked and self._is_too_large else "")

    @property
    def _prunes(self) -> bool:
        return bool(self.options.prune)

    @property
    def _is_too_large(self) -> bool:
        return self.options.prune == "missing" and pruning.is_large(self.plan)

    @property
    def _large_removal(self) -> str:
        removal = f"{len(self.plan.missing)} of {self.plan.known} publications"
        return f"--prune would remove {removal}; that needs --prune=all"

    def _ask_about_conflicts(self) -> None:
        replacing = set(self.options.replace)
        for conflict in self.plan.conflicts:
            click.echo(
                f"The entry {brief(conflict.key)} is another work than in the catalog:\n"
                f"  in the catalog  {brief(to_plain(conflict.known_title))}\n"
                f"  in the file     {brief(to_plain(conflict.new_title))}"
            )
            question = f"Replace it? Otherwise it is imported as {conflict.imported_as}."
            if click.confirm(question, default=False):
                replacing.add(conflict.key)
        if replacing != set(self.options.replace):
            self.options = replace(self.options, replace=tuple(sorted(replacing)))
            self.plan = self._plan(replacing)

    def _show(self, changes: bool) -> None:
        if not self.options.quiet:
            lines = reports.plan_lines(self.plan, self._prunes, self.options.whole)
        elif changes:
            lines = reports.short_lines(self.plan, self._prunes)
        else:
            lines = reports.rejected_lines(self.plan)
        for line in lines:
            click.echo(line)

    def _show_json(self, revision: CatalogRevision | None, changes: bool, obstacle: str) -> None:
        saved = revision.counter if revision and changes else None
        nothing = f"{obstacle}. Nothing was changed." if obstacle else ""
        outcome = nothing or self.options.outcome(revision, changes)
        plan = asdict(replace(self.plan, sources=()))
        del plan["sources"]  # what the files say, not what changes
        echo_json({**plan, "saved": saved, "outcome": outcome})

    def _ask(self) -> None:
        """Ask for the confirmations that the options do not give. Raises Refused for a no."""
        agreed = True
        if self._is_too_large:
            question = f"Remove {len(self.plan.missing)} of {self.plan.known} publications?"
            agreed = click.confirm(question, default=False)
        elif self.options.asks and not self.options.yes:
            agreed = click.confirm("Do this?", default=True)
        if not agreed:
            raise Refused("Nothing was changed.")

    def _save(self) -> CatalogRevision:
        with indexing_afterwards(self.options.quiet):
            revision = importing.carry_out(
                self.catalog, self.plan, self.options.command, self._prunes
            )
            if self.files == [library_file()]:
                loaded_file.note_loaded(self.catalog, self.files[0])
            if not self.options.as_json:  # which prints the plan
                self._discard_records()
        return revision

    def _ask_to_check(self) -> None:
        if count := count_entries(reports.doubts(self.plan)):
            all_doubts = "--dry-run --all lists every doubt"
            click.echo(f"{count} imported, but please check ({all_doubts})")

    def _discard_records(self) -> None:
        """Free the memory of all records, which the index needs now."""
        self.library = Library((), (), (), ())
        self.plan = replace(self.plan, added=(), changed=(), missing=())
        # glibc keeps freed texts for the process, a third of a gigabyte at 100,000 publications.
        with suppress(OSError, AttributeError):  # other C libraries
            ctypes.CDLL(None).malloc_trim(0)
