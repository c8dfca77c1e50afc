"""The tests pass with any environment variables and do not touch an owner's instance."""

import os
import re
import subprocess
import sys
from pathlib import Path

from webapp.config import ROOT

# A test of pages, one of a command in another process, one of the server's settings, one of `make`.
SAMPLE_TESTS = (
    "tests/views/test_pages.py",
    "tests/cli/test_commands.py::test_a_closed_pipe_is_no_error",
    "tests/docs/test_project.py::test_gunicorn_accepts_the_configuration",
    "tests/docs/test_project.py::test_serving_installs_only_changed_packages",
)


FOREIGN_VARIABLES = {
    "OCTAVO_TITLE": "Ours",
    "OCTAVO_PAGE_SIZE": "2",
    "OCTAVO_HOSTS": "pubs.example.org",
    "OCTAVO_NO_SUCH_SETTING": "1",
    "FLASK_DEBUG": "1",
    "FLASK_APP": "other",
    "WEB_CONCURRENCY": "many",
    "PORT": "https",
    "GUNICORN_CMD_ARGS": "--workers 7",
    "LISTEN_FDS": "3",
    "LISTEN_PID": "1",
    "NOTIFY_SOCKET": "/run/other",
    "http_proxy": "http://127.0.0.1:9",
    "ALL_PROXY": "http://127.0.0.1:9",
    "TZ": "Pacific/Kiritimati",
    "LANGUAGE": "de",
    "COLUMNS": "20",
    "GIT_DIR": "/none",
    "GIT_INDEX_FILE": "/none",
    "MAKEFLAGS": "n",
    "MAKELEVEL": "2",
}


def test_the_tests_do_not_depend_on_the_environment(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text('title = "Ours"\npage_size = 2\n')
    environment = {**os.environ, "OCTAVO_INSTANCE": str(tmp_path), **FOREIGN_VARIABLES}
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *SAMPLE_TESTS],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        umask=0o077,
    )
    assert result.returncode == 0, result.stdout[-3000:]
    assert [path.name for path in tmp_path.iterdir()] == ["site.toml"]


def test_no_test_and_no_measurement_reads_the_owners_instance_folder() -> None:
    own = re.compile(r"""ROOT\s*/\s*f?["']instance(?!/\w+\.example)""")
    files = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    assert [str(file) for file in files if own.search(file.read_text("utf-8"))] == []
