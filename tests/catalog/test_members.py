"""The names of members in searches, filters and facets."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import running
from tests.reading import soup
from webapp.catalog import Criteria, Members
from webapp.catalog.catalog import Catalog
from webapp.config import Settings
from webapp.errors import ConfigurationError
from webapp.member_settings import Member
from webapp.site import site

SETTINGS = """
owner = "Ann Owner"
[[members]]
name = "Zoë Österreich"
variants = ["Z. Oesterreich", "Österreich, Zoë Maria", "左伊"]
[[members]]
name = "Jan Roe"
"""
AUTHORS = {
    "a": "Österreich, Zoë",
    "b": "Z Oesterreich and Jan Roe",
    "c": "Zoë Maria Österreich",
    "d": "{左伊} and Other, Max",
    "e": "Other, Max",
}


@pytest.fixture(scope="module")
def members_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("members")
    entries = (
        f"@misc{{{key}, title = {{On {key * 3}}}, author = {{{names}}}, year = 2001}}"
        for key, names in AUTHORS.items()
    )
    (folder / "publications.bib").write_text("\n".join(entries))
    (folder / "site.toml").write_text(SETTINGS)
    with running(folder) as app:
        assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
        yield app


@pytest.fixture(scope="module")
def catalog(members_app: Flask) -> Catalog:
    return site(members_app).catalog


def keys(catalog: Catalog, criteria: Criteria) -> str:
    return "".join(sorted(record.key for record in catalog.find(criteria).records))


def test_a_member_has_one_value_of_the_facet(catalog: Catalog) -> None:
    counts = dict(catalog.find(Criteria()).hits.facets["author"])
    assert counts == {"Zoë Österreich": 4, "Max Other": 2, "Jan Roe": 1}


@pytest.mark.parametrize(
    "query", ["zoe osterreich", "author:osterreich", "author:oesterreich", "maria", "author:左伊",
              'author:"zoë maria"', 'author:"z. oesterreich"'],
)  # fmt: skip
def test_a_search_for_any_name_finds_all_works(catalog: Catalog, query: str) -> None:
    assert keys(catalog, Criteria(q=query, literal=True)) == "abcd"


@pytest.mark.parametrize("name", ["Zoë Österreich", "Z. Oesterreich", "Zoë Maria Österreich"])
def test_a_filter_by_any_name_finds_all_works(catalog: Catalog, name: str) -> None:
    page = catalog.find(Criteria(filters={"author": (name,)}))
    assert "".join(sorted(record.key for record in page.records)) == "abcd"
    assert page.criteria.selected("author") == ("Zoë Österreich",)


def test_names_in_lists_link_to_all_works_of_the_member(members_app: Flask) -> None:
    client = members_app.test_client()
    (link,) = soup(client.get("/")).select("#pub-c .authors a")
    assert link.text == "Zoë Maria Österreich"
    assert link["href"] == "/people/zoe-osterreich"
    answer = client.get("/?author=Z.+Oesterreich")
    assert (answer.status_code, answer.headers["Location"]) == (302, link["href"])
    assert len(soup(client.get(str(link["href"]))).select(".publication")) == 4


@pytest.mark.parametrize("variant", ["S. Feng", "s feng", "Feng, S.", "Siyuan Feng"])
def test_a_name_of_two_members_is_refused(variant: str) -> None:
    members = (
        Member(name="Siyuan Feng", variants=("S. Feng",)),
        Member(name="Shan Feng", variants=(variant,)),
    )
    with pytest.raises(ConfigurationError, match=r"site.toml: members.variants = .* Siyuan Feng"):
        Members(members)


def test_the_site_does_not_start_with_a_name_of_two_members(tmp_path: Path) -> None:
    repeated = SETTINGS + 'variants = ["Z. Oesterreich"]\n'
    (tmp_path / "site.toml").write_text(repeated)
    with pytest.raises(ConfigurationError, match=r"Oesterreich"), running(tmp_path):
        pass


def test_the_owner_may_be_a_member() -> None:
    entry = {"name": "Jan Roe", "variants": ["J. Roe"]}
    settings = Settings.model_validate({"owner": "Jan Roe", "position": "Sage", "members": [entry]})
    members = Members(settings.everyone)
    assert [member.role for member in members.all] == ["Sage"]
    assert members.facet_names(["J Roe", "Roe, Jan", "Eve"]) == ("Jan Roe", "Eve")
