"""What a shared link shows: the title of the state, and Open Graph with a picture."""

from pathlib import Path

import extruct
import pytest
from flask.testing import FlaskClient

from tests.conftest import running
from tests.reading import one, soup, text

TYPING = {"HX-Request": "true", "HX-Source": "form#search"}
LINK = {"HX-Request": "true", "HX-Source": "a"}
PUBLICATION = "/publications/feng2023tensorir"


def open_graph(client: FlaskClient, url: str) -> dict[str, str]:
    data = extruct.extract(client.get(url).text, syntaxes=["opengraph"])["opengraph"]
    return dict(data[0]["properties"])


@pytest.mark.parametrize(
    ("query", "state"),
    [
        ("?q=+tensor++program", "tensor program"),
        ("?year=2025&author=Ruihang+Lai", "Ruihang Lai, 2025"),
        ("?q=agent&year=2019..2025&type=article", "agent, Journal article, 2019–2025"),
        ("?year=2023..", "since 2023"),
        ("?q=%3Cb%3E+%26", "<b> &"),
    ],
)
def test_the_title_names_the_state_on_page_and_fragment(
    client: FlaskClient, query: str, state: str
) -> None:
    title = f"{state} · Publications · Siyuan Feng"
    assert text(soup(client.get(f"/{query}", follow_redirects=True)), "head title") == title
    for headers in (TYPING, LINK):
        fragment = soup(client.get(f"/{query}", headers=headers))
        assert text(fragment, "title:not(svg title)") == title


def test_a_long_state_is_shortened_between_words(client: FlaskClient) -> None:
    title = text(soup(client.get("/?q=" + "+".join(["tensor"] * 30))), "head title")
    assert title.startswith("tensor tensor")
    assert title.endswith("tensor… · Publications · Siyuan Feng")
    assert len(title) < 140


def test_a_list_has_open_graph(client: FlaskClient) -> None:
    graph = open_graph(client, "/?q=tensor&year=2025")
    assert graph["og:title"] == "tensor, 2025 · Publications · Siyuan Feng"
    assert graph["og:url"] == "http://localhost/?q=tensor&year=2025"
    assert graph["og:description"].startswith("My research has been published")
    assert (graph["og:type"], graph["og:site_name"]) == ("website", "Publications")
    assert open_graph(client, "/?open=feng2023tensorir")["og:url"] == "http://localhost/"


def test_without_a_picture_no_page_names_one(client: FlaskClient) -> None:
    for url in ("/", PUBLICATION):
        page = soup(client.get(url))
        assert not page.select("[property='og:image'], [name='twitter:card']")


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("photos/me 1.jpg", "https://pubs.example/files/photos/me%201.jpg"),
        ("https://cdn.example/me.jpg?w=400", "https://cdn.example/me.jpg?w=400"),
    ],
)
def test_lists_and_publications_name_the_picture_by_its_whole_address(
    instance: Path, setting: str, address: str
) -> None:
    file = instance / "site.toml"
    file.write_text(f'share_image = "{setting}"\n{file.read_text()}')
    with running(instance) as app:
        for url in ("/?q=tensor", PUBLICATION):
            page = soup(app.test_client().get(url, base_url="https://pubs.example"))
            assert one(page, "[property='og:image']")["content"] == address
            assert one(page, "[name='twitter:card']")["content"] == "summary"
