"""Sites with settings of a test's own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import request
from flask.testing import FlaskClient

from webapp import create_app
from webapp.config import Settings, load_settings
from webapp.store.tables import db

Site = Callable[..., FlaskClient]


@pytest.fixture
def site(instance: Path) -> Iterator[Site]:
    """A site with some settings, and a page that tells what it knows of the visitor."""
    with ExitStack() as stack:

        def make(**settings: Any) -> FlaskClient:
            chosen = {**load_settings(instance).model_dump(), **settings}
            app = create_app(instance, Settings.model_validate(chosen))
            app.add_url_rule("/visitor", "visitor", lambda: [request.url, request.remote_addr])

            @stack.callback
            def _close() -> None:
                with app.app_context():
                    db.engine.dispose()

            return app.test_client()

        yield make
