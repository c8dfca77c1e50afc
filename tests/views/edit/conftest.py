"""A browser in which an editor is signed in."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.editors import editing_site, sign_in, site

__all__ = ["editing_site", "site"]


@pytest.fixture
def client(editing_site: Callable[..., FlaskClient]) -> FlaskClient:
    """Return a browser in which ada is signed in."""
    client = editing_site()
    sign_in(client)
    return client
