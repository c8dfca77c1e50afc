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


PAPERS = "".join(
    f"@misc{{p{n}, title = {{Paper {n} on tensors}}, author = {{Feng, Siyuan}}, year = {{2020}}}}"
    for n in range(100)
)
SEARCHES = """
import sys, webapp.serving, wsgi
from webapp.criteria import Criteria
webapp.serving.warm(wsgi.app)
catalog, before = wsgi.app.extensions["catalog"], set(sys.modules)
for words in ("s. feng", "tensros", "p7", "author:'s feng' -pape", "tensors unheardof"):
    assert catalog.find(Criteria(q=words.replace("'", '"'))).total, words
print(*set(sys.modules) - before)
"""


def test_searches_import_nothing(tmp_path: Path) -> None:
    """What a search imports when it is first needed, each worker would have for itself."""
    (tmp_path / "publications.bib").write_text(PAPERS)
    printed = ""
    for arguments in (["-m", "webapp", "prepare"], ["-c", SEARCHES]):
        printed = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, INSTANCE_VARIABLE: str(tmp_path)},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
    assert printed.split() == []
