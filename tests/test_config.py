"""Settings: their sources, and the messages about invalid ones; the accent colour."""

from pathlib import Path

import pytest

from webapp import theme
from webapp.config import Settings
from webapp.errors import ConfigurationError
from webapp.site_file import instance_path, load_settings


def site(folder: Path, text: str) -> Path:
    (folder / "site.toml").write_text(text, encoding="utf-8")
    return folder


def test_defaults_apply_without_a_file(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {}) == Settings()


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    site(tmp_path, 'title = "Ours"\npage_size = 5\n')
    settings = load_settings(tmp_path, {"OCTAVO_PAGE_SIZE": "7", "OCTAVO_LANGUAGE": ""})
    assert (settings.title, settings.page_size, settings.language) == ("Ours", 7, "en")


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_bytes(b'\xef\xbb\xbftitle = "Ours"\n')
    assert load_settings(tmp_path, {}).title == "Ours"


@pytest.mark.parametrize(
    ("text", "environment", "words"),
    [
        ("page_size = 500", {}, ["site.toml", "page_size", "500", "100"]),
        ("", {"OCTAVO_PAGE_SIZE": "many"}, ["environment", "OCTAVO_PAGE_SIZE", "many", "integer"]),
        ('order = "random"', {}, ["site.toml", "order", "random", "file", "newest"]),
        ("pagesize = 5", {}, ["site.toml", "pagesize", "did you mean 'page_size'"]),
        ("", {"OCTAVO_COLOUR": "red"}, ["environment", "OCTAVO_COLOUR", "no such setting"]),
        ('accent = "red"', {}, ["site.toml", "accent", "red", "#rrggbb"]),
        ('accent = "#ffff00"', {}, ["accent", "#ffff00", "1.1", "4.5", "#737300"]),
        ('home = "javascript:alert(1)"', {}, ["home", "javascript:alert(1)", "http"]),
        ('share_image = "../me.jpg"', {}, ["share_image", "../me.jpg", "files/", "https://"]),
        ('photo = "../me.jpg"', {}, ["photo", "../me.jpg", "below files/"]),
        ('photo = "https://example.org/me.jpg"', {}, ["photo", "https:", "below files/"]),
        ('email = "ada at example.org"', {}, ["email", "ada at example.org", "name@example.org"]),
        ('email = "ada@localhost"', {}, ["email", "ada@localhost", "name@example.org"]),
        ('email = "a@b.org@example.org"', {}, ["email", "a@b.org@", "name@example.org"]),
        ('[profiles]\nX = "data:,x"', {}, ["profiles", "data:,x", "http"]),
        ('[[members]]\nvariants = ["S."]', {}, ["members", "name", "required"]),
        ("title = ", {}, ["site.toml", "TOML", "end of document"]),
        ('contact = "ada"', {}, ["site.toml", "contact", "ada", "name@example.org"]),
        ("[[sources]]\nfrom = 2000", {}, ["site.toml", "sources.0", "exactly one of orcid, dblp"]),
        ('[[sources]]\norcid = "0000-0002-1825-0098"', {}, ["sources.0.orcid", "last character"]),
        ('[[sources]]\norcid = "1"\ndblp = "2"', {}, ["sources.0.orcid", "sources.0.dblp"]),
        ('[[sources]]\ndblp = "64/7659"\nuntill = 1', {}, ["sources.0.untill", "'until'"]),
        ('[[sources]]\nopenalex = "W1"', {}, ["sources.0.openalex", "W1", "A5023888391"]),
        ('[[sources]]\nzotero = "users/1"', {}, ["sources.0.zotero", "users/1", "publications"]),
        ('[[sources]]\nbibtex = "http://a.example/b"', {}, ["sources.0.bibtex", "https://"]),
        ('[[sources]]\nlist = "../dois.txt"', {}, ["sources.0.list", "../dois.txt", "instance"]),
        ('[[sources]]\nlist = "a"\nfrom = 2020\nuntil = 2019', {}, ["sources.0", "2020", "later"]),
        ('[[sources]]\nlist = "a"\nmember = "B"', {}, ["sources.0.member", "B", "members"]),
        ('[[sources]]\nlist = "a"\n[[sources]]\nlist = "a"', {}, ["sources.1", "list a"]),
    ],
)
def test_an_error_names_the_source_the_setting_and_what_is_allowed(
    tmp_path: Path, text: str, environment: dict[str, str], words: list[str]
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load_settings(site(tmp_path, text), environment)
    assert [word for word in words if word not in str(raised.value)] == []


def test_a_photo_may_be_in_a_subfolder_and_an_address_international(tmp_path: Path) -> None:
    site(tmp_path, 'photo = "photos/me at work-1.jpg"\nemail = "zoë.o+web@bücher.example"')
    settings = load_settings(tmp_path, {})
    assert settings.photo == "photos/me at work-1.jpg"
    assert settings.email == "zoë.o+web@bücher.example"


def test_a_setting_of_an_earlier_version_is_ignored_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    environment = {"OCTAVO_PAGE_CACHE_MB": "8"}
    assert load_settings(site(tmp_path, "page_cache_mb = 4"), environment) == Settings()
    in_file, in_environment = caplog.messages
    assert in_file.startswith(f"{tmp_path / 'site.toml'}: page_cache_mb is ignored: nginx caches")
    assert in_environment.startswith("environment: page_cache_mb is ignored: nginx caches")


@pytest.mark.parametrize(
    ("line", "id_"),
    [
        ('orcid = "https://orcid.org/0000-0002-1694-233x"', "orcid 0000-0002-1694-233X"),
        ('dblp = "https://dblp.org/pid/64/7659.html"', "dblp 64/7659"),
        ('openalex = "https://openalex.org/authors/a5023888391"', "openalex A5023888391"),
        ('zotero = "https://www.zotero.org/groups/23/our-lab/library"', "zotero groups/23"),
        (
            'zotero = "https://www.zotero.org/groups/23/lab/collections/ABCD2345/items/X"',
            "zotero groups/23/collections/ABCD2345",
        ),
        ('zotero = "users/475425/publications"', "zotero users/475425/publications"),
        ('pubmed = " Lovelace A[Author] "', "pubmed Lovelace A[Author]"),
        ('bibtex = "https://example.org/a.bib?x=1"', "bibtex https://example.org/a.bib?x=1"),
        ('list = "lists/dois.txt"', "list lists/dois.txt"),
    ],
)
def test_a_source_is_written_in_several_ways(tmp_path: Path, line: str, id_: str) -> None:
    (source,) = load_settings(site(tmp_path, f"[[sources]]\n{line}"), {}).sources
    assert (source.id, source.name) == (id_, id_)


def test_one_error_names_every_invalid_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load_settings(site(tmp_path, "page_size = 0\nauthors_shown = 0\n"), {})
    assert len(str(raised.value).splitlines()) == 2


def test_the_instance_folder_comes_from_the_environment(tmp_path: Path) -> None:
    assert instance_path({"OCTAVO_INSTANCE": str(tmp_path)}) == tmp_path
    assert instance_path({}).name == "instance"


def test_the_owner_is_a_member() -> None:
    settings = Settings.model_validate({"owner": "A. Owner", "members": [{"name": "B. Member"}]})
    assert [member.name for member in settings.everyone] == ["A. Owner", "B. Member"]


def test_the_fingerprint_depends_on_the_settings() -> None:
    assert Settings().fingerprint == Settings().fingerprint
    assert Settings().fingerprint != Settings.model_validate({"title": "Other"}).fingerprint


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    # The ratios in the W3C's examples and checkers.
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#0000ff", "#ffffff", 8.59)],
)
def test_contrast_agrees_with_wcag(first: str, second: str, ratio: float) -> None:
    assert theme.contrast(first, second) == pytest.approx(ratio, abs=0.01)
    assert theme.contrast(second, first) == theme.contrast(first, second)


@pytest.mark.parametrize("colour", ["#000000", "#0b57a4", "#ffff00", "#ffffff", "#777777"])
@pytest.mark.parametrize("paper", [theme.LIGHT_PAPER, theme.DARK_PAPER])
def test_only_an_unreadable_colour_is_changed(colour: str, paper: str) -> None:
    readable = theme.make_readable(colour, paper)
    assert theme.contrast(readable, paper) >= theme.MIN_CONTRAST
    if theme.contrast(colour, paper) >= theme.MIN_CONTRAST:
        assert readable == colour


def test_the_dark_accent_is_derived_from_the_light_one() -> None:
    css = Settings.model_validate({"accent": "#0b57a4"}).theme_css
    dark = css.rpartition("--accent:")[2].partition("}")[0]
    assert theme.contrast(dark, theme.DARK_PAPER) >= theme.GOOD_CONTRAST


def test_brackets_nested_too_deeply_are_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(f"editors = {'[' * 5_000}{']' * 5_000}")
    with pytest.raises(ConfigurationError, match="nested too deeply"):
        load_settings(tmp_path, {})
