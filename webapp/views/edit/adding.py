"""Adding publications: pasted text of any format, an identifier to fetch, or an empty form."""

import hashlib
from pathlib import Path
from typing import Final, cast

from flask import current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ...curation.adding import Added, Candidate, Choice, add_publications, find_candidates
from ...curation.entry_text import is_fault, plain_lines
from ...curation.fetch_queue import FetchQueue
from ...curation.isolated_reading import read_isolated
from ...curation.library import Library
from ...errors import (
    CatalogChangedError,
    DatabaseError,
    UnknownIdentifierError,
    UnreadableFileError,
)
from ...records import TYPE_LABELS, Record
from ...site import site
from ..http.responses import catalog
from ..results.items import title_of
from ..urls import site_urls
from .access import blueprint, body_limit, editor
from .field_form import MOST_ROWS, MOVE, FieldForm
from .field_groups import label_of
from .submission import Submission

MAX_BODY: Final = 8 << 20  # bytes of a request
MAX_IDENTIFIERS: Final = 50  # lines of a pasted text that may be identifiers
MAX_WORDS: Final = 2  # of a line with an identifier, besides numbers: "doi: 10.1000/7"
CHOICE: Final = "choice:"  # before the number of an entry
_CHOICES: Final = frozenset({"add", "join", "leave"})


@blueprint.get("/add")
def add() -> ResponseReturnValue:
    """Return the page to paste into."""
    return _page("", revision=request.args.get("saved", 0, int))


@blueprint.post("/add")
@body_limit(MAX_BODY)
def add_pasted() -> ResponseReturnValue:
    """Add what was pasted; first show it, if anything of it needs a choice."""
    pasted = request.form.get("pasted", "")
    if not pasted.strip():
        return _page(pasted, error="empty"), 422
    if requested := _request_fetching(pasted):
        return _page("" if "full" not in requested else pasted, requested=requested)
    is_confirmed = "confirm" in request.form and request.form.get("shown") == _digest(pasted)
    return _add_text(pasted, shown=is_confirmed)


@blueprint.post("/add/remove")
def remove_request() -> ResponseReturnValue:
    """Remove an identifier that waits to be fetched."""
    queue = _queue()
    for waiting in queue.requests():
        if waiting.identifier == request.form.get("identifier"):
            queue.remove(waiting)
    return redirect(site_urls().edit_page("add"), 303)


@blueprint.get("/add/new")
def add_by_form() -> ResponseReturnValue:
    """Return an empty form."""
    return _form_page(FieldForm.of_record(_EMPTY), Submission())


@blueprint.post("/add/new")
@body_limit(MAX_BODY)
def add_form() -> ResponseReturnValue:
    """Add the publication of the form, or return the form with what prevents it."""
    form = FieldForm.of_request(request.form, _EMPTY)
    if MOVE in request.form:
        return _form_page(form.moved(request.form[MOVE]), Submission())
    faults = form.new_faults()
    if faults:
        return _form_page(form, Submission(faults=faults)), 422
    return _add_text(form.text, shown=False)


_EMPTY: Final = Record("", "article")


def _queue() -> FetchQueue:
    return FetchQueue(Path(current_app.instance_path))


def _request_fetching(pasted: str) -> list[str]:
    """Queue the identifiers in a text that has nothing else; return them, or "full"."""
    lines = [line.strip() for line in plain_lines(pasted).split("\n") if line.strip()]
    if len(lines) > MAX_IDENTIFIERS or not all(map(_may_be_identifier, lines)):
        return []
    try:
        requests = [_queue().add(line, editor()) for line in lines]
    except UnknownIdentifierError:
        return []
    return [added.identifier if added else "full" for added in requests]


def _may_be_identifier(line: str) -> bool:
    """Return whether a line is no more than an identifier with a label: no entry with a DOI."""
    words = [word for word in line.split() if not word.isdecimal()]
    return len(words) <= MAX_WORDS and "{" not in line


def _add_text(pasted: str, *, shown: bool) -> ResponseReturnValue:
    """Read a text, and add its entries if that needs no choice or the choices were made."""
    limit = site().settings.import_limit_mb << 20
    try:
        library = read_isolated(pasted.encode("utf-8", "replace"), limit)
    except UnreadableFileError as error:
        return _page(pasted, error="unreadable", reason=str(error)), 422
    candidates = find_candidates(catalog(), library)
    if not candidates or not (shown or _is_clear(library, candidates)):
        return _page(pasted, library=library, candidates=candidates), 200 if candidates else 422
    try:
        added = add_publications(
            catalog(), library, _choices(len(candidates)), "add in the browser", editor()
        )
    except (CatalogChangedError, DatabaseError) as error:
        current_app.logger.error("Nothing was added: %s", error)
        page = _page(pasted, library=library, candidates=candidates, error="failed")
        return page, 503
    return _added(added)


def _digest(pasted: str) -> str:
    """Return what a form with choices says of the text that they are for."""
    return hashlib.blake2b(plain_lines(pasted).encode(), digest_size=12).hexdigest()


def _is_clear(library: Library, candidates: list[Candidate]) -> bool:
    """Return whether nothing has to be shown before one new publication is added."""
    is_new = len(candidates) == 1 and not candidates[0].known
    faults = (p for _, p in library.problems if is_fault(p) and p.reason != "no-key")
    return is_new and not any(faults)


def _choices(count: int) -> dict[int, Choice]:
    sent = {number: request.form.get(f"{CHOICE}{number}", "") for number in range(count)}
    return {number: cast("Choice", sent[number]) for number in sent if sent[number] in _CHOICES}


def _added(added: Added) -> ResponseReturnValue:
    """Lead to the form of what was added, or back if it was several or nothing."""
    if added.revision is None:
        return redirect(site_urls().edit_page("add"), 303)
    site().index_follower.notice()
    number = added.revision.counter
    if len(added.slugs) == 1:
        return redirect(f"{site_urls().edit(added.slugs[0])}?saved={number}", 303)
    return redirect(f"{site_urls().edit_page('add')}?saved={number}", 303)


def _page(
    pasted: str,
    library: Library | None = None,
    candidates: list[Candidate] | None = None,
    requested: list[str] | None = None,
    error: str = "",
    reason: str = "",
    revision: int = 0,
) -> str:
    return render_template(
        "edit/add.html",
        pasted=pasted,
        digest=_digest(pasted),
        problems=library.problems if library else (),
        candidates=candidates or [],
        requested=requested or [],
        waiting=list(_queue().requests()),
        error=error,
        reason=reason,
        revision=revision,
        title_of=title_of,
    )


def _form_page(form: FieldForm, submission: Submission) -> str:
    return render_template(
        "edit/new.html",
        form=form,
        submission=submission,
        label_of=label_of,
        most_rows=MOST_ROWS,
        type_names=TYPE_LABELS,
    )
