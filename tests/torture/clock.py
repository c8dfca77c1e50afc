"""The clock jumps back by a day and ahead by a year: while the site serves, and between commands.

Each process has a clock of its own: shifted_clock/sitecustomize.py.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

from bench.site import gunicorn, listening
from webapp.curation.history import entries
from webapp.site import site as site_of

from .site import NEW, OLD, Answer, Ordeal, ask, octavo, opened

_DAY, _YEAR = 86_400, 31_536_000  # seconds
JUMPS = (-_DAY, _YEAR)
_UPDATED = "{http://www.w3.org/2005/Atom}updated"
_ADDRESSES = (
    *("/", "/?sort=newest", f"/?q={OLD}", f"/?q={NEW}", "/publications/made-1"),
    *("/publications/made-1/cite", "/publications.atom", "/publications.bib", "/sitemap.xml"),
)


class Clock:
    """A clock that can be moved; `environment` is for the processes that go by it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.environment = {
            "BENCH_CLOCK": str(file),
            "PYTHONPATH": str(Path(__file__).parent / "shifted_clock"),
        }
        self.jump(0)

    def jump(self, seconds: int) -> None:
        """Show the true time and so much more, at once."""
        draft = self._file.with_suffix(".draft")
        draft.write_text(str(seconds))
        draft.replace(self._file)


def run(ordeal: Ordeal, folder: Path) -> str:
    """Every answer before a jump is the answer after it; what is imported is followed, and last."""
    instance = folder / "instance of the clock"
    shutil.copytree(ordeal.instance, instance)
    clock = Clock(folder / "clock of the site")
    with _serving(instance, folder / "octavo.sock", clock) as site:
        for jump in JUMPS:
            before = _seen(site)
            clock.jump(jump)
            _assert_same(site, before, f"a jump to {jump} s")
        _index_is_made_anew(site, instance, before)
        imports = _imports(ordeal, instance, site, clock, Clock(folder / "our clock"))
        before = _seen(site)
    clock.jump(-_DAY)
    with _serving(instance, folder / "again.sock", clock) as site:
        _assert_same(site, before, "a restart")
    with opened(instance) as app:
        catalog = site_of(app).catalog
        numbers = [entry.number for entry in entries(catalog, limit=100)]
    assert numbers == sorted(numbers, reverse=True), numbers
    return f"{len(JUMPS)} jumps and {imports} imports between them: nothing changed but by these"


@contextmanager
def _serving(instance: Path, path: Path, clock: Clock) -> Iterator[Path]:
    with listening(path) as listener, gunicorn(instance, listener, clock.environment):
        yield path


def _seen(site: Path) -> dict[str, Answer]:
    return {address: ask(site, address) for address in _ADDRESSES}


def _assert_same(site: Path, before: dict[str, Answer], why: str) -> None:
    """The same answers, whole and with the validators that a browser kept."""
    for address, known in before.items():
        answer = ask(site, address)
        assert (answer.status, answer.etag, answer.text) == (
            known.status,
            known.etag,
            known.text,
        ), f"{address} differs after {why}"
        if known.etag:
            status = ask(site, address, {"If-None-Match": known.etag, "Accept": "text/html"}).status
            assert status == 304, f"{status} for {address}, which is known, after {why}"


def _index_is_made_anew(site: Path, instance: Path, before: dict[str, Answer]) -> None:
    """It is lost, and made anew whatever the time is."""
    shutil.rmtree(instance / "index")
    while ask(site, f"/?q={OLD}").etag != before[f"/?q={OLD}"].etag:
        assert ask(site, "/").status == 200


def _imports(ordeal: Ordeal, instance: Path, site: Path, theirs: Clock, ours: Clock) -> int:
    """Commands and site disagree about the time; what was done last is what is shown."""
    files = (ordeal.file, instance / "publications.bib")
    for number, (our, their) in enumerate([(_YEAR, -_DAY), (-_DAY, _YEAR)]):
        ours.jump(our)
        theirs.jump(their)
        octavo(instance, "import", "--yes", str(files[number]), **ours.environment)
        assert json.loads(ask(site, "/readyz").text)["lag"] == 0
        assert (NEW in ask(site, "/publications.bib").text) == (number == 0), "not the last import"
        _feed_is_of(site, our)
    return len(files)


def _feed_is_of(site: Path, offset: int) -> None:
    """The feed says that it changed when the last import thought it was."""
    tree = ET.fromstring(ask(site, "/publications.atom").text)  # noqa: S314  our own
    said = datetime.fromisoformat(tree.findtext(_UPDATED, ""))
    off = (said - datetime.now(UTC)).total_seconds() - offset
    assert abs(off) < _DAY / 2, f"the feed is of {said}, after an import {offset} s from now"
