"""Backups while people type and an import runs, and a backup brought back to a site that serves."""

import shutil
from pathlib import Path

from bench.site import BEHIND_NGINX, gunicorn, listening, nginx
from webapp.store.backup.reading import unpack

from .crash import assert_serves
from .load import Crowd, typing
from .site import NEW, Ordeal, ask, command, content, octavo, opened


def run(ordeal: Ordeal, folder: Path, people: int) -> str:
    """Each backup is the catalog before or after the import, and serves as such anywhere."""
    instance, socket_path = folder / "instance of backups", folder / "octavo.sock"
    shutil.copytree(ordeal.instance, instance)
    with (
        listening(socket_path) as listener,
        gunicorn(instance, listener, BEHIND_NGINX),
        nginx(folder, socket_path) as front,
        typing(Crowd(front, ordeal), people) as crowd,
    ):
        old = content(instance)
        backups = _backups(ordeal, instance, folder)
        new = content(instance)
        states = [_state(file, folder / f"in {file.stem}") for file in backups]
        assert set(states) == {old, new}, "a backup of neither state"
        for file, state in ((backups[0], old), (backups[-1], new)):
            _serves_elsewhere(ordeal, file, folder / f"from {file.stem}", state == new)
        octavo(instance, "restore", "--force", str(backups[0]))
        assert content(instance) == old
        _settles(socket_path)
    asked = sum(crowd.statuses.values())
    assert asked >= people, "nobody got through"
    assert not crowd.faults, f"{len(crowd.faults)} faults: {crowd.faults[:5]}"
    return (
        f"{len(backups)} backups during an import: {states.count(old)} old, {states.count(new)} "
        f"new; one brought back while the site serves; {asked} answers meanwhile, none wrong"
    )


def _backups(ordeal: Ordeal, instance: Path, folder: Path) -> list[Path]:
    """One before an import, as many as there can be while it runs, and one after it."""
    backups = [_backup(instance, folder / "backup 0.zip")]
    with command(instance, "import", "--yes", str(ordeal.file)) as importing:
        while importing.poll() is None:
            backups.append(_backup(instance, folder / f"backup {len(backups)}.zip"))
        assert importing.returncode == 0, importing.communicate()[0].decode()[-500:]
    return [*backups, _backup(instance, folder / f"backup {len(backups)}.zip")]


def _backup(instance: Path, file: Path) -> Path:
    octavo(instance, "backup", str(file))
    return file


def _state(file: Path, folder: Path) -> tuple[int, str]:
    """What a backup holds, every file of it verified."""
    folder.mkdir()
    unpack(file, folder)
    return content(folder)


def _serves_elsewhere(ordeal: Ordeal, file: Path, instance: Path, is_new: bool) -> None:
    """Another machine, which has nothing yet, becomes what the backup holds."""
    with opened(instance) as app:
        result = app.test_cli_runner().invoke(args=["restore", str(file)])
        assert result.exit_code == 0, result.output
    assert_serves(ordeal, instance, is_new)


def _settles(site: Path) -> None:
    """The site follows what was brought back: until then nothing may be kept."""
    while NEW in ask(site, "/publications.bib").text or not ask(site, "/").etag:
        pass
