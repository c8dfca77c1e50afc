"""What gunicorn's processes hold."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from webapp.config import INSTANCE_VARIABLE, ROOT


def printed(instance: Path, *arguments: str) -> str:
    """What another Python prints, whose site has the publications of an instance folder."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, INSTANCE_VARIABLE: str(instance)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def test_what_no_visitor_asks_for_is_not_imported(tmp_path: Path) -> None:
    """Migrations, the commands and the readers of files: each worker would have copies of them."""
    imported = set(printed(tmp_path, "-c", "import sys, wsgi; print(*sys.modules)").split())
    assert "webapp.views.pages" in imported
    assert not imported & {
        *("alembic", "flask_migrate", "yaml"),
        *(
            "webapp.store.backup.writing",
            "webapp.curation.importing",
            "webapp.store.schema",
            "webapp.formats.registry",
        ),
        *("webapp.cli.content", "webapp.cli.history", "webapp.cli.backup"),
    }


PAPERS = "".join(
    f"@misc{{p{n}, title = {{Paper {n} on tensors}}, author = {{Feng, Siyuan}}, year = {{2020}}}}"
    for n in range(100)
)
SEARCHES = """
import sys, webapp.serving, wsgi
from webapp.site import site
from webapp.catalog.criteria import Criteria
webapp.serving.warm(wsgi.app)
catalog, before = site(wsgi.app).catalog, set(sys.modules)
for words in ("s. feng", "tensros", "p7", "author:'s feng' -pape", "tensors unheardof"):
    assert catalog.find(Criteria(q=words.replace("'", '"'))).total, words
print(*set(sys.modules) - before)
"""


def test_searches_import_nothing(tmp_path: Path) -> None:
    """What a search imports when it is first needed, each worker would have for itself."""
    (tmp_path / "publications.bib").write_text(PAPERS)
    printed(tmp_path, "-m", "webapp", "prepare")
    assert printed(tmp_path, "-c", SEARCHES).split() == []


WARMED = """
import webapp.serving, wsgi
webapp.serving.warm(wsgi.app)
print(open("/proc/self/smaps").read())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell")
def test_rows_wait_for_no_disk(instance: Path) -> None:
    """All of the database is in memory before anybody asks, and stays mapped."""
    mappings = re.split(r"\n(?=[0-9a-f]+-[0-9a-f]+ )", printed(instance, "-c", WARMED))
    (database,) = (one for one in mappings if "/octavo.db\n" in one)
    kilobytes = dict(re.findall(r"\n(\w+): +(\d+) kB", database))
    assert kilobytes["Rss"] == kilobytes["Size"]
    assert int(kilobytes["Size"]) * 1024 >= (instance / "octavo.db").stat().st_size


LIMITED = """
import resource, webapp.serving, wsgi
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (256 << 20),) * 2)
webapp.serving.warm(wsgi.app)
print("warm")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_a_site_whose_memory_is_limited_starts(instance: Path) -> None:
    os.truncate(instance / "octavo.db", 1 << 30)  # a hole follows what SQLite reads
    assert printed(instance, "-c", LIMITED) == "warm\n"
