"""The command `fetch`."""

import sys
from collections.abc import Sequence

import click

from ..curation.fetch_queue import FetchQueue, Request
from ..errors import NotFetchedError, UnknownIdentifierError
from ..services import identifiers
from ..services.client import Client
from ..services.works import Failure, Work
from .command import Command
from .common import waits_for_locks
from .exits import NOT_FETCHED, PARTLY_DONE
from .output import argument_text, echo_json
from .saving import SavingOptions
from .services import Answers, Saver, services_client

SOURCE = "fetch"  # how the database knows what was fetched by an identifier


@click.command("fetch", cls=Command)
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Show the plan and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--quiet", is_flag=True, help="Print only changes and problems.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the plan as JSON; save nothing without --yes."
)
@waits_for_locks
def fetch_command(ids: tuple[str, ...], **flags: bool) -> None:
    """Fetch publications by their identifiers, from Crossref and other services.

    ID is a DOI, an arXiv or PubMed number, an ISBN, a key of dblp, or an address with one.
    The plan is shown first. On a terminal, you are asked before it is carried out.

    A publication that the catalog has gets the fields that it lacks; what it has stays. One that
    you removed before is added again.

    Exit status: 0 all were fetched, 1 one was not merged, because its title is very different from
    that of the publication with its number, 2 nothing was changed, 3 some were not fetched.

    Example: octavo fetch 10.1145/3575693.3576933
    """
    options = SavingOptions(**flags)
    saver = Saver(options)
    with services_client() as client:
        answers = _fetch(client, ids)
    command = " ".join(["octavo fetch", *map(argument_text, ids)])
    plan = saver.bring_in(answers, command, brings_back=True)
    saver.finish()
    if options.as_json:
        echo_json(saver.reports[0])
    if answers.failures:
        sys.exit(NOT_FETCHED)
    if plan.doubts:
        sys.exit(PARTLY_DONE)


def bring_in_requests(
    saver: Saver, client: Client, queue: FetchQueue, requests: Sequence[Request]
) -> bool:
    """Fetch what editors requested; return whether nothing is left. Failures stay in the queue."""
    answers = _fetch(client, [request.identifier for request in requests])
    editors = ", ".join(dict.fromkeys(argument_text(request.who) for request in requests))
    saver.bring_in(answers, f"octavo refresh (requested by {editors})", brings_back=True)
    failures = {failure.what: failure.why for failure in answers.failures}
    if saver.options.saves:
        for request in requests:
            if request.identifier in failures:
                queue.note_failure(request, failures[request.identifier])
            else:
                queue.remove(request)
    return not failures


def _fetch(client: Client, ids: Sequence[str]) -> Answers:
    works: list[Work] = []
    failures: list[Failure] = []
    for identifier in dict.fromkeys(ids):
        try:
            works.append(identifiers.fetch(client, identifier))
        except (NotFetchedError, UnknownIdentifierError) as error:
            failures.append(Failure.of(identifier, error))
    return Answers(SOURCE, SOURCE, works, None, failures)
