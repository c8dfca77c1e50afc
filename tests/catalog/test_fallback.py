"""The list while there is no index: plain SQL on the rows of the database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from tests.conftest import BOTH_DATABASES, running
from webapp.catalog import Catalog, Criteria
from webapp.catalog.fallback import scan_hits
from webapp.records import Person, Record
from webapp.site import site
from webapp.store.connections import reading
from webapp.store.edits import Edit

DATABASES = BOTH_DATABASES


RECORDS = (
    Record(
        key="a",
        type="article",
        title="Sorting 100% of it",
        authors=(
            Person(family="Beethoven", given="Ludwig", particle="van", suffix="Jr.", equal=True),
            Person(literal='The "Nex" Team'),
        ),
        tags=("machine learning", "über"),
        year=2020,
    ),
    Record(
        key="b",
        type="misc",
        title="On given names",
        authors=(
            Person(family="García Márquez", given="Gabriel"),
            Person(family="Plato"),
        ),
        editors=(Person(family="Feng", given="Siyuan", marks="†"),),
        tags=("learning",),
        year=2021,
    ),
)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    folder: Path = tmp_path_factory.mktemp("scanned")
    with running(folder) as app:
        assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
        catalog = site(app).catalog
        catalog.save([Edit(record) for record in RECORDS], "test")
        yield catalog


@pytest.mark.parametrize(
    ("args", "keys"),
    [
        ({}, "ab"),
        ({"q": "sort"}, "a"),
        ({"q": "beetHOVEN sorting"}, "a"),
        ({"q": "sorting 2020"}, "a"),
        ({"q": f"sorting {'9' * 40}"}, ""),
        ({"q": "márquez"}, "b"),
        ({"q": "feng"}, "b"),
        ({"q": "100%"}, "a"),
        ({"q": "family"}, ""),
        ({"q": "given"}, "b"),
        ({"author": "Ludwig van Beethoven, Jr."}, "a"),
        ({"author": 'The "Nex" Team'}, "a"),
        ({"author": "Gabriel García Márquez"}, "b"),
        ({"author": "Siyuan Feng"}, "b"),
        ({"author": "Plato"}, "b"),
        ({"author": "Gabriel Feng"}, ""),
        ({"author": ["Plato", "Ludwig van Beethoven, Jr."]}, "ab"),
        ({"author": [f"{'Name ' * 40}{number}" for number in range(20)]}, ""),
        ({"tag": "learning"}, "b"),
        ({"tag": "über"}, "a"),
        ({"tag": ["über", "learning"]}, "ab"),
        ({"tag": "learn"}, ""),
        ({"year": "2021..", "type": "misc"}, "b"),
    ],
)
def test_words_and_filters_restrict_the_list(
    catalog: Catalog, args: dict[str, object], keys: str
) -> None:
    criteria = Criteria.from_args(dict(MultiDict(args).lists()))
    with reading(catalog.database) as connection:
        hits = scan_hits(connection, criteria, "", catalog.choices, newest_first=False, size=20)
        publications = catalog.load(hits.ids)

    assert "".join(stored.record.key for stored in publications) == keys
    assert hits.total == len(keys)
