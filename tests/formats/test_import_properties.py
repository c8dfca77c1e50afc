"""`octavo import` of any file: no traceback, and the catalog is then what the plan showed."""

import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.conftest import running
from webapp.site import site as site_of
from webapp.store import publications
from webapp.store.connections import CatalogRevision, current_revision, reading

Contents = dict[str, Any]  # records as JSON, by key, in order

VALID = (
    b"""@string{j = "The Journal"}
@article{one, title = {On {BERT} \\& $x^2$}, author = {Zola, {\\'E}mile and others},
  journal = j # { of It}, year = 2020, month = mar, doi = {10.1234/x.y}, abstract = {So

  there}, keywords = {a, b}}
@book{two, title = "A book", crossref = {three}, year = {forthcoming}}
@proceedings{three, title = {Both}, date = {2019-04/2019-05}, editor = {{The Group}}}
""",
    b"TY  - JOUR\nID  - one\nTI  - A\nAU  - Doe, Jane\nPY  - 2001\nER  - \nTY  - BOOK\nTI  - B\n",
    (
        b'[{"id": "one", "type": "book", "title": "A", "issued": {"date-parts": [[2019, 4]]}},\n'
        b'{"type": "chapter", "author": [{"family": "Doe"}]}]'
    ),
    (
        b"<xml><records><record><rec-number>1</rec-number><titles><title>A</title></titles></record>"
        b"<record><ref-type name='Book'/><dates><year>1999</year></dates></record></records></xml>"
    ),
    b"PMID- 1\nTI  - A\nFAU - Doe, J\nDP  - 2013 Nov 7\n\nPMID- 2\nTI  - B\n",
    b"%0 Book\n%T A\n%A Doe, Jane\n%D 2003\n%F one\n\n%0 Thesis\n%T B\n",
    b"PT J\nAU Doe, J\nTI A\nPY 2000\nUT one\nER\n\nPT B\nTI B\nER\nEF\n",
    b"cff-version: 1.2.0\ntitle: A\nauthors:\n  - family-names: Doe\n    given-names: Jane\n",
)
PIECES = st.sampled_from(
    [b"{", b"}", b'"', b",", b"\\", b"\n", b"@a{", b"\xff", b"\x00", b"$", b"<", b"&", b"]", b"one"]
)
PLACE = st.integers(0, 400)


@pytest.fixture(scope="module")
def site(seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site for all examples, so that each finds what the previous ones left."""
    folder = shutil.copytree(seed, tmp_path_factory.mktemp("any") / "instance")
    with running(Path(folder)) as app:
        yield app


def state(site: Flask) -> tuple[CatalogRevision, Contents]:
    catalog = site_of(site).catalog
    with reading(catalog.database) as connection:
        records = [stored.record for stored in publications.load_all(connection)]
    return current_revision(catalog.database), {record.key: as_json(record) for record in records}


def as_json(record: Any) -> Any:
    """Return a record as the plan shows it, without the slug, which the catalog assigns."""
    return json.loads(json.dumps(asdict(record))) | {"slug": ""}


def run(site: Flask, *args: str) -> Result:
    result = site.test_cli_runner().invoke(args=["import", *args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert "Traceback" not in result.output
    assert result.exit_code in (0, 1, 2)
    return result


def check(site: Flask, data: bytes, *options: str) -> None:
    """Check that an import does what `--dry-run` shows."""
    random.seed()  # hypothesis fixes the seed, but Whoosh needs random file names
    file = Path(site.instance_path) / "given"
    file.write_bytes(data)
    before, contents = state(site)
    planned = run(site, "--dry-run", "--json", str(file), *options)
    assert state(site) == (before, contents)
    done = run(site, "--yes", str(file), *options)
    after, saved = state(site)
    assert done.exit_code == planned.exit_code
    if done.exit_code == 2:
        assert (after, saved) == (before, contents)
        return
    expected, edits = follow(json.loads(planned.stdout), contents, "--prune=all" in options)
    assert saved == expected
    assert (after == before) == (not edits)
    assert run(site, "--yes", str(file), *options).exit_code == done.exit_code
    assert state(site)[0] == after


def follow(plan: Any, contents: Contents, prune: bool) -> tuple[Contents, int]:
    """Return the contents expected after a plan, and the number of its edits."""
    removed = plan["missing_keys"] if prune else []
    renamed = [row["old"] for row in plan["new_keys"]]
    edits = [*plan["added"], *plan["changed"]]
    changes = {row["record"]["key"]: row["record"] | {"slug": ""} for row in edits}
    unchanged = {key: record for key, record in contents.items() if key not in (*removed, *renamed)}
    return unchanged | changes, len(removed) + len(edits)


@given(st.binary(max_size=120), st.sampled_from([(), ("--prune=all",)]))
@example(b"", ())
@example(b"%PDF-1.7", ())
@example(b"@article{one, title = {A}, title = {B}, year = 2020}", ("--prune=all",))
@settings(max_examples=80)
def test_any_bytes(site: Flask, data: bytes, options: tuple[str, ...]) -> None:
    check(site, data, *options)


@given(
    st.sampled_from(VALID),
    st.lists(st.tuples(PLACE, st.integers(0, 3), PIECES), max_size=6),
    st.sampled_from([(), ("--prune=all",)]),
)
@settings(max_examples=120)
def test_any_mutation_of_a_valid_file(
    site: Flask, data: bytes, changes: list[tuple[int, int, bytes]], options: tuple[str, ...]
) -> None:
    for place, lost, piece in changes:
        place %= len(data) + 1
        data = data[:place] + piece + data[place + lost :]
    check(site, data, *options)
