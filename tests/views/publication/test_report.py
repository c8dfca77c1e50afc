"""The link "Report an error", filled in from the setting `report`."""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.importing import do
from tests.reading import one, soup
from tests.sites import Site, site
from webapp.errors import ConfigurationError
from webapp.site import site as parts_of
from webapp.site_file import load_settings

__all__ = ["site"]  # the fixture

TITLE = 'On $a<b$ & "c"?=#, {It’s} 50\\% <i>ß</i> 量'
ENTRY = f"@misc{{a+b, title = {{{TITLE}}}, year = 2020}}"
READ = 'On a<b & "c"?=#, It’s 50% ß 量'
FORM = "https://forge.example/ada/papers/issues/new?labels=data&title={title}&body={address}+{key}"


def link_of(site: Site, template: str, entry: str = ENTRY) -> str:
    """Return the link on the page of an entry; "" if there is none."""
    client = site(report=template)
    do(parts_of(client.application).catalog, entry)
    page = soup(client.get("/publications/a-b"))
    link = page.select_one(".report a")
    assert link is None or one(page, ".report a").text == "Report an error"
    return str(link["href"]) if link else ""


def test_a_mail_address_gets_subject_and_body(site: Site) -> None:
    address = urlsplit(link_of(site, "mailto:ada@example.org"))
    assert (address.scheme, address.path) == ("mailto", "ada@example.org")
    assert " " not in address.query
    assert "+" not in address.query  # a mail program would show it
    assert parse_qs(address.query) == {
        "subject": [f"Error in “{READ}”"],
        "body": ["http://localhost/publications/a-b"],
    }


def test_an_address_has_the_values_of_the_publication(site: Site) -> None:
    address = urlsplit(link_of(site, FORM))
    assert (address.netloc, address.path) == ("forge.example", "/ada/papers/issues/new")
    assert parse_qs(address.query) == {
        "labels": ["data"],
        "title": [READ],
        "body": ["http://localhost/publications/a-b a+b"],
    }


def test_placeholders_in_a_title_are_text(site: Site) -> None:
    entry = ENTRY.replace(TITLE, r"The \{key\} of \{address\} and \{0.x\}")
    assert parse_qs(urlsplit(link_of(site, FORM, entry)).query)["title"] == [
        "The {key} of {address} and {0.x}"
    ]


def test_a_long_title_is_cut(site: Site) -> None:
    link = link_of(site, "mailto:ada@example.org", ENTRY.replace(TITLE, "zymurgy ö " * 2000))
    assert len(unquote(link)) < 350
    assert "…”" in unquote(link)


def test_without_the_setting_there_is_no_link(site: Site) -> None:
    assert link_of(site, "") == ""


@pytest.mark.parametrize(
    "template",
    [
        *(
            "javascript:alert(1)",
            "//evil.example/{title}",
            "ada@example.org",
            "mailto:",
            "https://",
        ),
        *("https://{title}.example/", "https://a.example/?a={titel}", "https://a.example/{}"),
        *("https://a.example/{title.__class__}x y", "https://a.example/\u200b", "data:,{title}"),
        *("mailto:a@example.org?subject=Error in {title}",),
    ],
)
def test_other_templates_are_refused(
    instance: Path, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCTAVO_REPORT", template)
    with pytest.raises(ConfigurationError, match="REPORT = "):
        load_settings(instance)
