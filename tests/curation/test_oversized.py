"""Fields without end: a megabyte of one thing is only long, and costs a page no more than a second.

How long a page takes is for `make torture`; here is what is left out for it, and what is said.
"""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from webapp.catalog.indexing import synchronise
from webapp.curation.importing import carry_out, make_plan, read_files
from webapp.records import NAMED_PEOPLE
from webapp.site import site
from webapp.views.results.highlighting import LOOKED_AT
from webapp.views.results.items import MAX_PARAGRAPHS

# More of one word than 16 bits count.
LARGE = {"abstract": "zymurgy " * 131_072, **dict.fromkeys(("title", "author"), "zy " * 70_000)}
LARGE |= dict.fromkeys(("journal", "keywords", "url"), "zy " * 70_000)


def load(app: Flask, field: str, value: str) -> list[str]:
    """A publication with this field; what was doubtful about it."""
    catalog = site(app).catalog
    entry = f"@article{{large, title = {{Large}}, year = 2020, {field} = {{{value}}}}}"
    library = read_files([("a.bib", entry.encode())], 64 << 20)
    carry_out(catalog, make_plan(catalog, library), "test")
    synchronise(catalog.database, catalog.search)
    return [problem.message for _, problem in library.problems]


def page(client: FlaskClient) -> BeautifulSoup:
    return BeautifulSoup(client.get("/publications/large").text, "lxml")


@pytest.mark.parametrize("field", LARGE)
def test_up_to_a_megabyte_in_one_field_is_only_long(app: Flask, field: str) -> None:
    load(app, field, LARGE[field])
    client = app.test_client()
    paths = ["/", "/?q=zymurgy", "/publications/large", "/publications.bib", "/publications.atom"]
    assert [client.get(path).status_code for path in paths] == [200] * len(paths)


@pytest.mark.parametrize("field", ["author", "journal", "abstract"])
def test_words_are_marked_in_a_part_of_a_text_without_end(app: Flask, field: str) -> None:
    """To mark all of them took half a minute."""
    load(app, field, "zymurgy " * 131_072)
    text = app.test_client().get("/?q=zymurgy&open=large").text
    assert 1_000 < text.count("<mark>") <= LOOKED_AT / len("zymurgy ")


def test_more_people_than_ever_wrote_a_paper_are_et_al(app: Flask) -> None:
    source = " and ".join(f"Name{number}, Ann" for number in range(16_002))
    assert load(app, "author", source) == ["It has 16,002 people; the first 16,000 are taken."]
    client = app.test_client()
    (authors,) = page(client).select("p.authors")
    assert authors.text.rstrip().endswith("et al.")
    assert "Ann Name15999" in authors.text
    assert "Ann Name16000" not in authors.text
    assert "Name16001, Ann" in client.get("/publications/large.bib").text


def test_the_head_of_a_page_names_no_more_people_than_a_citation(app: Flask) -> None:
    load(app, "author", " and ".join(f"Name{number}, Ann" for number in range(NAMED_PEOPLE + 2)))
    found = page(app.test_client())
    assert len(found.select("meta[name=citation_author]")) == NAMED_PEOPLE
    assert f"Ann Name{NAMED_PEOPLE + 1}" in found.select_one("p.authors").text


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("keywords", "tag{}; ", "It has 1,001 tags; the first 1,000 are taken."),
        ("url", "https://example.org/{} ", "It has 1,001 links; the first 200 are taken."),
    ],
)
def test_tags_and_links_past_all_use_are_left_out_and_told(
    app: Flask, field: str, value: str, message: str
) -> None:
    assert load(app, field, "".join(value.format(number) for number in range(1_001))) == [message]
    text = app.test_client().get("/publications/large").text
    assert value.format(199).strip("; ") in text
    assert value.format(1_000).strip("; ") + '"' not in text


def test_paragraphs_past_all_use_are_one(app: Flask) -> None:
    load(app, "abstract", "\n\n".join(f"Word{number}." for number in range(MAX_PARAGRAPHS + 3)))
    found = page(app.test_client()).select("#abstract p")
    assert len(found) == MAX_PARAGRAPHS + 1
    assert found[-1].text.split() == [f"Word{MAX_PARAGRAPHS + n}." for n in range(3)]
