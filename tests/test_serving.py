"""What gunicorn's processes hold."""

import os
import subprocess
import sys
from pathlib import Path

from webapp.config import INSTANCE_VARIABLE, ROOT


def test_what_no_visitor_asks_for_is_not_imported(tmp_path: Path) -> None:
    """Migrations, the commands and the readers of files: each worker would have copies of them."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys, wsgi; print(*sys.modules)"],
        cwd=ROOT,
        env={**os.environ, INSTANCE_VARIABLE: str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(done.stdout.split())
    assert "webapp.views.pages" in imported
    assert not imported & {
        *("alembic", "flask_migrate", "yaml"),
        *("webapp.backup", "webapp.importer", "webapp.preparation", "webapp.formats.registry"),
        *("webapp.cli.content", "webapp.cli.past", "webapp.cli.safekeeping"),
    }
