"""The error tree: every error has its class in `errors.py`, and pages and commands render it."""

import inspect

import pytest
from flask.testing import FlaskClient, FlaskCliRunner

from webapp import errors
from webapp.catalog.catalog import Catalog
from webapp.errors import (
    DatabaseError,
    DatabaseLockedError,
    DatabaseUnavailableError,
    IndexBusyError,
    IndexUnavailableError,
    OctavoError,
    UnknownRevisionError,
)

ALL = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
# Commands print how long they waited instead of the message.
BUSY = (IndexBusyError, DatabaseLockedError)


def test_errors_form_one_tree() -> None:
    assert len(ALL) > 10
    assert all(issubclass(kind, OctavoError) for kind in ALL)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        *((IndexBusyError, 503), (IndexUnavailableError, 503), (UnknownRevisionError, 500)),
        *((DatabaseUnavailableError, 503), (DatabaseError, 500)),
    ],
)
def test_pages_render_an_error_without_its_message(
    kind: type[OctavoError],
    status: int,
    catalog: Catalog,
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise kind("/srv/octavo")

    monkeypatch.setattr(catalog, "find", fail)
    response = client.get("/?q=never-requested-before")
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    assert "/srv/octavo" not in response.text


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind not in BUSY])
def test_commands_render_an_error_in_one_line(
    kind: type[OctavoError],
    catalog: Catalog,
    runner: FlaskCliRunner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise kind("What happened.")

    monkeypatch.setattr("webapp.curation.history.entries", fail)
    result = runner.invoke(args=["history"])
    assert (result.exit_code, result.output) == (2, "Error: What happened.\n")
