"""Several publications at once: ticked, shown as they would change, saved as one revision."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.editors import editing_site, index, post, sign_in, site
from tests.importing import do, plan_of, records
from tests.reading import one, soup
from webapp.catalog import Catalog
from webapp.cli.reports import plan_lines
from webapp.site import site as parts_of

__all__ = ["editing_site", "site"]

Editing = Callable[..., FlaskClient]

FILE = r"""
@article{a, title = {Graphs of <a>}, author = {Doe, Jane}, year = 2020,
  keywords = {graphs, f{\"u}r}}
@article{b, title = {Graphs of b}, author = {Doe, Jane}, year = 2021, journal = {J}, doi = {10.1/b},
  keywords = {x; "a, b"}, tags = {old}}
@misc{c, title = {Lists}, author = {Doe, Jane}, year = 2022, selected = {true}}
@misc{d, title = {Trees}, author = {Roe, Ann}, year = 2023, hidden = {true}}
"""


@pytest.fixture
def client(editing_site: Editing) -> FlaskClient:
    client = editing_site()
    sign_in(client)
    catalog = catalog_of(client)
    do(catalog, FILE, prune=True)
    index(catalog)
    return client


def catalog_of(client: FlaskClient) -> Catalog:
    return parts_of(client.application).catalog


def send(client: FlaskClient, slugs: str, action: str, **fields: str) -> TestResponse:
    return post(client, "/edit/selection", slug=slugs, action=action, **fields)


def save(client: FlaskClient, slugs: str, action: str, **fields: str) -> TestResponse:
    """Send a selection, then the form that it leads to with its button to save."""
    revision = one(soup(send(client, slugs, action, **fields)), "input[name=revision]")["value"]
    return send(client, slugs, action, **fields, save="1", revision=str(revision))


@pytest.mark.parametrize(
    ("action", "fields", "changed"),
    [
        ("tag", {"value": "graphs"}, {"b": ("tags", ("x", '"a, b"', "old", "graphs")),
                                      "c": ("tags", ("graphs",)), "d": ("tags", ("graphs",))}),
        ("tag", {"value": "a, b & c"}, {"c": ("tags", ("a, b & c",))}),
        ("untag", {"value": "für"}, {"a": ("tags", ("graphs",))}),
        ("untag", {"value": "old"}, {"b": ("tags", ("x", '"a, b"'))}),
        ("set", {"name": "Note", "value": "To {A}ppear"}, {"a": ("note", "To Appear")}),
        ("set", {"name": "year", "value": ""}, {"a": ("year", None), "c": ("year", None)}),
        ("select", {}, {"a": ("selected", "true"), "b": ("selected", "true")}),
        ("unselect", {}, {"c": ("selected", "")}),
        ("hide", {}, {"a": ("is_hidden", True), "b": ("is_hidden", True)}),
        ("show", {}, {"d": ("is_hidden", False)}),
        ("join", {"published": "b"}, {"a": ("version_of", "b"), "c": ("version_of", "b")}),
    ],
)  # fmt: skip
def test_an_action_changes_what_it_names(
    client: FlaskClient, action: str, fields: dict[str, str], changed: dict[str, tuple[str, object]]
) -> None:
    before = records(catalog_of(client))
    preview = send(client, "a b c d", action, **fields)
    assert preview.status_code == 200
    assert records(catalog_of(client)) == before
    answer = save(client, "a b c d", action, **fields)
    assert answer.status_code == 303
    after = records(catalog_of(client))
    for key, (name, value) in changed.items():
        record = after[key]
        assert getattr(record, name, record.fields.get(name, "")) == value, key
    page = soup(client.get(answer.headers["Location"]))
    assert "publication" in one(page, ".edit-saved [translate=no]").text
    post(client, str(one(page, ".edit-saved form")["action"]))
    assert records(catalog_of(client)) == before


def test_a_removal_is_shown_first(client: FlaskClient) -> None:
    page = soup(send(client, "a c", "remove"))
    assert [title.text for title in page.select("p > del")] == ["Graphs of <a>", "Lists"]
    assert len(records(catalog_of(client))) == 4
    save(client, "a c", "remove")
    assert list(records(catalog_of(client))) == ["b", "d"]


def test_the_published_version_is_proposed(client: FlaskClient) -> None:
    page = soup(send(client, "a b", "join"))
    assert [radio["value"] for radio in page.select("input[checked]")] == ["b"]
    save(client, "a b", "join", published="b")
    assert records(catalog_of(client))["a"].version_of == "b"
    save(client, "a", "part")
    assert records(catalog_of(client))["a"].version_of == ""


def test_everything_that_a_search_finds_can_be_changed(client: FlaskClient) -> None:
    page = soup(client.get("/edit/?q=graphs"))
    assert sorted(str(tick["value"]) for tick in page.select("input[name=slug]")) == ["a", "b"]
    query = str(one(page, "#selection input[name=query]")["value"])
    shown = soup(post(client, "/edit/selection", query=query, all="1", action="hide"))
    assert sorted(one(shown, "textarea[name=slug]").text.split()) == ["a", "b"]


def test_a_change_by_others_is_shown_before_saving(client: FlaskClient) -> None:
    page = soup(send(client, "a", "hide"))
    revision = str(one(page, "input[name=revision]")["value"])
    do(catalog_of(client), FILE.replace("Lists", "Queues"))
    answer = send(client, "a", "hide", save="1", revision=revision)
    assert answer.status_code == 409
    assert "changed since" in one(soup(answer), "[role=alert]").text
    assert not records(catalog_of(client))["a"].is_hidden


@pytest.mark.parametrize(
    ("slugs", "action", "fields", "words"),
    [
        ("", "hide", {}, "Tick publications"),
        ("a", "", {}, "Choose what to do"),
        ("a", "drop", {}, "Choose what to do"),
        ("a", "tag", {}, "A value is missing"),
        ("a", "set", {"value": "x"}, "A value is missing"),
        ("a", "set", {"name": "a b", "value": "x"}, "no name of a field"),
        ("a", "set", {"name": "title", "value": "{x"}, "brace"),
        ("a", "join", {"published": "zz"}, "Choose the published version"),
        ("x " * 9, "join", {}, "A value is missing"),
        (" ".join(map(str, range(6000))), "hide", {}, "more than 5,000"),
    ],
)
def test_a_wrong_form_is_shown_again(
    client: FlaskClient, slugs: str, action: str, fields: dict[str, str], words: str
) -> None:
    answer = send(client, slugs, action, **fields)
    assert answer.status_code == 422
    page = soup(answer)
    assert words in one(page, "[role=alert]").text
    if slugs:
        assert one(page, "textarea[name=slug]").text.split() == slugs.split()
        assert one(page, "input[name=value]")["value"] == fields.get("value", "")


def test_publications_that_are_gone_are_named(client: FlaskClient) -> None:
    page = soup(send(client, "gone a", "hide"))
    assert "1 not there any more\n  gone" in one(page, "pre").text
    assert one(page, "h2").text == "1 publication changes"


def test_the_report_is_that_of_an_import(client: FlaskClient) -> None:
    """Sections, counts and doubts in the words of `octavo import --dry-run`."""
    page = soup(send(client, "a b c d", "set", name="year", value="soon"))
    lines = one(page, "pre").text.split("\n")
    plan = plan_of(catalog_of(client), re.sub("year = [0-9]+", "year = {soon}", FILE))
    imported = list(plan_lines(plan, prune=False))
    assert "4 to check" in lines
    assert lines[-6:] == imported[-6:] == [
        "4 changed", *(f"  {key} (date, year)" for key in "abcd"), "0 unchanged"
    ]  # fmt: skip
    page = soup(send(client, "b c", "remove"))
    assert one(page, "pre").text == "2 removed\n  b\n  c\n0 unchanged"


def test_a_publication_that_becomes_like_another_is_named(client: FlaskClient) -> None:
    page = soup(send(client, "a c", "set", name="doi", value="10.1000/b"))
    assert "may be the same work\n  a c  (the same DOI)" in one(page, "pre").text
    page = soup(send(client, "a c", "hide"))
    assert "same work" not in one(page, "pre").text


def test_editors_see_sources_and_settings(editing_site: Editing) -> None:
    client = editing_site(
        sources=[{"orcid": "0000-0002-1825-0097", "name": "Ada"}],
        contact="ada@example.org",
        venues={"Journal of <Things>": "JT"},
    )
    sign_in(client)
    page = soup(client.get("/edit/sources"))
    assert "No answer yet" in one(page, ".edit-list").text
    page = soup(client.get("/edit/settings"))
    shown = {row.select("dt")[0].text: row.select("dd")[0].text for row in page.select("dl > div")}
    assert shown["venues"] == "Journal of <Things>: JT"
    assert shown["editors"] == "ada\ngrace"
    assert "page_size" in one(page, "main").text
