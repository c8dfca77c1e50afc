"""What `fetch` and `refresh` share: the client, and showing and saving what a source says."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import click
from flask import current_app

from ..curation import refreshing
from ..curation.refreshing import RefreshPlan
from ..services.client import Client
from ..services.hosts import HOSTS
from ..services.works import Failure, Work
from ..site import site
from ..store import schema
from ..store.connections import CatalogRevision
from . import refresh_reports
from .common import the_catalog, update_index_after_saving
from .exits import Refused
from .saving import SavingOptions

CACHE = "cache"  # the folder in the instance with answers of services
EXTENSION = "octavo-services"  # the key in `app.extensions` of another table of hosts, for tests


@contextmanager
def services_client() -> Iterator[Client]:
    """Yield the client of this run. Raises ConfigurationError if there is no contact address."""
    settings = site().settings
    host = next((host for host in settings.hosts if not host.startswith(".")), "")
    address = settings.home or (f"https://{host}/" if host else "")
    folder = Path(current_app.instance_path) / CACHE
    hosts = current_app.extensions.get(EXTENSION, HOSTS)
    client = Client(settings.contact, address, folder, hosts)
    try:
        yield client
    finally:
        client.close()


@dataclass(slots=True)
class Answers:
    """What a source answered: works to bring in, and what was not fetched."""

    source: str  # how the database knows it
    name: str  # how the owner knows it
    works: Sequence[Work | str] = ()  # strings if it was asked about these
    listed: frozenset[str] | None = None  # identifiers of all its works, if that is known
    failures: Sequence[Failure] = ()
    outside: Sequence[Work] = ()  # works of other people or years than the settings want


@dataclass(slots=True)
class Saver:
    """Shows what each source would change, asks, and saves it as a revision of its own."""

    options: SavingOptions
    has_saved: bool = False
    reports: list[dict[str, Any]] = field(default_factory=list)  # for --json

    def __post_init__(self) -> None:
        schema.prepare_database(current_app)

    def bring_in(
        self,
        answers: Answers,
        command: str,
        *,
        brings_back: bool = False,
        prunes: bool = False,
        really: bool = False,
    ) -> RefreshPlan:
        """Show, ask about and save what one source stated; return the plan."""
        works = [work for work in answers.works if isinstance(work, Work)]
        plan = refreshing.make_refresh_plan(
            *(the_catalog(), answers.source, works, answers.listed),
            brings_back=brings_back,
            prunes=prunes,
            really=really,
        )
        return self.save(plan, answers, command)

    def save(self, plan: RefreshPlan, answers: Answers, command: str) -> RefreshPlan:
        """Show and ask about a plan, and save it; return it."""
        changes = bool(plan.edits())
        self._show(answers, plan)
        if changes and not self._is_agreed():
            revision, outcome = None, f"{answers.name}: nothing was changed."
        else:
            revision = self._save(plan, answers, command) if self.options.saves else None
            outcome = self.options.outcome(revision, changes)
        if self.options.as_json:
            saved = revision.counter if revision and changes else None
            self.reports.append(_as_json(answers, plan) | {"saved": saved, "outcome": outcome})
        elif changes or not self.options.quiet:
            click.echo(outcome)
        return plan

    def finish(self) -> None:
        """Bring the index up to date, after all sources: with what a killed command saved, too."""
        if self.has_saved:
            update_index_after_saving(self.options.quiet)

    def _show(self, answers: Answers, plan: RefreshPlan) -> None:
        if self.options.as_json:
            return
        report = refresh_reports.Report(
            answers.name,
            len(answers.works),
            plan,
            answers.failures,
            [work.record.title or work.identifier for work in answers.outside],
        )
        for line in refresh_reports.lines(report, self.options.quiet):
            click.echo(line)

    def _is_agreed(self) -> bool:
        asks = self.options.asks and not self.options.yes
        return not asks or click.confirm("Do this?", default=True)

    def _save(self, plan: RefreshPlan, answers: Answers, command: str) -> CatalogRevision:
        catalog = the_catalog()
        revision = refreshing.carry_out(catalog, plan, command)
        self.has_saved = True
        if answers.works or answers.listed is not None:
            refreshing.note_answer(
                catalog, answers.source, len(answers.works), len(answers.failures)
            )
        return revision


def _as_json(answers: Answers, plan: RefreshPlan) -> dict[str, Any]:
    """Return a plan with the names that `--json` prints."""
    values = {name: getattr(plan, name) for name in RefreshPlan.__dataclass_fields__}
    del values["sources"], values["removals"], values["revision"]  # nothing that the owner asked
    return {
        **{name: _plain(value) for name, value in values.items()},
        "source": answers.name,
        "works": len(answers.works),
        "not_fetched": [asdict(failure) for failure in answers.failures],
        "outside": [work.record.title or work.identifier for work in answers.outside],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return asdict(value) if hasattr(value, "__dataclass_fields__") else value


def matching_names(wanted: str | None) -> list[Any]:
    """Return the sources of the settings that a name, a kind or a value means; all for None.

    Raises Refused if there is none.
    """
    sources = site().settings.sources
    if not sources:
        raise Refused(
            "There are no sources yet. Add some to site.toml; docs/settings.md shows how."
        )
    if wanted is None:
        return list(sources)
    exact = [source for source in sources if source.name == wanted]
    chosen = exact or [
        source for source in sources if wanted in (source.id, source.value, source.kind)
    ]
    if not chosen:
        names = ", ".join(source.name for source in sources)
        raise Refused(f"There is no source {wanted!r}. The sources in site.toml are: {names}.")
    return chosen
