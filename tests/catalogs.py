"""A folder of translations of a test's own."""

from collections.abc import Callable
from pathlib import Path

import pytest

Catalogs = Callable[[str, str], Path]

GERMAN = """
msgid "Search publications"
msgstr "Publikationen durchsuchen"

msgid "%(number)s result"
msgid_plural "%(number)s results"
msgstr[0] "%(number)s Ergebnis"
msgstr[1] "%(number)s Ergebnisse"

msgid "Conference paper"
msgstr "Konferenzbeitrag"

msgid "Press <kbd>/</kbd> to search"
msgstr "Mit <kbd>/</kbd> zur Suche"

msgid "<kbd>x</kbd> to select"
msgstr "mit <kbd>x</kbd> zur Auswahl"

msgid "Updated <time datetime=\\"%(date)s\\">%(day)s</time>"
msgstr "Stand: <time datetime=\\"%(date)s\\">%(day)s</time>"

msgid "Search titles, abstracts, authors, venues"
msgstr "Titel & \\"mehr\\" suchen"
"""


@pytest.fixture
def catalogs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalogs:
    """Replaces the folder of translations by an empty one; returns what puts a file there."""
    folder = tmp_path / "translations"
    folder.mkdir()
    monkeypatch.setattr("webapp.translation.FOLDER", folder)

    def put(name: str, content: str) -> Path:
        (folder / name).write_text(content, "utf-8")
        return folder / name

    return put
