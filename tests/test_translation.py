"""Catalogs of translations: what is read from them, and what is wrong with a damaged one."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from translations.__main__ import TEMPLATE, main, render
from translations.texts import collect
from webapp.errors import ConfigurationError
from webapp.translation import ENGLISH, load_translation

from .catalogs import GERMAN, Catalogs, catalogs

__all__ = ["catalogs"]

POLISH = """
msgid "%(number)s result"
msgid_plural "%(number)s results"
msgstr[0] "%(number)s wynik"
msgstr[1] "%(number)s wyniki"
msgstr[2] "%(number)s wyników"
"""
RESULTS = ("%(number)s result", "%(number)s results")
MARCH = datetime(2026, 3, 5, tzinfo=UTC)


def test_the_template_has_the_texts_of_the_code() -> None:
    assert TEMPLATE.read_text("utf-8") == render(collect()), "Run `make translations`"


def test_english_is_its_own_translation() -> None:
    assert load_translation("en") is load_translation("en-GB") is ENGLISH
    assert ENGLISH.gettext("100 % of %(this)s") == "100 % of %(this)s"
    assert ENGLISH.gettext("%(this)s", this="100 %") == "100 %"
    assert [ENGLISH.ngettext(*RESULTS, n) for n in (0, 1, 1234)] == [
        *("0 results", "1 result", "1,234 results")
    ]
    assert ENGLISH.day(MARCH) == "5 March 2026"


def test_a_catalog_gives_texts_plurals_numbers_and_dates(catalogs: Catalogs) -> None:
    catalogs("de.po", GERMAN)
    german = load_translation("de")

    assert german.gettext("Search publications") == "Publikationen durchsuchen"
    assert german.gettext("Sort") == "Sort"
    assert german.gettext("") == ""
    assert [german.ngettext(*RESULTS, n) for n in (0, 1, 1234)] == [
        *("0 Ergebnisse", "1 Ergebnis", "1.234 Ergebnisse")
    ]
    assert german.day(MARCH) == "5. März 2026"
    assert (german.language, german.direction) == ("de", "ltr")


def test_plurals_follow_the_language(catalogs: Catalogs) -> None:
    catalogs("pl.po", POLISH)
    polish = load_translation("pl")
    assert [polish.ngettext(*RESULTS, n) for n in (1, 2, 5)] == ["1 wynik", "2 wyniki", "5 wyników"]


def test_a_region_has_the_catalog_of_its_language(catalogs: Catalogs) -> None:
    catalogs("de.po", GERMAN)
    catalogs("ar.po", "")
    swiss = load_translation("de-CH")

    assert swiss.gettext("Conference paper") == "Konferenzbeitrag"
    assert (swiss.language, swiss.number(1234)) == ("de-CH", "1'234")
    assert load_translation("ar-EG").direction == "rtl"


def test_a_language_without_a_catalog_is_english_and_named(
    catalogs: Catalogs, caplog: pytest.LogCaptureFixture
) -> None:
    assert load_translation("pt-BR") is ENGLISH
    assert re.search(r"language = 'pt-BR': there is no \S+/pt.po, so the page is Eng", caplog.text)


TEXT = 'msgid "Sort"\n'


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        (TEXT + 'msgstr "Sortieren\n', 2, "neither a comment nor a quoted text"),
        (TEXT + "msgstr Sortieren\n", 2, "neither a comment nor a quoted text"),
        ("<<<<<<< HEAD\n" + TEXT + 'msgstr ""\n', 1, "neither a comment nor a quoted text"),
        ("\n" + TEXT + TEXT, 2, "missing msgstr"),
        (f'{TEXT}msgid_plural "Sorts"\nmsgstr[0] "a"\nmsgstr[7] "b"\n', 1, "more translations"),
        ('msgid ""\nmsgstr "Plural-Forms: nplurals=x; plural=n;\\n"\n', 1, "'x'"),
        ('msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=n//;\\n"\n', 1, ""),
        ('msgid "%(page)s"\nmsgstr "%(seite)s"\n', 1, "placeholders of '%(page)s'"),
        ('msgid "%(page)s"\nmsgstr "%(page)"\n', 1, "placeholders of '%(page)s'"),
        ('msgid "%(page)s"\nmsgstr "100 %"\n', 1, "placeholders of '%(page)s'"),
        (TEXT + 'msgstr "<script>"\n', 1, "elements of 'Sort'"),
        ('# a\n\nmsgid "a <b>b</b>"\nmsgstr "a <b>b"\n', 3, "elements of 'a <b>b</b>'"),
    ],
)
def test_a_damaged_catalog_is_named_with_its_line(
    catalogs: Catalogs, content: str, line: int, problem: str
) -> None:
    file = catalogs("de.po", content)
    message = rf"Cannot use {re.escape(str(file))}: line {line}: .*{re.escape(problem)}.*Fix it"
    with pytest.raises(ConfigurationError, match=message):
        load_translation("de")


def test_a_catalog_that_is_not_utf_8_is_named_with_its_line(catalogs: Catalogs) -> None:
    file = catalogs("de.po", "")
    file.write_bytes((TEXT + 'msgstr "Für"').encode("latin-1"))
    with pytest.raises(ConfigurationError, match=r"de.po: line 2: this is not UTF-8"):
        load_translation("de")


def test_a_catalog_of_an_unknown_language_is_named(catalogs: Catalogs) -> None:
    catalogs("qq.po", "")
    with pytest.raises(ConfigurationError, match=r"qq.po: line 1: .* for 'qq' in Babel"):
        load_translation("qq")


def test_a_fuzzy_translation_is_not_used(catalogs: Catalogs) -> None:
    catalogs("de.po", f'#, fuzzy\n{TEXT}msgstr "<Sortieren>"\n')
    assert load_translation("de").gettext("Sort") == "Sort"


def test_the_tool_creates_and_updates_catalogs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("translations.__main__.FOLDER", tmp_path)
    monkeypatch.setattr("translations.__main__.TEMPLATE", tmp_path / "messages.pot")
    file = tmp_path / "de.po"
    main(["de"])
    created = file.read_text("utf-8")
    translated = created.replace('msgid "Sort"\nmsgstr ""', 'msgid "Sort"\nmsgstr "Sortieren"')
    assert translated != created
    file.write_text(translated.replace('msgid "Filter"\nmsgstr ""\n', ""), "utf-8")

    main([])

    assert file.read_text("utf-8") == translated
    monkeypatch.setattr("webapp.translation.FOLDER", tmp_path)
    assert load_translation("de").gettext("Sort") == "Sortieren"
