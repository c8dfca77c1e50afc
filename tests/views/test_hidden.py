"""Hidden publications: out of everything that visitors can request, and in it when shown again."""

import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Final

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import running
from tests.importing import do, records
from tests.reading import soup
from webapp.catalog import Catalog, Criteria, hidden_publications, synchronise
from webapp.catalog.fallback import scan_hits
from webapp.facets import FACETS
from webapp.formats.registry import LIST_EXPORTS, READERS, WRITERS, write
from webapp.site import site
from webapp.store.connections import reading

# Every word that only the hidden publication has begins with one of these.
MARKERS: Final = re.compile(r"zyzzo\w*|qvx|\b1788\b|xylophone")
HIDDEN: Final = """
@article{zyzzokey, hidden = {true}, version_note = {x},
  title = {Zyzzogeton graphs and quick vector xylophones ({QVX})}, abstract = {Zyzzobrew. QVX.},
  author = {Zyzzoson, Zora and Doe, Jane}, editor = {Zyzzoed, Ed}, journal = {Zyzzo Letters},
  year = 1788, keywords = {zyzzotag, graphs}, doi = {10.1788/zyzzo}, eprint = {1788.00001},
  archiveprefix = {arXiv}, publisher = {Zyzzopub}, language = {german}, selected = {true},
  pdf = {zyzzo.pdf}, slides = {shared.pdf}, preview = {zyzzo.png}, url = {https://zyzzo.example/}}
@misc{zyzzopre, hidden = {yes}, versionof = {shown}, title = {Zyzzo preprint of graphs},
  author = {Zyzzoson, Zora}, year = 1788, eprint = {1788.00002}, archiveprefix = {arXiv}}
"""
SHOWN: Final = """
@article{shown, title = {Graphs of graphs}, author = {Doe, Jane}, year = 2020,
  journal = {Annals of Graphs}, keywords = {graphs}, slides = {shared.pdf}}
@misc{draft, title = {Graphs of graphs, preprint}, author = {Doe, Jane}, year = 2019,
  versionof = {zyzzokey}, hidden = {false}}
"""
SEARCHES: Final = (
    *("q=graphs", "q=graphs+doe", 'q="graphs+and+quick"', "q=quick+vector", "q=quickvector"),
    *("q=year:..1800", "q=type:article", "q=-graph", "q=grph&literal=1", "q=zyz", "q=qv"),
    *("q=xylophnoe", "q=selected:1", "sort=newest", "sort=oldest&page=2", "year=..1900"),
    *("author=Jane+Doe&open=zyz", "find=z", "type=article&more=1", "q=german"),
)
VALUES: Final = {
    "slug": ("zyzzokey", "zyzzopre", "oldkey", "shown", "draft"),
    "extension": tuple(LIST_EXPORTS),
    "part": ("1",),
    "name": ("zyzzo.pdf", "zyzzo.png", "talks/../zyzzo.pdf", "alias.pdf", "shared.pdf"),
    "facet": tuple(FACETS),
    "filename": ("site.css",),
}


