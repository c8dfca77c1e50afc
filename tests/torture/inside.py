"""Run where an instance cannot be written: its path, a file to import, what is unwritable."""

import logging
import sys
from pathlib import Path
from threading import enumerate as threads
from typing import Any

from flask import Flask

from webapp.site import site

from .site import OLD, opened


class _Heard(logging.Handler):
    """Keeps what was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def main(instance: Path, file: Path, what: str) -> None:
    heard = _Heard()
    logging.getLogger("webapp").addHandler(heard)
    with opened(instance) as app:
        client = app.test_client()
        assert OLD in client.get(f"/?q={OLD}").text
        result = app.test_cli_runner().invoke(args=["import", "--yes", str(file)])
        if what == "index":
            assert result.exit_code == 0, result.output
            assert "Saved, but the search index is not up to date" in result.output, result.output
        else:
            assert result.exit_code == 2, result.output
        assert "Traceback" not in result.output, result.output
        for _ in range(3):
            assert client.get(f"/?q={OLD}").status_code == 200
            _let_it_try(app)
        if what == "index":  # the database was changed, and the index cannot follow
            ready: Any = client.get("/readyz").json
            assert ready["lag"] == 1, ready
            assert len(ready["problems"]) == 1, ready
            said = [line for line in heard.lines if "cannot be brought up to date" in line]
            assert len(said) == 1, heard.lines


def _let_it_try(app: Flask) -> None:
    follower = site(app).index_follower
    follower._not_before = 0.0  # noqa: SLF001  however recent the last attempt
    follower.notice()
    for thread in threads():
        if thread.name == "index-follower":
            thread.join()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
