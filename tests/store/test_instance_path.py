"""Paths of the instance folder and the database."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import running
from tests.octavo import octavo
from webapp.application import create_app
from webapp.config import Settings
from webapp.errors import ConfigurationError

NAMES = [
    *("what?", "a#b", "100%", "50%20off", "a b", "Zoë", "q?x=1&y#z%41"),
    *('it\'s "it"', "$HOME;", "[a]*{b}", "\\n"),
]


@pytest.mark.parametrize("name", NAMES)
def test_an_instance_folder_may_have_any_name(seed: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "outside").mkdir()
    folder = tmp_path / "outside" / name
    folder.mkdir()
    for file in ("site.toml", "publications.bib"):
        shutil.copy(seed / file, folder)
    with running(folder) as app:
        runner = app.test_cli_runner()
        for command in ("prepare", "reindex", "export", "check --json", "history", "undo"):
            result = runner.invoke(args=command.split())
            assert result.exit_code in (0, 1), (command, result.output)
        assert runner.invoke(args=["import", "--yes"]).exit_code == 0
        for line in (["backup", f"{folder}/b.zip"], ["restore", f"{folder}/b.zip", "--force"]):
            result = runner.invoke(args=line)
            assert result.exit_code == 0, result.output
        assert app.test_client().get("/").status_code == 200
        assert app.test_client().get("/readyz").status_code == 200
    assert (folder / "octavo.db").is_file()
    assert [path.name for path in (tmp_path / "outside").iterdir()] == [name]


@pytest.mark.parametrize("name", ["what?", "100%#"])
def test_the_environment_variable_accepts_any_folder_name(
    seed: Path, tmp_path: Path, name: str
) -> None:
    folder = Path(shutil.copytree(seed, tmp_path / name))
    done = octavo(folder, "export")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\n}") == 7


@pytest.mark.parametrize("url", ["nonsense", "oracle9://a", "mysql://h:port/d", "sqlite+x://"])
def test_a_malformed_database_url_is_a_configuration_error(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="database_url: "):
        create_app(tmp_path, Settings(database_url=url))
