"""Odd forms and addresses below /edit/: no server error."""

import re
from collections.abc import Callable
from functools import cache
from io import BytesIO
from itertools import cycle

import pytest
from flask.testing import FlaskClient

from tests.editors import SAME_ORIGIN, editing_site, form_token, sign_in, site
from webapp.config import ROOT

from .test_access import requests

__all__ = ["editing_site", "site"]

Editing = Callable[..., FlaskClient]
TOO_LONG = "x" * 20_000
ODD = (
    *("", " ", "\x00", "\ud7ff", "é" * 300, "‮ab", "-1", "0", "99999999999999999999", "1e9"),
    *("<script>alert(1)</script>", "{{ 7 * 7 }}", "'; DROP TABLE publications; --", "../../x"),
    *("@article{a, title = {", "@misc{" * 500, "feng2023tensorir", "http://[", "10.1/x"),
    TOO_LONG,
)
FRAGMENT = {"HX-Request": "true", "HX-Source": "form#edit"}


@cache
def field_names() -> tuple[str, ...]:
    """Return the names of all fields in the forms of editors."""
    names: set[str] = set()
    for template in (ROOT / "templates" / "edit").glob("*.html"):
        names.update(re.findall(r'name="([a-z_]+)"', template.read_text()))
    return tuple(sorted(names - {"csrf_token"}))


@pytest.mark.parametrize("start", range(3))
def test_no_odd_form_causes_a_server_error(editing_site: Editing, start: int) -> None:
    client = editing_site()
    sign_in(client)
    token = form_token(client)
    values = cycle(ODD[start:] + ODD[:start])
    for path, method in requests(client.application):
        if path.startswith("/edit/sign-"):
            continue
        fields: dict[str, object] = {name: next(values) for name in field_names()}
        if method == "GET":
            answer = client.get(path, query_string=fields, headers=FRAGMENT)
        else:
            fields |= {"csrf_token": token, "file": (BytesIO(b"x"), "a\nb.pdf")}
            answer = client.post(path, data=fields, headers=SAME_ORIGIN)
        assert answer.status_code < 500, (path, method, fields)
        assert "no-store" in answer.headers["Cache-Control"]
        assert "<script>alert(1)" not in answer.text
        assert ">49<" not in answer.text
