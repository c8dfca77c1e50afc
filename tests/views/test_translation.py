"""Every text that visitors read passes through gettext."""

import re
from collections.abc import Iterator
from dataclasses import replace
from gettext import GNUTranslations
from io import BytesIO
from itertools import product
from pathlib import Path

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.brackets import GREEK, SETTINGS, has_latin, site_in_brackets, texts_outside
from tests.editors import SAME_ORIGIN, sign_in
from tests.views.edit.publication_states import adding_pages, publication_pages
from translations.texts import collect
from webapp.accounts.oidc import Provider
from webapp.catalog import Catalog, FullTexts, PassageText
from webapp.config import ROOT, Settings
from webapp.errors import DatabaseError
from webapp.site import site as parts_of

from .edit.states import action_pages, correction_pages, file_pages, history_pages, selection_pages
from .test_pages import LINK, TYPING

ADDRESSES = """
/ /?page=2 /?more=1 /?page=2&more=1 /?sort=newest /?sort=venue /?open=k1
/?q=μηχανών /?q=περίληψη /?q=μηχανων+βιβλίο+ξξξξ /?q=μηχανον /?q=μηχανον&literal=1
/?q=μηχανών+νόημα /?q=θεωρίαμηχανών /?q=σπάνιο /?q=author:μέλας /?q=-author:μέλας+-σχήμα
/?q=θεωρία+μηχανών+περίληψη+αλγορίθμους+5 /?q=χωρίς+έτος&sort=newest
/?q="βιβλίο+τόμος"+τόμος&literal=1 /?q=θεωρίαμηχανών&literal=1 /?q=title:τόμος
/?q=-title:τόμος+abstract:περίληψη /?q="μηχανών+θεωρία" /?q=ΘΜΧ
/?q=31415926535 /?q=-pdf:3+pdf:31415926535
/?q="θεωρία+μηχανών" /?q=ξξξξ /?q=ξξξξ&literal=1 /?q=μηχανών&literal=1&year=1900
/?q=ξξξξ&tag=σχήμα&type=book /?year=1900 /?year=1900&year=1901
/?q=ξξξξ+author:μέλας+-venue:περιοδικό /?q=τόμος+-title:τόμος /?q=τόμος+-τόμος
/?year=2001..2005&type=article&venue=Περιοδικό+0 /?year=2010.. /?year=..2010
/?author=Άννα+Κύρια&tag=σχήμα /?selected=1 /?q=is:selected
/?retracted=1 /?corrected=1 /?openaccess=1 /?q=-is:retracted+-is:corrected+-is:open
/people /people/viktor-melas /people/zoi-nea
/lists /lists/a /selection?of=k1 /selection?of=k1&q=ξξξξ /selection
/selection?of=k1.k2.gone /selection?of=gone /selection/bar
/facets/author /facets/author?find=ξξξ /facets/author?year=2019&find=μ
/facets/year /facets/venue /facets/type /facets/tag /facets/selected
/facets/retracted /facets/corrected /facets/openaccess
/embed /embed?q=ξξξξ /embed?n=1 /embed.html?style=apa&abstracts=1&group=type
/embed/how /embed/how?q=μηχανών&n=7 /embed/how?list=a
/export /export?q=μηχανών /document /document?q=μηχανών&group=year /document?q=ξξξξ
/print /print?q=μηχανών&year=2001..2005
"""


EDIT_ADDRESSES = (
    "/edit/ /edit/?q=μηχανών /edit/?q=ξξξξ&year=1900 /edit/sessions /edit/bar /edit/bar?for=k1"
)
NO_PROVIDER = Provider(Settings(), "")
PAGE = SAME_ORIGIN
ERRORS = tuple(f"/error/{code}" for code in (400, 403, 404, 405, 413, 415, 416, 429, 500, 503))


