"""Hostile files imported by the command: each is read or refused, in time that grows no faster.

A site whose own file holds hostile entries starts, and has the entries between them.
"""

import resource
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from itertools import pairwise
from pathlib import Path

from bench.server import SEED
from tests.hostile_files import GROWING
from webapp.formats import time_limit

from .site import PreparedSite, command, octavo

EXITS = (0, 1, 2)  # read, some entries rejected, refused
LENGTHS = (1, 2, 4)  # times the first
MOST = 2.5  # times the cost for twice the length: linear is 2, quadratic 4
LEAST_SECONDS = 0.5  # below that, the growth of the cost says nothing
SITE_LENGTH = 2_000
GOOD = "@misc{{good{0}, title = {{Good {0}}}, year = 2020}}\n"


def run(prepared: PreparedSite, folder: Path, length: int, kinds: Iterable[str] = GROWING) -> str:
    """Import a file of each kind at three lengths, then start a site with all of BibTeX."""
    kinds = list(kinds)
    empty = folder / "empty.bib"
    empty.write_text(GOOD.format(0))
    start = _seconds(prepared, empty)
    slowest, slowest_kind = 0.0, ""
    for kind in kinds:
        costs = []
        for times in LENGTHS:
            file = folder / "hostile"
            file.write_text(GROWING[kind](times * length), encoding="utf-8")
            costs.append(max(LEAST_SECONDS, _seconds(prepared, file) - start))
        grows = all(later > MOST * earlier for earlier, later in pairwise(costs))
        assert not grows, f"{kind}: {costs} seconds at {LENGTHS} times {length}"
        if costs[-1] > slowest:
            slowest, slowest_kind = costs[-1], kind
    _start_site(folder / "instance", kinds)
    return f"{len(kinds)} kinds of files; the slowest took {slowest:.1f} s, {slowest_kind}"


def _seconds(prepared: PreparedSite, file: Path) -> float:
    """Return the processor time of a dry run of an import."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with command(prepared.instance, "import", "--dry-run", str(file)) as process:
        output = process.communicate()[0].decode(errors="replace")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert process.returncode in EXITS, f"exit status {process.returncode}: {output[-500:]}"
    assert "Traceback" not in output, output[-500:]
    assert "Octavo failed to read it" not in output, output[-500:]
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert seconds < 3 * time_limit.SECONDS, f"{seconds:.0f} s: {output[-500:]}"
    return seconds


def _start_site(instance: Path, kinds: list[str]) -> None:
    """Prepare a site of hostile entries, each before a good one."""
    instance.mkdir()
    shutil.copy(SEED / "site.toml", instance)
    hostile = [GROWING[kind](SITE_LENGTH) for kind in kinds]
    entries = [text for text in hostile if text.startswith("@") and text.endswith("}")]
    text = "\n".join(f"{entry}\n{GOOD.format(number)}" for number, entry in enumerate(entries))
    (instance / "publications.bib").write_text(text, encoding="utf-8")
    octavo(instance, "prepare")
    with closing(sqlite3.connect(instance / "octavo.db")) as connection:
        query = "SELECT count(*) FROM publications WHERE key LIKE 'good%'"
        (count,) = connection.execute(query).fetchone()
    assert count == len(entries), f"{count} of {len(entries)} good entries were read"