@pytest.fixture(scope="module")
def hidden_site(seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = Path(copytree(seed, tmp_path_factory.mktemp("hidden") / "instance"))
    (folder / "files").mkdir()
    for name in ("zyzzo.pdf", "shared.pdf", "zyzzo.png", "other.pdf"):
        (folder / "files" / name).write_bytes(b"%PDF-1.4 " + name.encode())
    (folder / "files" / "alias.pdf").symlink_to("zyzzo.pdf")
    with running(folder) as app:
        catalog = site(app).catalog
        former = HIDDEN.replace("zyzzokey", "oldkey").replace("true", "false", 1)
        do(catalog, former + SHOWN, prune=True)
        do(catalog, HIDDEN + SHOWN.replace("oldkey", "zyzzokey"))
        index(catalog)
        yield app


def index(catalog: Catalog) -> None:
    synchronise(catalog.database, catalog.search, choices=catalog.choices)


def addresses(app: Flask) -> Iterator[str]:
    """Yield addresses of every route for visitors, with searches for lists."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/edit"):
            continue
        names = re.findall(r"<(?:[\w.]*(?:\(.*?\))?:)?(\w+)>", rule.rule)
        paths = [re.sub(r"<(?:[\w.]*(?:\(.*?\))?:)?(\w+)>", r"<\1>", rule.rule)]
        for name in names:
            paths = [p.replace(f"<{name}>", value) for p in paths for value in VALUES[name]]
        for path in paths:
            yield path
            yield from (f"{path}?{search}" for search in SEARCHES)


def test_no_route_for_visitors_has_a_word_of_a_hidden_publication(hidden_site: Flask) -> None:
    client = hidden_site.test_client()
    for address in addresses(hidden_site):
        for headers in ({}, {"HX-Request": "true", "HX-Source": "form"}):
            with client.get(address, headers=headers) as answer:
                content = f"{answer.headers}\n{answer.text}".lower()
            for name in re.findall(r"zyzzo\w+", address):  # some answers repeat the request
                content = content.replace(name, "")
            assert not MARKERS.findall(content), (address, headers)


@pytest.mark.parametrize("slug", ["zyzzokey", "zyzzopre", "oldkey"])
def test_a_hidden_publication_and_its_former_address_are_not_found(
    hidden_site: Flask, slug: str
) -> None:
    client = hidden_site.test_client()
    for rest in ("", "/abstract", "/authors", "/cite", "/linkset", ".bib", ".ris", ".json"):
        assert client.get(f"/publications/{slug}{rest}").status_code == 404
    accept = {"Accept": "application/x-bibtex"}
    answer = client.get(f"/publications/{slug}", headers=accept, follow_redirects=True)
    assert answer.status_code == 404


def test_files_of_hidden_publications_alone_are_not_found(hidden_site: Flask) -> None:
    client = hidden_site.test_client()
    for name in ("zyzzo.pdf", "zyzzo.png", "alias.pdf"):
        assert client.get(f"/files/{name}").status_code == 404
    for name in ("shared.pdf", "other.pdf"):
        with client.get(f"/files/{name}") as answer:
            assert answer.status_code == 200


def test_a_version_of_a_hidden_publication_is_listed_itself(hidden_site: Flask) -> None:
    page = soup(hidden_site.test_client().get("/"))
    assert [item["id"] for item in page.select("article")] == ["pub-shown", "pub-draft"]
    assert "draft" in hidden_site.test_client().get("/sitemap.xml").text


def test_without_an_index_hidden_publications_are_not_listed(hidden_site: Flask) -> None:
    catalog = site(hidden_site).catalog
    with reading(catalog.database) as connection:
        for words in ("", "zyzzo", "graphs"):
            hits = scan_hits(
                connection, Criteria(q=words), "", catalog.choices, newest_first=True, size=9
            )
            assert len(list(catalog.load(hits.ids))) == (0 if words == "zyzzo" else 2)
    assert catalog.count() == 4
    assert catalog.count(listed=True) == 2


def test_editors_find_hidden_publications(hidden_site: Flask) -> None:
    catalog = site(hidden_site).catalog
    for words, keys in (
        ("", ["zyzzokey", "zyzzopre"]),
        ("preprint ZORA", ["zyzzopre"]),
        ("brewing", []),
    ):
        records, total = hidden_publications(catalog.database, words)
        assert ([record.key for record in records], total) == (keys, len(keys))
    stored = catalog.get("oldkey", hidden=True)
    assert stored
    assert stored.record.is_hidden
    assert catalog.present_slug("zyzzokey", hidden=True) == "oldkey"


def test_an_export_of_the_owner_has_hidden_publications_and_the_field(hidden_site: Flask) -> None:
    output = hidden_site.test_cli_runner().invoke(args=["export"]).output
    assert "@article{zyzzokey" in output
    assert len(re.findall(r"hidden *= \{(?:true|yes|false)\}", output)) == 3


@pytest.mark.parametrize(
    ("written", "is_hidden"),
    [
        *((value, True) for value in ("{true}", "{ True }", "{{yes}}", "1", '"on"', "{draft}")),
        *((value, False) for value in ("{}", "{false}", "{{No}}", "0", '" off "', "{FALSE}")),
    ],
)
def test_database_and_records_agree_on_what_is_hidden(
    catalog: Catalog, written: str, is_hidden: bool
) -> None:
    do(catalog, f"@misc{{a, title = {{Zyzzo}}, hidden = {written}}}", prune=True)
    assert records(catalog)["a"].is_hidden is is_hidden
    assert (catalog.get("a") is None) is is_hidden


def test_a_book_does_not_hide_its_parts(catalog: Catalog) -> None:
    do(
        catalog,
        "@incollection{part, title = {A}, crossref = {whole}}"
        "@book{whole, title = {B}, hidden = {true}}",
    )
    assert catalog.get("part")
    assert catalog.get("whole") is None


@pytest.mark.parametrize("name", sorted(set(WRITERS) & set(READERS)))
def test_an_import_in_another_format_leaves_a_publication_hidden(
    catalog: Catalog, name: str
) -> None:
    do(catalog, HIDDEN)
    exported = "".join(write([records(catalog)["zyzzokey"]], name))
    do(catalog, exported.replace("Zyzzo Letters", "Zyzzo Annals"))
    record = records(catalog)["zyzzokey"]
    assert record.is_hidden
    assert (record.container == "Zyzzo Annals") is ("Zyzzo Letters" in exported)


def test_lists_and_their_validators_follow_when_a_publication_is_hidden_and_shown(
    catalog: Catalog, client: FlaskClient
) -> None:
    entry = "@article{a, title = {Zyzzogeton}, year = 2020}"
    hidden = entry.replace("year", "hidden = {true}, year")
    tags = []
    for text, count in ((entry, 1), (hidden, 0), (entry, 1)):
        do(catalog, text)
        index(catalog)
        page = client.get("/?q=zyzzogeton")
        assert len(soup(page).select("article")) == count
        assert client.get("/publications/a").status_code == (200 if count else 404)
        tags.append(page.headers["ETag"])
    assert len(set(tags)) == 3


def test_a_published_version_is_not_found_by_the_number_of_a_hidden_preprint(
    catalog: Catalog,
) -> None:
    work = "@article{work, title = {Brewing}, year = 2020}"
    preprint = "@misc{pre, title = {Brewing}, versionof = {work}, eprint = {2201.00001}%s}"
    for hidden, total in (("", 1), (", hidden = {true}", 0), ("", 1)):
        do(catalog, work + preprint % hidden)
        index(catalog)
        found = catalog.find(Criteria(q="2201.00001", literal=True))
        assert found.total == total
        assert len([item for item in found.listed if item.versions]) == total
