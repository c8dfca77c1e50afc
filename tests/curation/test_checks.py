"""What `octavo check` finds in the settings."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.sites import site
from webapp.curation.checks import check
from webapp.site import site as parts_of

__all__ = ["site"]


@pytest.mark.parametrize(
    ("settings", "problems"),
    [
        ({"featured": ("feng2023tensorir", "nobody2020")}, {("nobody2020", "unknown-featured")}),
        (
            {"lists": [{"slug": "a", "title": "A", "also": ["x1"], "without": ["x2"]}]},
            {("x1", "unknown-featured"), ("x2", "unknown-featured"), ("a", "empty-list")},
        ),
        ({"lists": [{"slug": "a", "title": "A", "search": "no such word"}]}, {("a", "empty-list")}),
        ({"lists": [{"slug": "a", "title": "A", "search": "tensorir"}]}, set()),
    ],
)
def test_settings_that_name_nothing_are_reported(
    site: Callable[..., FlaskClient],
    settings: dict[str, object],
    problems: set[tuple[str, str]],
) -> None:
    client = site(**settings)
    with client.application.app_context():
        found = {(problem.key, problem.reason) for problem in check(parts_of().catalog)}
    assert {pair for pair in found if pair[1] in ("unknown-featured", "empty-list")} == problems