@pytest.fixture(scope="module")
def used() -> Iterator[set[str]]:
    """The texts that a site in another language has translated so far."""
    texts: set[str] = set()
    gettext, ngettext = GNUTranslations.gettext, GNUTranslations.ngettext

    def recording_gettext(self: GNUTranslations, message: str) -> str:
        texts.add(message)
        return gettext(self, message)

    def recording_ngettext(self: GNUTranslations, singular: str, plural: str, count: int) -> str:
        texts.add(singular)
        return ngettext(self, singular, plural, count)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(GNUTranslations, "gettext", recording_gettext)
        patch.setattr(GNUTranslations, "ngettext", recording_ngettext)
        yield texts


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, used: set[str]) -> dict[str, str]:
    """The pages and fragments of three sites in all their states, by site and address."""
    folder = tmp_path_factory.mktemp("sites")
    greek = GREEK.read_text("utf-8")
    centuries = "\n".join(
        f"@misc{{y{year}, title = {{Έργο}}, year = {year}}}" for year in (1700, 2020)
    )
    centuries += "@misc{soon, title = {Έργο}, year = {Υπό έκδοση}}"
    intro = ('intro = "Καλώς ήρθατε."', f'intro = "{"Έργα και ημέρες. " * 30}"')
    sites = {
        "greek": (SETTINGS, greek),
        "empty": (re.sub(r"(?m)^(owner|sources) = .*", "", SETTINGS), ""),
        "centuries": (
            SETTINGS.replace('order = "newest"', "corrections = true").replace(*intro),
            centuries,
        ),
    }
    pages: dict[str, str] = {}
    for name, (settings, publications) in sites.items():
        with site_in_brackets(folder / name, settings, publications) as app:
            for address, html in responses(app):
                pages[f"{name} {address}"] = html
    return pages


def responses(app: Flask) -> Iterator[tuple[str, str]]:
    """Yield the pages and fragments of a site with their addresses."""
    client = app.test_client()
    slugs = re.findall(r"/publications/([\w-]+)</loc>", client.get("/sitemap.xml").text)
    slugs += ["draft"] if "final" in slugs else []  # a version is not in the site map
    publications = [f"/publications/{slug}" for slug in slugs]
    parts = [f"{page}/{part}" for page in publications for part in ("cite", "abstract")]
    requests = (
        *product(ADDRESSES.split(), (PAGE, LINK, TYPING)),
        *product(publications, (PAGE,)),
        *product(parts, (LINK,)),
        *product(ERRORS, (PAGE, LINK)),
    )
    for address, headers in requests:
        response = client.get(address, headers=headers, follow_redirects=True)
        assert (response.status_code == 200) == (address not in ERRORS), address
        yield f"{address} {headers}", response.text
    yield "a refused list", client.get("/?year=2001..2005&type=article&tag=σχήμα").text
    catalog = parts_of(app).catalog
    find = catalog.find
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalog, "find", lambda *args: replace(find(*args), indexed=False))
        yield "/?q=τόμος while the index is rebuilt", client.get("/?q=τόμος").text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Catalog, "is_away", True)
        yield "/ without the database", client.get("/").text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FullTexts, "passage", lambda *_: PassageText("", 0, ""))
        yield "/?q=31415926535 without the texts of PDFs", client.get("/?q=31415926535").text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webapp.views.pages.MAX_PRINTED", 1)
        yield "/print of a long list", client.get("/print").text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webapp.views.documents.MAX_CITED", 1)
        yield "/document of a long list", client.get("/document").text
    yield from responses_to_editors(app.test_client())


