"""Set the clock back a day and forward a year, while the site serves and between commands.

The site and the commands have separate clocks: see shifted_clock/sitecustomize.py.
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

from .site import NEW, OLD, Answer, PreparedSite, ask, octavo, opened

_DAY, _YEAR = 86_400, 31_536_000  # seconds
JUMPS = (-_DAY, _YEAR)
_UPDATED = "{http://www.w3.org/2005/Atom}updated"
_ADDRESSES = (
    *("/", "/?sort=newest", f"/?q={OLD}", f"/?q={NEW}", "/publications/made-1"),
    *("/publications/made-1/cite", "/publications.atom", "/publications.bib", "/sitemap.xml"),
)


class Clock:
    """A clock that can be set. Processes use it if they have its `environment`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.environment = {
            "BENCH_CLOCK": str(file),
            "PYTHONPATH": str(Path(__file__).parent / "shifted_clock"),
        }
        self.jump(0)

    def jump(self, seconds: int) -> None:
        """Show the true time plus so many seconds from now on."""
        draft = self._file.with_suffix(".draft")
        draft.write_text(str(seconds))
        draft.replace(self._file)


def run(prepared: PreparedSite, folder: Path) -> str:
    """Check that jumps change no answer, and that the last import counts at any time."""
    instance = folder / "instance of the clock"
    shutil.copytree(prepared.instance, instance)
    clock = Clock(folder / "clock of the site")
    with _serving(instance, folder / "octavo.sock", clock) as site:
        for jump in JUMPS:
            before = _answers(site)
            clock.jump(jump)
            _assert_same(site, before, f"a jump to {jump} s")
        _assert_index_is_rebuilt(site, instance, before)
        command_clock = Clock(folder / "clock of the commands")
        imports = _imports(prepared, instance, site, clock, command_clock)
        before = _answers(site)
    clock.jump(-_DAY)
    with _serving(instance, folder / "again.sock", clock) as site:
        _assert_same(site, before, "a restart")
    with opened(instance) as app:
        catalog = site_of(app).catalog
        numbers = [entry.number for entry in entries(catalog, limit=100)]
    assert numbers == sorted(numbers, reverse=True), numbers
    return f"{len(JUMPS)} jumps and {imports} imports: only the imports changed anything"


@contextmanager
def _serving(instance: Path, path: Path, clock: Clock) -> Iterator[Path]:
    with listening(path) as listener, gunicorn(instance, listener, clock.environment):
        yield path


def _answers(site: Path) -> dict[str, Answer]:
    return {address: ask(site, address) for address in _ADDRESSES}


def _assert_same(site: Path, before: dict[str, Answer], why: str) -> None:
    """Check that the answers are the same, and 304 for the ETags from before."""
    for address, earlier in before.items():
        answer = ask(site, address)
        assert (answer.status, answer.etag, answer.text) == (
            earlier.status,
            earlier.etag,
            earlier.text,
        ), f"{address} differs after {why}"
        if earlier.etag:
            headers = {"If-None-Match": earlier.etag, "Accept": "text/html"}
            status = ask(site, address, headers).status
            assert status == 304, f"{status} for {address} with a valid ETag, after {why}"


def _assert_index_is_rebuilt(site: Path, instance: Path, before: dict[str, Answer]) -> None:
    """Delete the index and wait until the site has rebuilt it, at the time of its clock."""
    shutil.rmtree(instance / "index")
    while ask(site, f"/?q={OLD}").etag != before[f"/?q={OLD}"].etag:
        assert ask(site, "/").status == 200


def _imports(
    prepared: PreparedSite, instance: Path, site: Path, site_clock: Clock, command_clock: Clock
) -> int:
    """Import with clocks that differ; check that the last import is shown. Return the imports."""
    files = (prepared.file, instance / "publications.bib")
    offsets = [(_YEAR, -_DAY), (-_DAY, _YEAR)]  # of the command and of the site
    for number, (command_offset, site_offset) in enumerate(offsets):
        command_clock.jump(command_offset)
        site_clock.jump(site_offset)
        octavo(instance, "import", "--yes", str(files[number]), **command_clock.environment)
        assert json.loads(ask(site, "/readyz").text)["lag"] == 0
        assert (NEW in ask(site, "/publications.bib").text) == (number == 0), "not the last import"
        _assert_feed_updated(site, command_offset)
    return len(files)


def _assert_feed_updated(site: Path, offset: int) -> None:
    """Check that the feed was updated at the time of the last import's clock."""
    tree = ET.fromstring(ask(site, "/publications.atom").text)  # noqa: S314  our own
    updated = datetime.fromisoformat(tree.findtext(_UPDATED, ""))
    error = (updated - datetime.now(UTC)).total_seconds() - offset
    assert abs(error) < _DAY / 2, f"updated {updated}, after an import {offset} s from now"
