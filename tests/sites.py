"""A fixture for sites with other settings than the seed's."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import request
from flask.testing import FlaskClient

from webapp.application import create_app
from webapp.config import Settings
from webapp.site_file import load_settings
from webapp.store.tables import db

Site = Callable[..., FlaskClient]


@pytest.fixture
def site(instance: Path) -> Iterator[Site]:
    """A function that makes a client of a site with the given settings.

    Its page /visitor returns the URL and the address of the request.
    """
    with ExitStack() as stack:

        def make(**settings: Any) -> FlaskClient:
            values = {**load_settings(instance).model_dump(by_alias=True), **settings}
            app = create_app(instance, Settings.model_validate(values))
            app.add_url_rule("/visitor", "visitor", lambda: [request.url, request.remote_addr])

            @stack.callback
            def _close() -> None:
                with app.app_context():
                    db.engine.dispose()

            return app.test_client()

        yield make