def responses_to_editors(client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Yield the pages below /edit/ in all their states."""
    yield "signing in", client.get("/edit/sign-in").text
    plain = {"X-Forwarded-Host": "pubs.example.org", "X-Forwarded-For": "::1"}
    yield "plain HTTP", client.get("/edit/sign-in", headers=plain).text
    yield "signing in by a link", client.get("/edit/sign-in?link=a").text
    yield "a wrong link", client.post("/edit/sign-in", headers=SAME_ORIGIN).text
    yield "a form of another site", client.post("/edit/sign-out").text
    file = {"file": (BytesIO(b"a"), "α.pdf")}
    yield (
        "a form without a session",
        client.post("/edit/sign-out", data=file, headers=SAME_ORIGIN).text,
    )
    large = {"CONTENT_LENGTH": str(9 << 20), "CONTENT_TYPE": "multipart/form-data; boundary=a"}
    upload = client.post("/edit/aa/files", environ_overrides=large, headers=SAME_ORIGIN)
    yield "an upload without a session", upload.text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webapp.accounts.limits.MAX_FAILURES", 0)
        yield "after many failures", client.post("/edit/sign-in", headers=SAME_ORIGIN).text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webapp.accounts.links.sign_in_by_link", _fail)
        yield "a busy database", client.post("/edit/sign-in", headers=SAME_ORIGIN).text
    settings = parts_of(client.application).settings
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(settings.__dict__, "sign_in", "oidc")
        patch.setattr(
            "webapp.views.edit.oidc.site", lambda: replace(parts_of(), provider=NO_PROVIDER)
        )
        yield "a provider", client.get("/edit/sign-in").text
        yield "an answer that was not asked for", client.get("/edit/sign-in/answer").text
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(settings.__dict__, "sign_in", "proxy")
        user = {
            "X-Forwarded-For": "203.0.113.7",
            "X-Forwarded-User": "ξένος".encode().decode("latin-1"),
        }
        yield "a proxy without a user", client.get("/edit/sign-in").text
        yield "a user who is no editor", client.get("/edit/sign-in", headers=user).text
    sign_in(client, "άννα", agent="")
    sign_in(client.application.test_client(), "άννα", agent="")
    yield "a form of a former session", client.post("/edit/sign-out", headers=SAME_ORIGIN).text
    for address in EDIT_ADDRESSES.split():
        for headers in (PAGE, TYPING):
            yield f"{address} {headers}", client.get(address, headers=headers).text
    yield from history_pages(client)
    yield from action_pages(client)
    yield from selection_pages(client)
    yield from file_pages(client)
    yield from correction_pages(client)
    yield from publication_pages(client, "άννα", "νίκος")
    yield from adding_pages(client)


def _fail(*_args: object) -> None:
    raise DatabaseError("busy")


def test_outside_finds_what_is_not_translated() -> None:
    html = '<p title="a">⟦b <b>c</b>⟧ d<i>⟦⟦e⟧⟧</i><img alt="⟦f⟧ g">Ελλάς</p><script>h</script>'
    assert texts_outside(html) == {"a", "d", "g"}


def test_every_text_on_every_page_is_translated(pages: dict[str, str]) -> None:
    assert len(pages) > 200
    english = {address: texts_outside(html) for address, html in pages.items()}
    assert {address: texts for address, texts in english.items() if texts} == {}


def test_the_pages_have_every_text_of_templates_and_views(
    pages: dict[str, str], used: set[str]
) -> None:
    texts = {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in collect()
        if any(place.startswith(("templates/", "webapp/views/")) for place, _ in message.locations)
    }
    assert sorted(texts - used) == []


def test_a_feed_has_translated_titles(tmp_path: Path) -> None:
    publication = "@misc{a, author = {Άννα Κύρια}, year = 2020}"
    with site_in_brackets(tmp_path / "site", SETTINGS, publication) as app:
        feed = feedparser.parse(app.test_client().get("/publications.atom").data)
    assert [entry.title for entry in feed.entries] == ["⟦Untitled⟧"]


@pytest.mark.parametrize("file", sorted((ROOT / "static").glob("site.css")))
def test_no_style_sheet_has_words(file: Path) -> None:
    strings = re.findall(r"""content:[^;]*?["']([^"']*)["']""", file.read_text("utf-8"))
    assert strings
    assert [words for words in strings if has_latin(words)] == []


@pytest.mark.parametrize("name", ["site.js", "cite.js"])
def test_scripts_write_no_text_of_their_own(name: str) -> None:
    """A text is assigned from the page, never from a literal."""
    script = (ROOT / "static" / name).read_text("utf-8")
    assigned = re.findall(r"(?:textContent|innerText|innerHTML|title|ariaLabel) = ([^;]+);", script)
    assert assigned
    assert [value for value in assigned if re.search(r"[\"'`][^\"'`]", value)] == []
