"""A process that changes publications, each of whose commits takes long.

Run as `python -m tests.views.oai.slow_writer`, with OCTAVO_INSTANCE and, for PostgreSQL,
OCTAVO_DATABASE_URL.
"""

import time
from dataclasses import replace
from typing import Any

from sqlalchemy import event

from webapp.application import create_app
from webapp.records import Record
from webapp.site import site
from webapp.store.connections import dialect_of
from webapp.store.edits import Edit

LONG = 1.6  # seconds: longer than harvesters are given by rounding


def _wait(*_: Any) -> None:
    time.sleep(LONG)


def main() -> None:
    catalog = site(create_app()).catalog
    event.listen(dialect_of(catalog.database).writer(catalog.database), "commit", _wait)
    stored = catalog.get("feng2023tensorir")
    assert stored
    changed = replace(stored.record, title="Changed slowly")
    catalog.save([Edit(changed, stored.id), Edit(Record("slow", "misc", "Slow"))], "test")
    slow = catalog.get("slow")
    assert slow
    catalog.save([Edit(None, slow.id)], "test")


if __name__ == "__main__":
    main()
