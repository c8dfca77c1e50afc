"""The form with which visitors propose corrections. It exists only with the setting for it."""

from dataclasses import replace
from typing import Final

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ..curation.corrections import PEOPLE, propose, shown_fields
from ..errors import CorrectionRefusedError
from ..store.publications import Stored
from .http.responses import cached_by_revision, catalog
from .urls import absolute_urls, site_urls

blueprint = Blueprint("corrections", __name__)

MAX_BODY: Final = 65_536  # bytes of a form
MAX_FIELD: Final = 20_000  # characters
TRAP: Final = "website"  # a field that people do not see, and programs fill in
STATUS: Final = {"unchanged": 422, "too long": 422, "too many": 429, "full": 503}


@blueprint.get("/publications/<slug:slug>/correct")
@cached_by_revision
def show_form(slug: str) -> ResponseReturnValue:
    """Return the form, or after it was sent, thanks for it."""
    stored = catalog().get(slug)
    if stored is None:
        present = catalog().present_slug(slug) or abort(404)
        return redirect(site_urls().correction(present), 301)
    stored = _with_present_names(stored)
    return _page(stored, shown_fields(stored.record), is_sent="sent" in request.args)


@blueprint.post("/publications/<slug:slug>/correct")
def send_form(slug: str) -> ResponseReturnValue:
    """Store a correction for the editors, or return the form with what prevents that."""
    request.max_content_length = request.max_form_memory_size = MAX_BODY
    stored = _with_present_names(catalog().get(slug) or abort(404))
    form = request.form
    shown = shown_fields(stored.record)
    values = {name: form.get(name, value) for name, value in shown.items()}
    name, email = (" ".join(form.get(field, "").split()) for field in ("name", "email"))
    sent = redirect(f"{site_urls().correction(slug)}?sent=1", 303)
    sent.headers["Cache-Control"] = "no-store"
    if form.get(TRAP):
        return sent
    try:
        if max(map(len, (*values.values(), name, email))) > MAX_FIELD:
            raise CorrectionRefusedError("too long")
        propose(catalog(), stored, values, name, email, request.remote_addr or "")
    except CorrectionRefusedError as error:
        page = _page(stored, values, problem=str(error), name=name, email=email)
        return page, STATUS[str(error)], {"Cache-Control": "no-store"}
    return sent


def _with_present_names(stored: Stored) -> Stored:
    return replace(stored, record=catalog().choices.members.rename(stored.record))


def _page(
    stored: Stored,
    values: dict[str, str],
    *,
    is_sent: bool = False,
    problem: str = "",
    name: str = "",
    email: str = "",
) -> str:
    return render_template(
        "publications/correct.html",
        record=stored.record,
        values=values,
        people=PEOPLE,
        is_sent=is_sent,
        problem=problem,
        name=name,
        email=email,
        absolute_urls=absolute_urls(),
    )
