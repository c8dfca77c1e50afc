"""The table of reasons: a report orders problems by it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import webapp
from webapp.formats.bibtex.entry_reader import _MESSAGES
from webapp.formats.reasons import REASONS

SKIPPED = {"commented-out", "not-a-publication"}  # on purpose, so reports do not have them
PLACES = {"Problem": 2, "Doubt": 0, "doubt": 0}  # of the reason among the arguments


def reasons_in_code() -> Iterator[str]:
    folder = Path(webapp.__file__).parent
    for file in (*folder.glob("formats/**/*.py"), *folder.glob("curation/*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                place = PLACES.get(name, len(node.args))
                if place < len(node.args) and isinstance(node.args[place], ast.Constant):
                    yield str(node.args[place].value)


def test_every_reason_has_a_row() -> None:
    reasons = {*reasons_in_code(), *_MESSAGES} - SKIPPED
    assert len(reasons) > 20
    assert reasons - REASONS.keys() == set()
