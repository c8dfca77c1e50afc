"""Related publications on a publication's page."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import running
from tests.reading import one, soup
from webapp.site import site

PAPERS = r"""
@inproceedings{conf, title = {Tiling Tensor Programs for {$O(n)$} \& <b>Kernels</b>}, year = 2024,
  author = {Lovelace, Ada and O'Neil, Bo and others}, booktitle = {TILE}, keywords = {compilers}}
@misc{pre, title = {Tensor Programs, Tiled into Kernels}, author = {Lovelace, Ada and O'Neil, Bo},
  year = 2023, keywords = {compilers}, versionof = {conf}}
@article{survey, title = {Tensor Kernels and Tiling: a survey of <i>programs</i>}, year = 2020,
  author = {Lovelace, Ada and others}, keywords = {compilers}}
@article{arabic, title = {شبكات عصبية عميقة}, author = {علي, محمد and O'Neil, Bo and Lovelace, Ada},
  year = 2019, language = {ar}}
@article{sea, title = {Weather of the Sea}, author = {Rain, Robin and others}, year = 2002}
@article{bread, title = {Bread}, year = 2001}
"""


@pytest.fixture
def papers(instance: Path) -> Iterator[Flask]:
    (instance / "papers.bib").write_text(PAPERS)
    with running(instance) as app:
        arguments = ["import", str(instance / "papers.bib")]
        result = app.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == 0, result.output
        yield app


def related(client: FlaskClient, slug: str) -> dict[str, Tag]:
    """Return the items by the slug that they link to."""
    items = soup(client.get(f"/publications/{slug}")).select("#related li")
    return {str(one(item, "a")["href"]).rpartition("/")[2]: item for item in items}


def reason(item: Tag) -> str:
    return " ".join(one(item, ".reason").text.split())


def test_each_related_publication_has_a_reason(papers: Flask) -> None:
    items = related(papers.test_client(), "survey")
    assert reason(items["conf"]) == (
        "TILE, 2024 · also by Ada Lovelace · keyword: compilers · shared words: Kernels, Tiling"
    )
    assert items["conf"].select(".title math")
    assert one(items["conf"], ".title b").text == "Kernels"
    assert (
        one(items["conf"], ".title a")["aria-label"] == "Tiling Tensor Programs for O(n) & Kernels"
    )


def test_a_right_to_left_name_keeps_its_place(papers: Flask) -> None:
    item = related(papers.test_client(), "conf")["arabic"]
    title = one(item, ".title")
    assert (title["dir"], title["lang"]) == ("auto", "ar")
    assert [name.text for name in item.select(".reason bdi")] == ["Ada Lovelace", "Bo O'Neil"]


def test_versions_of_the_same_work_are_not_related_to_each_other(papers: Flask) -> None:
    client = papers.test_client()
    assert "pre" not in related(client, "conf")
    items = related(client, "pre")
    assert items
    assert "conf" not in items
    assert set(related(client, "survey")) == {"conf"}


@pytest.mark.parametrize("slug", ["sea", "bread"])
def test_an_unrelated_publication_has_no_section(papers: Flask, slug: str) -> None:
    page = soup(papers.test_client().get(f"/publications/{slug}"))
    assert not page.select("#related")
    assert "Related" not in page.text


def test_without_an_index_there_is_no_section(instance: Path) -> None:
    shutil.rmtree(instance / "index")
    with running(instance) as app:
        site(app).index_follower.notice = lambda: None
        answer = app.test_client().get("/publications/feng2023tensorir")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert not soup(answer).select("#related")


def test_the_example_publications_are_related(client: FlaskClient) -> None:
    items = related(client, "feng2023tensorir")
    assert 1 <= len(items) <= 5
    assert "feng2023tensorir" not in items
    assert "and 4 others" in reason(items["lai2025relax"])
    assert related(client, "zhang2019cityflow") == {}


def test_a_changed_catalog_changes_the_etag(papers: Flask, instance: Path) -> None:
    client = papers.test_client()
    before = client.get("/publications/survey")
    (instance / "more.bib").write_text(PAPERS.replace("Tiling Tensor Programs", "Gardens"))
    papers.test_cli_runner().invoke(args=["import", str(instance / "more.bib")])
    after = client.get("/publications/survey", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert BeautifulSoup(before.data, "html.parser").select("#related .title") != (
        BeautifulSoup(after.data, "html.parser").select("#related .title")
    )
