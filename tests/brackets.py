"""A language that shows what is not translated: each text is ⟦between brackets⟧.

The settings and publications of its sites are in Greek: nothing else on a page has Latin letters.
"""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from bs4 import BeautifulSoup, Tag
from bs4.element import PageElement, PreformattedString
from flask import Flask, abort

from tests.conftest import running
from tests.pdfs import write_pdf
from translations.__main__ import render
from translations.texts import collect
from webapp.config import ROOT

GREEK = ROOT / "tests" / "data" / "greek.bib"
SETTINGS = """
title = "Δημοσιεύσεις"
owner = "Άννα Κύρια"
home = "https://example.org/"
intro = "Καλώς ήρθατε."
language = "eo"
order = "newest"
page_size = 3
authors_shown = 2
public_fields = ["annote"]
previews = true
citations = true
report = "mailto:anna@example.org"
proxies = 1
editors = ["άννα"]
embed = ["*"]
hosts = ["localhost", "pubs.example.org"]
sources = [{ orcid = "0000-0002-1825-0097", name = "Πηγή" }]

[profiles]
"Κώδικας" = "https://example.org/code"
[[members]]
name = "Βίκτωρ Μέλας"
role = "Ποιητής"
from = 2001
url = "https://example.org/melas"
[[members]]
name = "Ζωή Νέα"
until = 2005
""" + "".join(
    f"""
[[lists]]
slug = "{slug}"
title = "Μηχανές"
text = "Έργα *και* ημέρες."
search = "μηχανών"
"""
    for slug in "abcdefg"
)


def bracket_catalog() -> str:
    """Return a catalog in which each text is between brackets."""
    catalog = collect()
    for message in catalog:
        if message.id:
            message.string = _bracketed(message)
    return render(catalog)


def _bracketed(message: Message) -> str | tuple[str, ...]:
    if isinstance(message.id, str):
        return f"⟦{message.id}⟧"
    return tuple(f"⟦{form}⟧" for form in message.id)


@contextmanager
def site_in_brackets(folder: Path, settings: str, publications: str) -> Iterator[Flask]:
    """A site in the language whose texts are between brackets, with a page for each error."""
    folder.mkdir()
    (folder / "files").mkdir()
    (folder / "files" / "one.gif").write_bytes(b"GIF89a\1\0\1\0")
    write_pdf(folder / "files" / "ω.pdf", "31415926535")
    (folder / "eo.po").write_text(bracket_catalog(), "utf-8")
    (folder / "site.toml").write_text(settings, "utf-8")
    if publications:
        (folder / "publications.bib").write_text(publications, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webapp.translation.FOLDER", folder)
        with running(folder) as app:
            app.add_url_rule("/error/<int:code>", "error", lambda code: abort(code))
            result = app.test_cli_runner().invoke(args=["prepare"])
            assert result.exit_code == 0, result.output
            yield app


# Machines read these, or the texts of formats and citation styles are in them. Editors also read
# commands, names of fields and messages about files, which are English.
UNREAD = (
    "script, style, template > script, .citation-text, .octavo-citation, [translate=no], [lang=en]"
)
# What visitors type, and the address of the owner's site.
SYNTAX = re.compile(
    r"\bis:(selected|retracted|corrected|open)\b|\b(author|title|abstract|venue|tag|type|year|pdf):|https://example\.org/"
)
ATTRIBUTES = ("title", "aria-label", "placeholder", "alt", "data-copied", "data-selected")


def texts_outside(html: str) -> set[str]:
    """Return all that visitors read on a page, outside brackets, that has a Latin letter."""
    page = BeautifulSoup(html, "html.parser")
    for element in page.select(UNREAD):
        element.decompose()
    depth, texts = 0, []
    for node in _nodes(page):
        if isinstance(node, Tag):
            texts += [_outer(value, 0)[0] for value in _attributes(node)]
        else:
            words, depth = _outer(str(node), depth)
            texts.append(words)
    assert depth == 0
    return {words.strip() for words in texts if has_latin(words)}


def _nodes(page: BeautifulSoup) -> Iterator[PageElement]:
    return (node for node in page.descendants if not isinstance(node, PreformattedString))


def _attributes(tag: Tag) -> Iterator[str]:
    if "Z3988" in tag.get_attribute_list("class"):  # COinS
        return
    for name in ATTRIBUTES:
        if value := tag.get(name):
            yield str(value)
    if tag.name == "input" and tag.get("type") in ("search", "submit", "button", "number"):
        yield str(tag.get("value", ""))
    if tag.name == "meta" and re.fullmatch(r"description|og:(title|desc.*|site_name)", _name(tag)):
        yield str(tag["content"])


def _name(tag: Tag) -> str:
    return str(tag.get("name") or tag.get("property") or "")


def _outer(words: str, depth: int) -> tuple[str, int]:
    """Return the part of a text outside brackets, of which `depth` are open, and the new depth."""
    outer = ""
    for letter in words:
        depth += (letter == "⟦") - (letter == "⟧")
        outer += letter if depth == 0 and letter != "⟧" else ""
    return SYNTAX.sub("", outer), depth


def has_latin(words: str) -> bool:
    return any(unicodedata.name(letter, "").startswith("LATIN") for letter in words)
