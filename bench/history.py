"""The size of the database after many imports that change most publications."""

import re
from pathlib import Path

from webapp.application import create_app
from webapp.store.tables import db

IMPORTS = 200
PUBLICATIONS = 300
CHANGED = 200  # publications per import, different ones each time

MEGABYTE = 1_000_000


def run(instance: Path, corpus: Path) -> str:
    """Import the first publications of a BibTeX file many times with changes."""
    entries = re.split(r"^(?=@)", corpus.read_text(), flags=re.MULTILINE)[1 : PUBLICATIONS + 1]
    app = create_app(instance)
    runner = app.test_cli_runner()
    file = instance / "changing.bib"
    sizes = []
    for number in range(IMPORTS + 1):
        if number:
            for place in range(number, number + CHANGED):
                entries[place % PUBLICATIONS] = _changed(entries[place % PUBLICATIONS], number)
        file.write_text("".join(entries))
        runner.invoke(args=["import", "--yes", str(file)], catch_exceptions=False)
        with app.app_context():
            db.engine.dispose()  # the last connection writes its log into the database
        sizes.append(sum(path.stat().st_size for path in instance.glob("octavo.db*")))
    rows = (f"| {n} | {sizes[n] / MEGABYTE:.2f} |" for n in (0, 1, 40, IMPORTS))
    return "\n".join(("| imports with changes | MB of the database |", "|---|---|", *rows))


def _changed(entry: str, number: int) -> str:
    """Return the entry with another title and abstract."""
    return re.sub(
        r"""\b((?:title|abstract)\s*=\s*[{"]+)(?:Edition \d+: )?""", rf"\1Edition {number}: ", entry
    )
