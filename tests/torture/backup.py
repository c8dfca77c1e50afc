"""Back up while people type and an import runs, and restore a backup while the site serves."""

import shutil
from pathlib import Path

from bench.site import BEHIND_NGINX, gunicorn, listening, nginx
from webapp.store.backup.reading import unpack

from .crash import assert_serves
from .load import Crowd, typing
from .site import NEW, PreparedSite, ask, command, content, octavo, opened


def run(prepared: PreparedSite, folder: Path, people: int) -> str:
    """Check that each backup is the catalog before or after the import, and can be served."""
    instance, socket_path = folder / "instance of backups", folder / "octavo.sock"
    shutil.copytree(prepared.instance, instance)
    with (
        listening(socket_path) as listener,
        gunicorn(instance, listener, BEHIND_NGINX),
        nginx(folder, socket_path) as front,
        typing(Crowd(front, prepared), people) as crowd,
    ):
        old = content(instance)
        backups = _backups(prepared, instance, folder)
        new = content(instance)
        states = [_state(file, folder / f"in {file.stem}") for file in backups]
        assert set(states) == {old, new}, "a backup of neither state"
        for file, state in ((backups[0], old), (backups[-1], new)):
            _serves_elsewhere(prepared, file, folder / f"from {file.stem}", state == new)
        octavo(instance, "restore", "--force", str(backups[0]))
        assert content(instance) == old
        _settles(socket_path)
    answers = sum(crowd.statuses.values())
    assert answers >= people, "too few requests were answered"
    assert not crowd.faults, f"{len(crowd.faults)} faults: {crowd.faults[:5]}"
    return (
        f"{len(backups)} backups during an import: {states.count(old)} old, {states.count(new)} "
        f"new; one restored while the site serves; {answers} answers during all this, none wrong"
    )


def _backups(prepared: PreparedSite, instance: Path, folder: Path) -> list[Path]:
    """Make a backup before an import, as many as possible while it runs, and one after it."""
    backups = [_backup(instance, folder / "backup 0.zip")]
    with command(instance, "import", "--yes", str(prepared.file)) as importing:
        while importing.poll() is None:
            backups.append(_backup(instance, folder / f"backup {len(backups)}.zip"))
        assert importing.returncode == 0, importing.communicate()[0].decode()[-500:]
    return [*backups, _backup(instance, folder / f"backup {len(backups)}.zip")]


def _backup(instance: Path, file: Path) -> Path:
    octavo(instance, "backup", str(file))
    return file


def _state(file: Path, folder: Path) -> tuple[int, str]:
    """Verify every file of a backup; return its content."""
    folder.mkdir()
    unpack(file, folder)
    return content(folder)


def _serves_elsewhere(prepared: PreparedSite, file: Path, instance: Path, is_new: bool) -> None:
    """Restore a backup to a new instance, and check that it serves."""
    with opened(instance) as app:
        result = app.test_cli_runner().invoke(args=["restore", str(file)])
        assert result.exit_code == 0, result.output
    assert_serves(prepared, instance, is_new)


def _settles(site: Path) -> None:
    """Wait until the site serves the restored catalog with an ETag; before, none may be sent."""
    while NEW in ask(site, "/publications.bib").text or not ask(site, "/").etag:
        pass
