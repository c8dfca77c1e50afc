"""The commands of the README work exactly as written."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from bench.server import SEED
from tests.conftest import running
from tests.services.fake import serve_fake
from webapp.application import create_app
from webapp.catalog.criteria import Criteria
from webapp.config import ROOT
from webapp.site import site
from webapp.store.tables import db

PAPERS = """
@string{brew = "Proceedings of BREW"}
@inproceedings{doe:2023, title = {Zymurgy at {Large} Scale},
  author = {Doe, Jane and M{\\"u}ller, Jan}, booktitle = brew, year = 2023 pages = {1--9}}
@misc{doe:2022, title = {A preprint}, author = {Doe, Jane}, year = {forthcoming}}
"""


def commands() -> list[list[str]]:
    """Return the commands of "Your own publications in five minutes", split into words."""
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme.split("## Your own publications in five minutes")[1].split("\n## ")[0]
    block = re.search(r"```\n(.*?)```", section, re.DOTALL)
    assert block is not None
    return [shlex.split(line) for line in block.group(1).splitlines()]


def test_an_owner_loads_their_publications_as_the_readme_describes(
    instance: Path, tmp_path: Path
) -> None:
    (tmp_path / "papers.bib").write_text(PAPERS)
    environment = {**os.environ, "OCTAVO_INSTANCE": str(instance)}
    results: dict[str, subprocess.CompletedProcess[str]] = {}
    for words in commands():
        if words[0] == "cp":
            assert words[1:] == ["~/papers.bib", "instance/publications.bib"]
            shutil.copy(tmp_path / "papers.bib", instance / "publications.bib")
        elif words[0] == ".venv/bin/octavo":
            arguments = [sys.executable, "-m", "webapp", *words[1:]]
            results[" ".join(words[1:])] = subprocess.run(
                arguments, cwd=ROOT, env=environment, capture_output=True, text=True
            )
        else:
            assert words == ["make", "serve"]
    assert list(results) == ["import --dry-run", "import --prune=all", "check"]
    preview, imported, _ = results.values()
    assert preview.returncode == imported.returncode == 0
    assert "publications.bib:4: doe:2023" in preview.stdout
    assert "7 removed" in imported.stdout
    app = create_app(instance)
    records = site(app).catalog.find(Criteria()).records
    with app.app_context():
        db.engine.dispose()
    assert [(record.title, record.container) for record in records] == [
        ("Zymurgy at Large Scale", "Proceedings of BREW"),
        ("A preprint", ""),
    ]
    assert [person.name for person in records[0].authors] == ["Jane Doe", "Jan Müller"]


def test_an_orcid_becomes_a_site_as_the_readme_describes(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme.split("## From your ORCID to a site in one minute")[1].split("\n## ")[0]
    toml, commands = re.findall(r"```(?:toml)?\n(.*?)```", section, re.DOTALL)
    assert commands.splitlines() == [
        "rm instance/publications.bib",
        ".venv/bin/octavo refresh",
        "make serve",
    ]
    instance = tmp_path / "instance"
    shutil.copytree(SEED, instance)
    (instance / "publications.bib").unlink()
    (instance / "site.toml").write_text(toml)
    with serve_fake() as fake:
        hosts = {name: replace(host, pace=0.0) for name, host in fake.hosts.items()}
        with running(instance, hosts) as app:
            runner = app.test_cli_runner()
            assert "9 added" in runner.invoke(args=["refresh"]).output
            assert runner.invoke(args=["prepare"]).exit_code == 0  # as make serve does
            assert "Sorting sand by hand" in app.test_client().get("/").text
