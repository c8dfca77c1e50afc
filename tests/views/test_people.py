"""Pages of people: the owner, members, authors; who is who; changed names."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import running
from tests.reading import one, soup
from webapp.errors import ConfigurationError
from webapp.site_file import load_settings

ADA = "0000-0002-1825-0097"
OTHER = "0000-0001-5109-3700"
SETTINGS = f"""
title = "Sand"
owner = "Ann Owner"
position = "Professor"
affiliation = "Institute of Dunes"
order = "newest"
[profiles]
ORCID = "https://orcid.org/0000-0001-2345-6789"
[[members]]
name = "Siyuan Feng"
orcid = "{ADA}"
role = "Postdoc"
from = 2018
text = "Works on *dunes*."
photo = "feng.png"
url = "https://feng.example"
not = ["soil"]
[[members]]
name = "Mary Roe"
variants = ["M. A. Roe"]
former = ["Mary Miller"]
slug = "mary"
role = "PhD student"
from = 2015
until = 2019
[[members]]
name = "Wei Liu"
only = ["liu"]
"""
ENTRIES = {
    "one": ("Feng, Siyuan and Owner, Ann", 2021),
    "two": ("S. Feng and Roe, Mary", 2020),
    "shuo": ("Feng, Shuo", 2020),
    "soil": ("Feng, Siyuan", 2019),
    "miller": ("Miller, Mary and Feng, S.", 2017),
    "liu": ("Liu, Wei", 2016),
    "namesake": ("Liu, Wei and Roe, M. A.", 2015),
}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c6360"
    "f8cf0000030101001827b2a30000000049454e44ae426082"
)


def write_site(folder: Path, settings: str = SETTINGS) -> None:
    entries = [
        f"@misc{{{key}, title = {{On {key}}}, author = {{{names}}}, year = {year}}}"
        for key, (names, year) in ENTRIES.items()
    ]
    orcid = f'author+an:orcid = {{1="{ADA}"}}'
    entries.append(
        f"@misc{{orcid, title = {{On ids}}, author = {{Fong, S.}}, year = 2022, {orcid}}}"
    )
    orcid = f'author+an:orcid = {{1="{OTHER}"}}'
    entries.append(
        f"@misc{{homonym, title = {{On more}}, author = {{Feng, Siyuan}}, year = 2022, {orcid}}}"
    )
    (folder / "publications.bib").write_text("\n".join(entries))
    (folder / "site.toml").write_text(settings)
    (folder / "files").mkdir()
    (folder / "files" / "feng.png").write_bytes(PIXEL)


@pytest.fixture(scope="module")
def people_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("people")
    write_site(folder)
    with running(folder) as app:
        assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
        yield app


@pytest.fixture
def client(people_app: Flask) -> FlaskClient:
    return people_app.test_client()


def listed(client: FlaskClient, url: str) -> list[str]:
    links = soup(client.get(url)).select(".results .title a")
    return sorted(str(link["href"]).rpartition("/")[2] for link in links)


def test_keys_beat_orcids_and_orcids_beat_names(client: FlaskClient) -> None:
    assert listed(client, "/people/siyuan-feng") == ["miller", "one", "orcid", "two"]
    assert listed(client, "/people/wei-liu") == ["liu"]
    assert listed(client, "/people/ann-owner") == ["one"]
    assert listed(client, "/people/mary") == ["miller", "namesake", "two"]


def test_the_page_says_who_it_is(client: FlaskClient) -> None:
    page = soup(client.get("/people/siyuan-feng"))
    assert one(page, "h1").text == "Siyuan Feng"
    assert one(page, ".role").text == "Postdoc, since 2018"
    assert str(one(page, ".intro em")) == "<em>dunes</em>"
    assert one(page, "img.portrait")["src"] == "/files/feng.png"
    assert one(page, "head title").text.startswith("Siyuan Feng · Sand")
    assert one(page, "link[rel=canonical]")["href"] == "http://localhost/people/siyuan-feng"
    assert [link["href"] for link in page.select(".person .profiles a")] == [
        "https://feng.example",
        f"https://orcid.org/{ADA}",
    ]
    data = json.loads(one(page, "script[type='application/ld+json']").text)
    assert data["@type"] == "ProfilePage"
    assert data["mainEntity"]["@id"] == f"https://orcid.org/{ADA}"
    assert data["mainEntity"]["jobTitle"] == "Postdoc"
    assert data["hasPart"]["numberOfItems"] == 4
    owner = soup(client.get("/people/ann-owner"))
    data = json.loads(one(owner, "script[type='application/ld+json']").text)
    assert data["mainEntity"]["affiliation"]["name"] == "Institute of Dunes"


def test_the_page_of_people_has_present_members_before_former_ones(client: FlaskClient) -> None:
    page = soup(client.get("/people"))
    names = [link.text for link in page.select(".people a")]
    assert names == ["Ann Owner", "Siyuan Feng", "Wei Liu", "Mary Roe"]
    assert one(page, "h2").text == "Former members"
    lines = [" ".join(line.text.split()) for line in page.select(".people li")]
    assert lines[3] == "Mary Roe PhD student, 2015–2019 3 publications"
    assert client.get("/people/").status_code == 404


def test_names_of_members_lead_to_their_pages(client: FlaskClient) -> None:
    page = soup(client.get("/"))
    links = {str(a["href"]): a for a in page.select("#pub-one .authors a")}
    assert set(links) == {"/people/siyuan-feng", "/people/ann-owner"}
    assert all("rel" not in link.attrs for link in links.values())
    assert one(page, "#pub-shuo .authors a")["rel"] == ["nofollow"]
    assert not page.select("#pub-soil .authors a")  # a namesake's name is no filter
    hrefs = [a["href"] for a in soup(client.get("/publications/two")).select("a[href^='/people/']")]
    assert hrefs == ["/people/siyuan-feng", "/people/mary"]


@pytest.mark.parametrize(
    ("query", "location"),
    [
        ("author=Siyuan+Feng", "/people/siyuan-feng"),
        ("author=Feng%2C+Siyuan&year=2021&sort=title", "/people/siyuan-feng?year=2021&sort=title"),
        ("q=dune&author=M.+A.+Roe", "/people/mary?q=dune"),
        ("author=Mary+Miller", "/people/mary"),
    ],
)
def test_a_filter_of_a_member_redirects(client: FlaskClient, query: str, location: str) -> None:
    answer = client.get(f"/?{query}")
    assert (answer.status_code, answer.headers["Location"]) == (302, location)


def test_other_filters_stay(client: FlaskClient) -> None:
    assert client.get("/?author=Shuo+Feng").status_code == 200
    assert client.get("/?author=Siyuan+Feng&author=Ann+Owner").status_code == 200
    fragment = client.get("/?author=Siyuan+Feng", headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    author = client.get("/people/shuo-feng")
    assert (author.status_code, author.headers["Location"]) == (301, "/?author=Shuo+Feng")
    assert client.get("/people/nemo").status_code == 404
    assert client.get("/people/shuo-feng.bib").status_code == 404


def test_a_former_name_finds_but_is_never_shown(client: FlaskClient, people_app: Flask) -> None:
    assert "miller" in listed(client, "/?q=mary+miller")
    addresses = ["/people/mary", "/people", "/publications/miller", "/publications/miller/linkset"]
    addresses += [
        "/publications.bib",
        "/publications.json",
        "/publications.ris",
        "/people/mary.atom",
    ]
    addresses += ["/publications/miller.bib", "/publications/miller/cite", "/people/mary/print"]
    for address in addresses:
        fragment = {"HX-Request": "true"} if address.endswith("cite") else {}
        text = client.get(address, headers=fragment).text
        assert "Mary Miller" not in text
        assert "Miller, M" not in text
    assert "Roe, Mary and Feng, S." in client.get("/publications/miller.bib").text
    run = people_app.test_cli_runner().invoke
    assert "Miller" not in run(args=["export"]).output
    assert "author = {Miller, Mary and Feng, S.}" in run(args=["export", "--as-published"]).output


def test_a_person_has_exports_and_a_feed_of_her_own(client: FlaskClient) -> None:
    answer = client.get("/people/wei-liu.bib")
    assert 'filename="wei-liu.bib"' in answer.headers["Content-Disposition"]
    assert "On liu" in answer.text
    assert "On namesake" not in answer.text
    assert "<title>Wei Liu · Sand</title>" in client.get("/people/wei-liu.atom").text


def test_search_engines_find_the_pages(client: FlaskClient) -> None:
    sitemap = client.get("/sitemap.xml").text
    for path in ("/people", "/people/siyuan-feng", "/people/mary"):
        assert f"<loc>http://localhost{path}</loc>" in sitemap
    assert "Disallow: /people/*?q=" in client.get("/robots.txt").text
    assert not soup(client.get("/people/mary")).select("meta[name=robots]")
    assert soup(client.get("/people/mary?q=sand")).select("meta[name=robots]")


def test_metadata_of_publications_has_the_orcid_and_the_page(client: FlaskClient) -> None:
    page = client.get("/publications/one")
    data = json.loads(one(soup(page), "script[type='application/ld+json']").text)
    assert data["author"][0]["@id"] == f"https://orcid.org/{ADA}"
    assert data["author"][0]["url"] == "http://localhost/people/siyuan-feng"
    assert f'<https://orcid.org/{ADA}>; rel="author"' in page.headers["Link"]
    other = client.get("/publications/homonym")
    assert f'<https://orcid.org/{OTHER}>; rel="author"' in other.headers["Link"]


def test_members_are_found_without_an_index(tmp_path: Path) -> None:
    write_site(tmp_path)
    with running(tmp_path) as app:
        assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
        for file in (tmp_path / "index").rglob("*"):
            if file.is_file():
                file.unlink()
        client = app.test_client()
        assert listed(client, "/people/siyuan-feng") == ["miller", "one", "orcid", "two"]
        assert client.get("/people").status_code == 200


def test_authors_of_two_works_have_pages_too(tmp_path: Path) -> None:
    write_site(tmp_path, 'people = "authors"\nowner = "Ann Owner"\n')
    with running(tmp_path) as app:
        assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
        client = app.test_client()
        assert listed(client, "/people/siyuan-feng") == ["homonym", "one", "soil"]
        assert one(soup(client.get("/")), "#pub-soil .authors a")["href"] == "/people/siyuan-feng"
        assert client.get("/?author=Wei+Liu").headers["Location"] == "/people/wei-liu"
        assert client.get("/people/shuo-feng").status_code == 301
        names = [link.text for link in soup(client.get("/people")).select("main li a")]
        assert names[:2] == ["Ann Owner", "Siyuan Feng"]
        assert "Shuo Feng" not in names
        assert "http://localhost/people/wei-liu<" in client.get("/sitemap.xml").text


def test_a_site_without_people_has_no_page_of_them(tmp_path: Path) -> None:
    write_site(tmp_path, 'title = "Sand"')
    with running(tmp_path) as app:
        assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
        assert app.test_client().get("/people").status_code == 404
        assert "/people" not in app.test_client().get("/sitemap.xml").text


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ('name = "A B"\nslug = "A b"', "a slug is the end of an address"),
        ('name = "A B"\nslug = "index"', "is the end of another address"),
        ('name = "A B"\n[[members]]\nname = "A. B"\nslug = "a-b"', "A B and A. B both have"),
        ('name = "A B"\norcid = "0000-0002-1825-0098"', "last character"),
        ('name = "A B"\nrol = "x"', "did you mean 'role'"),
        ('name = "A B"\nfrom = 2020\nuntil = 2019', "from = 2020 is later than until = 2019"),
        ('name = "A B"\nnot = ["k"]\nonly = ["k"]', "in `not` and in `only`"),
        ('name = "?!"', "needs a slug"),
        ('name = "A B"\nphoto = "../x.png"', "a file is named by its path"),
        (
            f'name = "A B"\norcid = "{ADA}"\n[[members]]\nname = "C D"\norcid = "{ADA}"',
            "members.orcid",
        ),
    ],
)
def test_a_wrong_member_is_named_at_start(tmp_path: Path, written: str, reason: str) -> None:
    (tmp_path / "site.toml").write_text(f"[[members]]\n{written}\n")
    with pytest.raises(ConfigurationError, match=r"site\.toml: members") as error:
        load_settings(tmp_path)
    assert reason in str(error.value)
