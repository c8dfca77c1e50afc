"""Who the page is by: name, position, photo and email address of the owner; links of authors."""

from pathlib import Path

import pytest
from bs4 import Tag
from flask.testing import FlaskClient

from tests.conftest import running
from tests.reading import one, soup, text
from tests.sites import Site, site
from tests.test_images import png

__all__ = ["site"]

EMAIL = "ada.l@example.org"
MEMBERS = [{"name": "Ruihang Lai", "url": "https://example.org/lai"}]


def links(parent: Tag) -> dict[str, str]:
    """Return the addresses of links by their text."""
    return {link.text: str(link["href"]) for link in parent.select("a")}


@pytest.fixture
def photo(instance: Path) -> str:
    folder = instance / "files" / "photos"
    folder.mkdir(parents=True)
    (folder / "me 1.png").write_bytes(png(300, 400))
    return "photos/me 1.png"


def test_the_masthead_names_the_owner_position_and_affiliation(site: Site) -> None:
    client = site(
        owner="Ada Lovelace",
        home="https://ada.example/",
        position="Professor",
        affiliation="University of London",
    )
    owner = one(soup(client.get("/")), ".masthead .owner")
    assert owner.text == "Ada Lovelace, Professor, University of London"
    assert links(owner) == {"Ada Lovelace": "https://ada.example/"}


def test_one_of_position_and_affiliation_is_enough(site: Site) -> None:
    page = soup(site(owner="Ada Lovelace", affiliation="University of London").get("/"))
    assert one(page, ".masthead .owner").text == "Ada Lovelace, University of London"


def test_a_photo_has_its_size_and_the_name_of_the_owner(site: Site, photo: str) -> None:
    client = site(owner="Ada Lovelace", photo=photo)
    image = one(soup(client.get("/")), ".masthead img")
    assert (image["width"], image["height"], image["alt"]) == ("300", "400", "Ada Lovelace")
    assert image["src"] == "/files/photos/me%201.png"
    with client.get(str(image["src"])) as response:
        assert response.mimetype == "image/png"


@pytest.mark.parametrize("name", ["absent.png", "me.svg", "link.png", "folder"])
def test_a_photo_that_cannot_be_shown_is_left_out_with_a_warning(
    site: Site, instance: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    files = instance / "files"
    (files / "folder").mkdir(parents=True)
    (files / "me.svg").write_text("<svg/>")
    (files / ".hidden.png").write_bytes(png(3, 4))
    (instance / "outside.png").write_bytes(png(3, 4))
    (files / "link.png").symlink_to(instance / "outside.png")
    client = site(photo=name)
    assert f"photo = '{name}' is not shown: files/{name} is not a readable" in caplog.text
    page = soup(client.get("/"))
    assert page.select(".masthead img, [property='og:image']") == []


def test_the_photo_is_the_picture_of_shared_links_unless_there_is_another(
    site: Site, photo: str
) -> None:
    addresses = []
    for settings in ({}, {"share_image": "https://cdn.example/x.jpg"}):
        page = soup(site(photo=photo, **settings).get("/"))
        addresses.append(one(page, "[property='og:image']")["content"])
    assert addresses == [
        "http://localhost/files/photos/me%201.png",
        "https://cdn.example/x.jpg",
    ]


def test_an_email_address_is_text_that_the_source_does_not_have(site: Site) -> None:
    response = site(email=EMAIL).get("/")
    page = soup(response)
    item = one(page, ".profiles .email")
    assert EMAIL not in response.text
    assert EMAIL not in item.text  # nor does it appear without the tags
    assert "@no-spam.invalid/" in item.text
    for hidden in item.select("[hidden]"):
        hidden.decompose()
    assert item.text == EMAIL  # what browsers show, without scripts and style sheets
    assert page.select("a[href^=mailto]") == []


def test_authors_in_a_list_link_to_what_they_wrote(client: FlaskClient) -> None:
    item = one(soup(client.get("/?q=tensorir")), "#pub-feng2023tensorir")
    names = links(one(item, ".authors"))
    assert names["Siyuan Feng"] == "/people/siyuan-feng"
    assert names["Bohan Hou"] == "/?author=Bohan+Hou"
    filters = item.select(".authors a[href*='?']")
    assert {link["rel"][0] for link in filters} == {"nofollow"}
    assert text(soup(client.get(names["Siyuan Feng"])), "#count") == "7 publications"


def test_members_and_matches_stay_emphasized_in_links(site: Site) -> None:
    page = soup(site(members=MEMBERS).get("/?q=lai"))
    short, whole = page.select("#pub-lai2025relax .authors a[href='/people/ruihang-lai']")
    for link in (short, whole):
        assert text(link, "b mark") == "Lai"
        assert link.text == "Ruihang Lai"


def test_all_of_many_authors_are_links(client: FlaskClient) -> None:
    authors = one(soup(client.get("/")), "#pub-nexagi2025nexn1 .authors")
    everyone = one(authors, ".authors-whole")
    assert len(everyone.select("a")) == len(everyone.text.split(", ")) == 65
    assert len(one(authors, ".authors-short").select("a")) >= 10


def test_the_publications_page_has_the_same_links_and_those_of_members(site: Site) -> None:
    authors = one(soup(site(members=MEMBERS).get("/publications/feng2023tensorir")), ".authors")
    names = links(authors)
    assert names["Siyuan Feng"] == "/people/siyuan-feng"
    assert names["Ruihang Lai"] == "/people/ruihang-lai"
    assert len(names) == len(authors.text.split(", "))


def test_et_al_is_no_link(tmp_path: Path) -> None:
    (tmp_path / "publications.bib").write_text(
        "@misc{others, title = {A}, author = {First Author and others}, year = 2020}"
    )
    with running(tmp_path) as app:
        assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
        for address in ("/", "/publications/others"):
            authors = one(soup(app.test_client().get(address)), ".authors")
            assert authors.text == "First Author, et al."
            assert links(authors) == {"First Author": "/?author=First+Author"}
