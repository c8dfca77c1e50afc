"""Very long fields: a megabyte in one field is shown or cut, and the owner gets a message.

`make torture` measures the time that such a page takes, which is below a second.
"""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from webapp.catalog.indexing import synchronise
from webapp.curation.importing import carry_out, make_plan
from webapp.curation.library import read_files
from webapp.formats.inline import MAX_PARAGRAPHS
from webapp.records import NAMED_PEOPLE
from webapp.site import site
from webapp.views.results.highlighting import MAX_SEARCHED

# More occurrences of a word than 16 bits can count.
LARGE = {"abstract": "zymurgy " * 131_072, **dict.fromkeys(("title", "author"), "zy " * 70_000)}
LARGE |= dict.fromkeys(("journal", "keywords", "url"), "zy " * 70_000)


def load(app: Flask, field: str, value: str) -> list[str]:
    """Save a publication with this field and return the messages of its problems."""
    catalog = site(app).catalog
    entry = f"@article{{large, title = {{Large}}, year = 2020, {field} = {{{value}}}}}"
    library = read_files([("a.bib", entry.encode())], 64 << 20)
    carry_out(catalog, make_plan(catalog, library), "test")
    synchronise(catalog.database, catalog.search, choices=catalog.choices)
    return [problem.message for _, problem in library.problems]


def page(client: FlaskClient) -> BeautifulSoup:
    return BeautifulSoup(client.get("/publications/large").text, "lxml")


@pytest.mark.parametrize("field", LARGE)
def test_a_page_shows_a_megabyte_in_one_field(app: Flask, field: str) -> None:
    load(app, field, LARGE[field])
    client = app.test_client()
    paths = ["/", "/?q=zymurgy", "/publications/large", "/publications.bib", "/publications.atom"]
    assert [client.get(path).status_code for path in paths] == [200] * len(paths)


@pytest.mark.parametrize("field", ["author", "journal", "abstract"])
def test_only_the_beginning_of_a_very_long_text_is_highlighted(app: Flask, field: str) -> None:
    """Highlighting the whole text took half a minute."""
    load(app, field, "zymurgy " * 131_072)
    text = app.test_client().get("/?q=zymurgy&open=large").text
    assert 1_000 < text.count("<mark>") <= MAX_SEARCHED / len("zymurgy ")


def test_very_long_author_lists_end_with_et_al(app: Flask) -> None:
    source = " and ".join(f"Name{number}, Ann" for number in range(16_002))
    assert load(app, "author", source) == ["It has 16,002 people. The first 16,000 were read."]
    client = app.test_client()
    (authors,) = page(client).select("p.authors")
    assert authors.text.rstrip().endswith("et al.")
    assert "Ann Name15999" in authors.text
    assert "Ann Name16000" not in authors.text
    assert "Name16001, Ann" in client.get("/publications/large.bib").text


def test_page_metadata_has_no_more_people_than_a_citation(app: Flask) -> None:
    load(app, "author", " and ".join(f"Name{number}, Ann" for number in range(NAMED_PEOPLE + 2)))
    soup = page(app.test_client())
    assert len(soup.select("meta[name=citation_author]")) == NAMED_PEOPLE
    assert f"Ann Name{NAMED_PEOPLE + 1}" in soup.select_one("p.authors").text


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("keywords", "tag{}; ", "It has 1,001 tags. The first 1,000 were read."),
        ("url", "https://example.org/{} ", "It has 1,001 links. The first 200 were read."),
    ],
)
def test_excess_tags_and_links_are_left_out_and_reported(
    app: Flask, field: str, value: str, message: str
) -> None:
    assert load(app, field, "".join(value.format(number) for number in range(1_001))) == [message]
    text = app.test_client().get("/publications/large").text
    assert value.format(199).strip("; ") in text
    assert value.format(1_000).strip("; ") + '"' not in text


def test_excess_paragraphs_are_merged(app: Flask) -> None:
    load(app, "abstract", "\n\n".join(f"Word{number}." for number in range(MAX_PARAGRAPHS + 3)))
    paragraphs = page(app.test_client()).select("#abstract p")
    assert len(paragraphs) == MAX_PARAGRAPHS + 1
    assert paragraphs[-1].text.split() == [f"Word{MAX_PARAGRAPHS + n}." for n in range(3)]
