"""The command `refresh`."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from flask import current_app

from ..curation import enriching, taking
from ..curation.fetch_queue import FetchQueue
from ..curation.reports import brief
from ..curation.source_filter import split_works
from ..errors import ConfigurationError, NotFetchedError, UnknownIdentifierError
from ..services.client import Client
from ..services.enrichment import fetch_enrichments
from ..services.lists import read_list
from ..services.works import Failure
from ..site import site
from ..source_settings import Source
from ..store.source_records import ENRICHMENT
from .command import Command
from .common import lacks_database, the_catalog, update_index_after_saving, waits_for_locks
from .exits import NOT_FETCHED, PARTLY_DONE
from .fetching import bring_in_requests
from .output import argument_text, echo_json
from .saving import SavingOptions
from .services import Answers, Saver, matching_names, services_client


@click.command("refresh", cls=Command)
@click.argument("name", required=False)
@click.option("--dry-run", is_flag=True, help="Show the plans and change nothing.")
@click.option(
    "--requested",
    is_flag=True,
    help="Only fetch what editors requested in the browser, and ask no source.",
)
@click.option(
    "--enrich",
    is_flag=True,
    help="Also ask what was retracted or corrected and what is free to read, for all publications "
    "with a DOI, as the setting enrich does at each refresh.",
)
@click.option(
    "--take",
    nargs=2,
    multiple=True,
    metavar="KEY FIELD",
    help="Take this field of a publication from what a source stated last, and ask no source. May "
    "be repeated. NAME says which source, if they differ.",
)
@click.option(
    "--really",
    is_flag=True,
    help="Believe a source that has lost more than half of its works: remove them, if the setting "
    "prune says so.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--quiet", is_flag=True, help="For scheduled runs: print only changes and problems.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the plans as JSON; save nothing without --yes."
)
@waits_for_locks
def refresh_command(
    name: str | None,
    take: tuple[tuple[str, str], ...],
    requested: bool,
    enrich: bool,
    really: bool,
    **flags: bool,
) -> None:
    """Bring in what the sources in site.toml have: what is new, and what they changed.

    Without NAME, all sources are asked, and what editors requested in the browser is fetched. Each
    one's plan is shown before it is carried out, and is one revision. On a terminal, you are asked
    first.

    What you changed here stays. If a source changes the same field, the report names both values,
    and --take KEY FIELD takes that of the source. What you removed is not added again, and what
    has left a source is not removed, unless its setting prune says so.

    Exit status: 0 done, 1 a source has lost more than half of its works, 2 nothing was changed,
    3 something was not fetched; the rest was brought in. A work without a title is named, but
    does not count, because asking again would not help.

    --enrich adds what Crossref knows of retractions and corrections, where Unpaywall finds a
    publication free to read, and with the setting citations how often Crossref counts it as cited.

    Example: octavo refresh --dry-run
    """
    options = SavingOptions(**flags)
    if take:
        _take(take, name, options)
        return
    settings = site().settings
    enrich |= settings.enrich and name is None and not requested
    queue = FetchQueue(Path(current_app.instance_path))
    requests = [] if name else list(queue.requests())
    if requested and not requests:
        _print_reports(options, [])
        return
    needs_source = name is not None or not (requests or enrich)
    if lacks_database() and not requests:
        matching_names(name)  # without sources, no database is created
    saver = Saver(options)
    asks_sources = (needs_source or settings.sources) and not requested
    sources = matching_names(name) if asks_sources else []
    are_complete, are_suspicious = [], []
    with services_client() as client:
        if requests:
            are_complete.append(bring_in_requests(saver, client, queue, requests))
        for source in sources:
            answers = _ask(client, source)
            command = f"octavo refresh {shlex.quote(argument_text(source.name))}"
            plan = saver.bring_in(answers, command, prunes=source.prune, really=really)
            are_complete.append(all(failure.is_lasting for failure in answers.failures))
            are_suspicious.append(plan.is_suspicious)
        if enrich:
            are_complete.append(_enrich(client, saver))
    saver.finish()
    _print_reports(options, saver.reports)
    if not all(are_complete):
        sys.exit(NOT_FETCHED)
    if any(are_suspicious):
        sys.exit(PARTLY_DONE)


def _print_reports(options: SavingOptions, reports: Sequence[object]) -> None:
    if options.as_json:
        echo_json({"sources": reports})


def _ask(client: Client, source: Source) -> Answers:
    """Read a source. One that does not answer is a failure, and does not stop the others."""
    try:
        listing = read_list(client, source, folder=Path(current_app.instance_path))
    except (NotFetchedError, UnknownIdentifierError, ConfigurationError) as error:
        return Answers(source.id, source.name, failures=[Failure(source.name, str(error))])
    works, outside = split_works(source, listing.works, site().settings)
    return Answers(source.id, source.name, works, listing.listed, listing.failures, outside)


def _enrich(client: Client, saver: Saver) -> bool:
    """Bring in what services know beside the bibliography; return whether all of it was fetched."""
    catalog = the_catalog()
    dois = enriching.dois(catalog)
    enrichments, failures = fetch_enrichments(client, dois, site().settings.citations)
    plan = enriching.make_enrichment_plan(catalog, enrichments)
    answers = Answers(ENRICHMENT, ENRICHMENT, works=dois, failures=failures)
    saver.save(plan, answers, "octavo refresh --enrich")
    return not failures


def _take(wanted: tuple[tuple[str, str], ...], name: str | None, options: SavingOptions) -> None:
    """Take fields from what sources stated last."""
    catalog = the_catalog()
    plan = taking.make_take_plan(catalog, wanted, _source_id(name))
    command = " ".join(["octavo refresh", *(f"--take {key} {field}" for key, field in wanted)])
    if not (options.as_json or options.quiet):
        for change in plan.taken:
            click.echo(f"{brief(change.key)} {change.field} (from {change.source})")
            click.echo(f"  - {brief(change.ours)}")
            click.echo(f"  + {brief(change.theirs)}")
    revision = taking.carry_out(catalog, plan, command) if options.saves else None
    outcome = options.outcome(revision, changes=True)
    if revision:
        update_index_after_saving(options.quiet)
    if options.as_json:
        saved = revision.counter if revision else None
        echo_json({"taken": plan.taken, "saved": saved, "outcome": outcome})
    elif not options.quiet:
        click.echo(outcome)


def _source_id(name: str | None) -> str | None:
    """Return how the database knows a source; also for one that is not in the settings, as file."""
    if name is None:
        return None
    sources = site().settings.sources
    ids = [s.id for s in sources if name in (s.name, s.id, s.value, s.kind)]
    return ids[0] if ids else name
