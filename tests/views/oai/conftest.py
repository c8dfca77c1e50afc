"""A site that harvesters can read, behind gunicorn."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.server import serving
from tests.conftest import running

OAI = """oai = true
oai_admin = "ada@example.org"
oai_id = "oai:pubs.example.org"
oai_page_size = 20
"""


def with_oai(instance: Path, more: str = "") -> Path:
    """Add the settings for harvesters to an instance."""
    file = instance / "site.toml"
    file.write_text(f"{OAI}{file.read_text()}{more}")
    return instance


@contextmanager
def served(instance: Path) -> Iterator[str]:
    """Serve an instance until the block ends; yield the address for harvesters."""
    with serving(instance) as server:
        yield f"http://127.0.0.1:{server.port}/oai"


@pytest.fixture(scope="session")
def harvested(seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with 147 publications and a list of 140, for harvesters. Copy it to change it."""
    folder = Path(shutil.copytree(seed, tmp_path_factory.mktemp("oai") / "instance"))
    entries = [
        f"@article{{made{n}, title={{Made {n}}}, author={{Doe, Jane}}, year={2000 + n % 5}}}"
        for n in range(140)
    ]
    (folder / "more.bib").write_text("\n".join(entries))
    with_oai(folder, '[[lists]]\nslug = "made"\ntitle = "Made"\nsearch = "title:made"\n')
    with running(folder) as app:
        for command in (["import", "--yes", str(folder / "more.bib")], ["prepare"]):
            result = app.test_cli_runner().invoke(args=command)
            assert result.exit_code == 0, result.output
    return folder
