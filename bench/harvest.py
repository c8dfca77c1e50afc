"""How long a harvester takes for the whole catalog while it changes, and what it misses."""

import os
import shutil
import statistics
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from sickle import Sickle  # type: ignore[import-untyped]
from sickle.iterator import OAIResponseIterator  # type: ignore[import-untyped]

from webapp.application import create_app
from webapp.config import SITE_FILE
from webapp.site import site
from webapp.store import queries
from webapp.store.connections import reading

from . import corpus, importing
from .server import octavo, serving, temporary_instance

SETTINGS = 'oai = true\noai_admin = "ada@example.org"\noai_id = "oai:pubs.example.org"\n'
KEEP = os.environ.get("KEEP", "")  # a folder for the imported corpus


def run(source: str) -> str:
    """Import a corpus; harvest it while 10,000 more publications are imported."""
    with temporary_instance(seed=False) as instance:
        stored = Path(KEEP) / "harvest" if KEEP else None
        if stored and stored.exists():
            return measure(Path(shutil.copytree(stored, instance / "copy")))
        importing.run(instance, corpus.file(source, instance))
        (instance / SITE_FILE).write_text(SETTINGS)
        if stored:
            shutil.copytree(instance, stored)
        return measure(instance)


def measure(instance: Path) -> str:
    """Harvest everything during an import, then what changed since; compare with the catalog."""
    more = corpus.file("", instance)
    with serving(instance) as server:
        sickle = Sickle(f"http://127.0.0.1:{server.port}/oai", max_retries=20)
        alone, _, first_size = _harvest(sickle, {})
        process = octavo(instance, "import", "--yes", "--quiet", more)
        beside, seen, size = _harvest(sickle, {})
        was_importing = process.poll() is None
        if process.wait() > 1:
            raise SystemExit("the import failed")
        later, changed, _ = _harvest(sickle, {"from": seen.pop("since")})
    states = {**seen, **{name: state for name, state in changed.items() if name != "since"}}
    harvested = {name for name, state in states.items() if state == "alive"}
    present = _present(instance)
    return "\n".join(
        (
            "| what | reached | goal |",
            "|---|---|---|",
            f"| records harvested alone | {first_size} | |",
            f"| seconds of that | {alone['seconds']:.0f} | 60 |",
            f"| milliseconds of 100 records, median | {alone['page']:.0f} | 60 |",
            f"| records harvested during an import | {size} | |",
            f"| seconds of that | {beside['seconds']:.0f} | 120 |",
            f"| whether the import outlasted it | {'yes' if was_importing else 'no'} | |",
            f"| seconds of the harvest of what changed | {later['seconds']:.0f} | |",
            f"| publications of the list | {len(present)} | |",
            f"| missing, or too many | {len(present ^ harvested)} | 0 |",
        )
    )


def _harvest(
    sickle: Sickle, arguments: dict[str, str]
) -> tuple[dict[str, float], dict[str, str], int]:
    """Return times, the state of each record with the first `responseDate`, and their number."""
    start = last = time.perf_counter()
    pages: list[float] = []
    states: dict[str, str] = {}
    responses: Any = OAIResponseIterator(
        sickle, {"verb": "ListRecords", "metadataPrefix": "oai_dc", **arguments}
    )
    count = 0
    for response in responses:
        oai = "{http://www.openarchives.org/OAI/2.0/}"
        states.setdefault("since", response.xml.findtext(f"{oai}responseDate"))
        for header in response.xml.iter(f"{oai}header"):
            is_deleted = header.get("status") == "deleted"
            states[header.findtext(f"{oai}identifier")] = "deleted" if is_deleted else "alive"
            count += 1
        now = time.perf_counter()
        pages.append(now - last)
        last = now
    datetime.fromisoformat(states["since"])
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "page": 1_000 * statistics.median(pages)}, states, count


def _present(instance: Path) -> set[str]:
    database = site(create_app(instance)).catalog.database
    with reading(database) as connection:
        return {
            f"oai:pubs.example.org:{row.id}" for row in queries.listed_positions(connection, also=0)
        }
