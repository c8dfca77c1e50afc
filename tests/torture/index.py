"""An index that is lost, damaged, locked, read-only or on a full disk: answers go on, it heals."""

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bench.site import ROOT
from webapp.catalog.indexing import synchronise
from webapp.site import site

from .site import NEW, OLD, Ordeal, octavo, opened

Damage = Callable[[Path, random.Random], str]  # of an index; says what it did


def run(ordeal: Ordeal, folder: Path, times: int, seed: int = 1) -> str:
    """Each damage `times` times, at random places."""
    dice = random.Random(seed)
    often: list[Damage] = [_truncate, _flip]
    for damage in (*often * times, _delete, _leave_lock, _empty_pointer):
        _survives(ordeal, folder, damage, dice)
    return f"{2 * times + 3} damages: each answered meanwhile, and mended"


def _survives(ordeal: Ordeal, folder: Path, damage: Damage, dice: random.Random) -> None:
    instance = folder / "damaged index"
    shutil.copytree(ordeal.instance, instance)
    what = damage(instance / "index", dice)
    with opened(instance) as app:
        site(app).index_follower.notice = lambda: None  # type: ignore[method-assign]
        client = app.test_client()
        answer = client.get(f"/?q={OLD}")
        assert answer.status_code == 200, what
        assert OLD in answer.text, what
        catalog = site(app).catalog
        synchronise(catalog.database, catalog.search)
        assert client.get("/readyz").status_code == 200, what
        answer = client.get(f"/?q={OLD}")
        assert f"{ordeal.size} results" in answer.text.replace(",", ""), what
    shutil.rmtree(instance)


def _files(index: Path, dice: random.Random) -> Path:
    return dice.choice(
        sorted(path for path in index.rglob("*") if path.is_file() and path.stat().st_size)
    )


def _truncate(index: Path, dice: random.Random) -> str:
    path = _files(index, dice)
    size = dice.randrange(path.stat().st_size)
    with path.open("r+b") as file:
        file.truncate(size)
    return f"{path.name} truncated at {size}"


def _flip(index: Path, dice: random.Random) -> str:
    path = _files(index, dice)
    place, bit = dice.randrange(path.stat().st_size), dice.randrange(8)
    data = bytearray(path.read_bytes())
    data[place] ^= 1 << bit
    path.unlink()  # it may be linked from elsewhere
    path.write_bytes(data)
    return f"{path.name}, byte {place}, bit {bit} flipped"


def _delete(index: Path, _dice: random.Random) -> str:
    shutil.rmtree(index)
    return "the index deleted"


def _leave_lock(index: Path, _dice: random.Random) -> str:
    (index / "lock").write_text("a process that is long dead")
    (index / "current").unlink()
    return "a stale lock, and no pointer"


def _empty_pointer(index: Path, _dice: random.Random) -> str:
    (index / "current").write_bytes(b"")
    return "an empty pointer"


# In a namespace of its own: the mount is seen by these processes alone.
_READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1"'
_FULL = 'cp -a "$1" "$2" && mount -t tmpfs -o size="$3" tmpfs "$1" && cp -a "$2/." "$1"'


def can_mount() -> bool:
    """Whether this process may have mounts of its own (root, or a kernel that lets users)."""
    if not shutil.which("unshare"):
        return False
    done = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
    return done.returncode == 0


def unwritable(ordeal: Ordeal, folder: Path, times: int = 3) -> str:
    """Read-only and full disks: an import says what is wrong, and the site answers as before."""
    size = sum(path.stat().st_size for path in (ordeal.instance / "index").rglob("*"))
    places = (
        ("a read-only folder", _READ_ONLY, "instance", ""),
        ("a full disk", _FULL, "index", f"{size // 1024 + 64}k"),
        ("a read-only index", _READ_ONLY, "index", ""),
    )[:times]
    for _, mount, what, room in places:
        _ask_inside(ordeal, folder, mount, what, room)
    names = ", ".join(name for name, *_ in places)
    return f"{names}: answered, said once, mended after"


def _ask_inside(ordeal: Ordeal, folder: Path, mount: str, what: str, size: str = "") -> None:
    instance = folder / "unwritable"
    shutil.copytree(ordeal.instance, instance)
    target = instance / "index" if what == "index" else instance
    inside = f'{mount} && shift 3 && exec "$@"'
    places = [str(target), str(folder / "kept"), size]
    asked = [sys.executable, "-m", "tests.torture.inside", str(instance), str(ordeal.file), what]
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", inside, "-", *places, *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    octavo(instance, "import", "--yes", str(ordeal.file))
    with opened(instance) as app:
        assert app.test_client().get("/readyz").json["lag"] == 0  # type: ignore[index]
        assert NEW in app.test_client().get(f"/?q={NEW}").text
    shutil.rmtree(instance)
    shutil.rmtree(folder / "kept", ignore_errors=True)
