"""A site of nine papers, for tests of facets."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.conftest import running

# Nine papers of three venues, two types and nine years, each with its own author.
ENTRY = """@{kind}{{p{year}, title = {{Paper of {year}}}, author = {{Ann A{letter}}}, {place},
year = {{{year}}}, keywords = {{all, only {year}}}, abstract = {{Some words.}}}}
"""


def entry(number: int) -> str:
    place = ("journal = {A & B}", "booktitle = {Conf}, abbr = {Conf}", "journal = {Rare}")
    which = 0 if number < 5 else 1 if number < 8 else 2
    return ENTRY.format(
        kind="inproceedings" if which == 1 else "article",
        year=2010 + number,
        letter="bcdefghij"[number],
        place=place[which],
    )


@pytest.fixture(scope="module")
def nine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder = tmp_path_factory.mktemp("nine")
    (folder / "publications.bib").write_text("".join(map(entry, range(9))))
    with running(folder) as app:
        result = app.test_cli_runner().invoke(args=["prepare"])
        assert result.exit_code == 0, result.output
        yield app.test_client()
