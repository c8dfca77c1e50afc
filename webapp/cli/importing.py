"""The commands that load publications: `prepare` and `import`."""

import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click
from flask import current_app

from ..catalog import Catalog
from ..config import LIBRARY_FILE
from ..curation import importing, pruning
from ..curation.examples import LOADED_BY_PREPARE, LOADED_FROM_EXAMPLE, copy_examples
from ..curation.importing import Library
from ..site import site
from ..store import schema
from ..store.backup import restoring
from ..store.connections import CatalogRevision
from ..store.tables import db
from . import reports
from .command import Command
from .common import the_catalog, update_index_after_saving, waits_for_locks
from .exits import PARTLY_DONE, Refused
from .output import brief, echo_json

BAR_FROM = 200_000  # bytes: less is read before anybody would look at a bar


@click.command("prepare", cls=Command)
@waits_for_locks
def prepare_command() -> None:
    """Make the instance ready to serve: database and search index.

    Loads publications.bib of the instance folder when the database is empty. In a new clone that
    and site.toml are copies of the examples beside them.

    Example: octavo prepare
    """
    if restoring.roll_back_unfinished(db.engine, Path(current_app.instance_path)):
        click.echo("A restore that was interrupted was taken back; run it again.")
    schema.prepare_database(current_app)
    catalog = the_catalog()
    library = _library_file()
    copied = _copied_examples(catalog)
    if library.exists() and not catalog.count():
        click.echo(f"Loading {library}")
        plan = importing.make_plan(catalog, _read(_contents([library])))
        for line in reports.plan_lines(plan, prune=False):
            click.echo(line)
        importing.carry_out(catalog, plan, LOADED_FROM_EXAMPLE if copied else LOADED_BY_PREPARE)
        importing.note_loaded(catalog, library)
    elif library.exists() and not importing.is_loaded(catalog, library):
        click.echo(f"{library} has changed since it was loaded. To load it: octavo import")
    update_index_after_saving()


def _copied_examples(catalog: Catalog) -> list[Path]:
    """Give a new clone something to show. A folder that cannot be written does without."""
    try:
        copies = copy_examples(catalog, Path(current_app.instance_path))
    except OSError as error:
        place = error.filename or current_app.instance_path
        click.echo(f"{place}: {error.strerror}. The site starts without the examples.", err=True)
        return []
    for path in copies:
        click.echo(f"{path} is a copy of the example. Edit it, or put your own in its place.")
    return copies


class _ImportCommand(Command):
    """`--prune` alone takes no value, so the name of a file may follow it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        options = ["--prune=missing" if word == "--prune" else word for word in args[:end]]
        return super().parse_args(ctx, options + args[end:])


@dataclass(frozen=True, slots=True)
class _Options:
    """What the owner wants of an import."""

    files: tuple[Path, ...]
    dry_run: bool
    prune: str | None
    replace: tuple[str, ...]
    yes: bool
    quiet: bool
    as_json: bool

    @property
    def saves(self) -> bool:
        return not self.dry_run and (self.yes or not self.as_json)

    @property
    def asks(self) -> bool:
        return self.saves and not self.as_json and sys.stdin.isatty()

    @property
    def command(self) -> str:
        """The command as the history has it."""
        prune = {None: [], "missing": ["--prune"]}.get(self.prune, [f"--prune={self.prune}"])
        replace = (word for key in self.replace for word in ("--replace", key))
        return " ".join(["octavo import", *map(str, self.files), *prune, *replace])


@click.command("import", cls=_ImportCommand)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Show the plan and stop.")
@click.option(
    "--prune",
    type=click.Choice(["missing", "all"]),
    metavar="[=all]",
    help="Remove the publications that the files lack. Removing more than a fifth of the catalog "
    "is asked for separately; --prune=all removes any number.",
)
@click.option(
    "--replace",
    multiple=True,
    metavar="KEY",
    help="Put the entry with this key in the place of the publication that has it, even though "
    "it is another work. May be repeated.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--quiet",
    is_flag=True,
    help="For scheduled imports: print only changes and problems, nothing if there are none, and "
    "refuse a file that ends inside an entry.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the plan as JSON; save nothing without --yes."
)
@waits_for_locks
def import_command(
    files: tuple[Path, ...],
    dry_run: bool,
    prune: str | None,
    replace: tuple[str, ...],
    yes: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Import publications from files, or from publications.bib.

    "-" among FILES is standard input. Without FILES, publications.bib of the instance is read.
    What would change is shown first; on a terminal you are asked before it is saved.

    BibTeX has the last word on a publication that is known: what it does not say is removed.
    Other formats, which hold less, change what they say and leave the rest.

    An entry with a new key that is a known publication (by DOI, arXiv or PubMed number, or by
    title, people and year) changes its key, and its address stays. An entry that names another
    work under a known key is imported under a key of its own.

    Exit status: 0 everything is imported, 1 some entries were rejected, 2 nothing was changed.

    Example: octavo import --dry-run papers.bib
    """
    options = _Options(files, dry_run, prune, replace, yes, quiet, as_json)
    rejected = _Import(options).run()
    if rejected:
        sys.exit(PARTLY_DONE)


