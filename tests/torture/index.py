"""Damage, delete or lock the index, make it read-only, fill its disk.

Searches still work, and the index is rebuilt as soon as it can be written.
"""

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bench.site import ROOT
from webapp.catalog.indexing import synchronise
from webapp.site import site

from .site import NEW, OLD, PreparedSite, octavo, opened

Damage = Callable[[Path, random.Random], str]  # damages an index; returns what it did


def run(prepared: PreparedSite, folder: Path, times: int, seed: int = 1) -> str:
    """Damage the index in each way, `times` times at random places where there are several."""
    rng = random.Random(seed)
    random_damages: list[Damage] = [_truncate, _flip]
    for damage in (*random_damages * times, _delete, _leave_lock, _empty_pointer):
        _assert_recovers(prepared, folder, damage, rng)
    return f"{2 * times + 3} damages: searches worked, and the index was rebuilt"


def _assert_recovers(
    prepared: PreparedSite, folder: Path, damage: Damage, rng: random.Random
) -> None:
    instance = folder / "damaged index"
    shutil.copytree(prepared.instance, instance)
    description = damage(instance / "index", rng)
    with opened(instance) as app:
        site(app).index_follower.notice = lambda: None  # type: ignore[method-assign]
        client = app.test_client()
        answer = client.get(f"/?q={OLD}")
        assert answer.status_code == 200, description
        assert OLD in answer.text, description
        catalog = site(app).catalog
        synchronise(catalog.database, catalog.search, choices=catalog.choices)
        assert client.get("/readyz").status_code == 200, description
        answer = client.get(f"/?q={OLD}")
        assert f"{prepared.size} results" in answer.text.replace(",", ""), description
    shutil.rmtree(instance)


def _choose_file(index: Path, rng: random.Random) -> Path:
    return rng.choice(
        sorted(path for path in index.rglob("*") if path.is_file() and path.stat().st_size)
    )


def _truncate(index: Path, rng: random.Random) -> str:
    path = _choose_file(index, rng)
    size = rng.randrange(path.stat().st_size)
    with path.open("r+b") as file:
        file.truncate(size)
    return f"{path.name} truncated at {size}"


def _flip(index: Path, rng: random.Random) -> str:
    path = _choose_file(index, rng)
    place, bit = rng.randrange(path.stat().st_size), rng.randrange(8)
    data = bytearray(path.read_bytes())
    data[place] ^= 1 << bit
    path.unlink()  # other links to it must not change
    path.write_bytes(data)
    return f"{path.name}, byte {place}, bit {bit} flipped"


def _delete(index: Path, _dice: random.Random) -> str:
    shutil.rmtree(index)
    return "the index deleted"


def _leave_lock(index: Path, _dice: random.Random) -> str:
    (index / "lock").write_text("a process that has ended")
    (index / "current").unlink()
    return "a stale lock, and no pointer"


def _empty_pointer(index: Path, _dice: random.Random) -> str:
    (index / "current").write_bytes(b"")
    return "an empty pointer"


# Run in a separate mount namespace, so that no other process sees the mounts.
_READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1"'
_FULL = 'cp -a "$1" "$2" && mount -t tmpfs -o size="$3" tmpfs "$1" && cp -a "$2/." "$1"'


def can_mount() -> bool:
    """Return whether this process may mount: as root, or where the kernel lets users."""
    if not shutil.which("unshare"):
        return False
    result = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
    return result.returncode == 0


def unwritable(prepared: PreparedSite, folder: Path, times: int = 3) -> str:
    """Make folders read-only or full: an import names the problem, and the site still answers."""
    size = sum(path.stat().st_size for path in (prepared.instance / "index").rglob("*"))
    places = (
        ("a read-only folder", _READ_ONLY, "instance", ""),
        ("a full disk", _FULL, "index", f"{size // 1024 + 64}k"),
        ("a read-only index", _READ_ONLY, "index", ""),
    )[:times]
    for _, mount, target, size_limit in places:
        _run_inside(prepared, folder, mount, target, size_limit)
    names = ", ".join(name for name, *_ in places)
    return f"{names}: answered, logged once, updated afterwards"


def _run_inside(
    prepared: PreparedSite, folder: Path, mount: str, target: str, size_limit: str
) -> None:
    """Mount over the target, "instance" or "index", and run `inside` there; then recover."""
    instance = folder / "unwritable"
    shutil.copytree(prepared.instance, instance)
    path, copy = instance / "index" if target == "index" else instance, folder / "copy"
    inside = f'{mount} && shift 3 && exec "$@"'
    mounting = ["unshare", "--mount", "sh", "-c", inside, "-", str(path), str(copy), size_limit]
    module = [sys.executable, "-m", "tests.torture.inside"]
    result = subprocess.run(
        [*mounting, *module, str(instance), str(prepared.file), target],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-2000:]
    octavo(instance, "import", "--yes", str(prepared.file))
    with opened(instance) as app:
        assert app.test_client().get("/readyz").json["lag"] == 0  # type: ignore[index]
        assert NEW in app.test_client().get(f"/?q={NEW}").text
    shutil.rmtree(instance)
    shutil.rmtree(copy, ignore_errors=True)