class _Import:
    """One run of `octavo import`: read, compare, ask, save."""

    def __init__(self, options: _Options) -> None:
        self.options = options
        self.files = list(options.files) or [_library_file()]
        contents = _contents(self.files)
        schema.prepare_database(current_app)
        self.catalog = the_catalog()
        self.library = _read(contents, options.quiet)
        self.plan = importing.make_plan(self.catalog, self.library, options.replace)

    def run(self) -> bool:
        """Do all of it. Return whether some entries were rejected."""
        if self.options.asks and not self.options.yes:
            self._ask_about_conflicts()
        edits = self.plan.edits(self._prunes)
        obstacle = self._obstacle()
        saves = self.options.saves and not obstacle
        if not self.options.as_json:
            self._show(bool(edits))
            if saves and edits:
                self._ask()
        revision = self._save() if saves else None
        if self.options.as_json:
            self._show_json(revision, bool(edits), obstacle)
        if obstacle:
            raise Refused(f"{obstacle}. Nothing was changed.")
        if not self.options.as_json and (edits or not self.options.quiet):
            click.echo(self._outcome(revision, bool(edits)))
        return any(problem.rejected for _, problem in self.plan.problems)

    def _obstacle(self) -> str:
        """Why nothing can be done, so that there is nothing to ask; empty when all is well."""
        if self.options.quiet and self.options.saves and self.library.cut_short:
            name, line = self.library.cut_short[0]
            return (
                f"{name}: ends inside the entry of line {line}, as if it were still being written"
            )
        if not self._prunes:
            return ""
        found = pruning.obstacle(self.library, self.plan)
        saves_unasked = self.options.saves and not self.options.asks
        return found or (self._large_removal if saves_unasked and self._is_too_large else "")

    @property
    def _prunes(self) -> bool:
        return bool(self.options.prune)

    @property
    def _is_too_large(self) -> bool:
        return self.options.prune == "missing" and pruning.is_large(self.plan)

    @property
    def _large_removal(self) -> str:
        count = len(self.plan.missing)
        return (
            f"--prune would remove {count} of {self.plan.known} publications; --prune=all does so"
        )

    def _ask_about_conflicts(self) -> None:
        replacing = set(self.options.replace)
        for conflict in self.plan.conflicts:
            click.echo(
                f"{brief(conflict.key)} names another work now:\n"
                f"  in the catalog  {brief(conflict.known_title)}\n"
                f"  in the file     {brief(conflict.new_title)}"
            )
            question = f"Replace it? Otherwise it is imported as {conflict.imported_as}."
            if click.confirm(question, default=False):
                replacing.add(conflict.key)
        if replacing != set(self.options.replace):
            self.options = replace(self.options, replace=tuple(sorted(replacing)))
            self.plan = importing.make_plan(self.catalog, self.library, replacing)

    def _show(self, changes: bool) -> None:
        if not self.options.quiet:
            lines = reports.plan_lines(self.plan, self._prunes)
        elif changes:
            lines = reports.short_lines(self.plan, self._prunes)
        else:
            lines = reports.rejected_lines(self.plan)
        for line in lines:
            click.echo(line)

    def _show_json(self, revision: CatalogRevision | None, changes: bool, obstacle: str) -> None:
        saved = revision.counter if revision and changes else None
        nothing = f"{obstacle}. Nothing was changed." if obstacle else ""
        outcome = nothing or self._outcome(revision, changes)
        echo_json({**asdict(self.plan), "saved": saved, "outcome": outcome})

    def _ask(self) -> None:
        """Ask what the options leave open. Raises Refused for a no."""
        agreed = True
        if self._is_too_large:
            question = f"Remove {len(self.plan.missing)} of {self.plan.known} publications?"
            agreed = click.confirm(question, default=False)
        elif self.options.asks and not self.options.yes:
            agreed = click.confirm("Do this?", default=True)
        if not agreed:
            raise Refused("Nothing was changed.")

    def _save(self) -> CatalogRevision:
        revision = importing.carry_out(self.catalog, self.plan, self.options.command, self._prunes)
        if self.files == [_library_file()]:
            importing.note_loaded(self.catalog, self.files[0])
        update_index_after_saving(self.options.quiet)
        return revision

    def _outcome(self, revision: CatalogRevision | None, changes: bool) -> str:
        """What is saved, as a last line."""
        if revision is None:
            shown = "Dry run" if self.options.dry_run else "Only the plan, for want of --yes"
            return f"{shown}: nothing was changed."
        if not changes:
            return "Nothing changed."
        return f"Saved as revision {revision.counter}. To take it back: octavo undo"


def _library_file() -> Path:
    return Path(current_app.instance_path) / LIBRARY_FILE


def _contents(files: Sequence[Path]) -> list[tuple[str, bytes]]:
    return [
        (str(path), sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes())
        for path in files
    ]


def _read(contents: Sequence[tuple[str, bytes]], quiet: bool = False) -> Library:
    """Read files, with a progress bar where it takes a while."""
    settings = site().settings
    sizes = [len(data) for _, data in contents]
    hidden = quiet or sum(sizes) < BAR_FROM or not sys.stderr.isatty()
    with click.progressbar(
        length=sum(sizes), label="Reading", file=sys.stderr, hidden=hidden
    ) as bar:

        def progress(number: int, share: float) -> None:
            if not bar.pos:  # what went before, decoding and cutting, says nothing of the rest
                bar.start = time.time()
            bar.update(int(sum(sizes[:number]) + share * sizes[number]) - bar.pos)

        return importing.read_files(contents, settings.import_limit_mb << 20, progress)
