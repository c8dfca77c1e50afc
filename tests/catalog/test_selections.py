"""Selections in addresses: an order of publications, reversible, and valid for years."""

import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import running
from webapp.catalog import Catalog
from webapp.catalog.selections import (
    MAX_ADDRESS,
    MAX_SELECTED,
    make_address,
    read_names,
    slug_code,
)
from webapp.records import Record
from webapp.site import site
from webapp.store.edits import Edit
from webapp.store.slugs import unique_slug

SLUGS = st.from_regex(re.compile(r"[a-z0-9_][a-z0-9_-]{0,30}", re.ASCII), fullmatch=True)
NAMES = st.lists(SLUGS, unique=True, max_size=40)
LONG = [f"a-publication-with-a-long-key-{number}" for number in range(MAX_SELECTED)]


@pytest.fixture(scope="module")
def catalog(seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    """The seed and 600 publications with long keys."""
    folder = Path(copytree(seed, tmp_path_factory.mktemp("selections") / "instance"))
    with running(folder) as app, app.app_context():
        catalog = site().catalog
        keys = [*LONG, *(f"Müller_{number}" for number in range(100))]
        catalog.save([Edit(Record(key, "article", f"Title {key}")) for key in keys], "import")
        yield catalog


@given(NAMES)
def test_few_slugs_are_readable_in_an_address(slugs: list[str]) -> None:
    address = make_address(slugs)
    assert address == ".".join(slugs)
    assert read_names([address]) == tuple(slugs)


@given(NAMES)
def test_names_stay_the_same_in_codes(slugs: list[str]) -> None:
    address = make_address([".gone00", *slugs])
    codes = read_names([address])
    assert codes == tuple(dict.fromkeys([".gone00", *(f".{slug_code(slug)}" for slug in slugs)]))
    assert make_address(codes) == address


@given(st.lists(st.text(max_size=60) | st.sampled_from([".", "..", ".0", ".ÀÀÀÀÀÀ", "a" * 999])))
def test_any_text_is_an_address(texts: list[str]) -> None:
    names = read_names(texts)
    assert read_names([make_address(names)]) == names
    assert len(names) <= MAX_SELECTED


def test_the_most_that_an_address_names_is_short() -> None:
    address = make_address(LONG)
    assert len(address) == 1 + 6 * MAX_SELECTED
    assert address.isascii()
    assert address[1:].isalnum()
    assert len(read_names([".".join(f"s{number}" for number in range(9999))])) == MAX_SELECTED


def test_a_long_selection_keeps_its_order(catalog: Catalog) -> None:
    slugs = tuple(reversed(LONG))
    scope = catalog.scopes.selection([make_address(slugs)], catalog.database)
    assert scope.publications == slugs
    assert scope.missing == 0
    assert len(scope.address) > MAX_ADDRESS
    assert catalog.scopes.selection([scope.address], catalog.database) == scope


def test_a_short_selection_in_codes_becomes_readable(catalog: Catalog) -> None:
    code = slug_code("chen2025respec") + slug_code("feng2023tensorir")
    scope = catalog.scopes.selection([f".{code}"], catalog.database)
    assert scope.address == "chen2025respec.feng2023tensorir"


def test_what_is_gone_is_counted_and_stays_in_the_address(catalog: Catalog) -> None:
    address = f".{slug_code('chen2025respec')}{slug_code('gone')}"
    for addresses in (["chen2025respec.gone"], [address]):
        scope = catalog.scopes.selection(addresses, catalog.database)
        assert (scope.publications, scope.missing) == (("chen2025respec",), 1)
        assert scope.address == addresses[0]


def test_former_slugs_and_versions_lead_to_what_lists_have(catalog: Catalog) -> None:
    names = ["chen2024old", "feng2023tensorir", "feng2024draft", "chen2025respec"]
    draft = Record("feng2024draft", "unpublished", "A draft", version_of="zhang2019cityflow")
    stored = catalog.get("chen2025respec")
    assert stored
    merged = Edit(stored.record, stored.id, former_slugs=("chen2024old",))
    catalog.save([Edit(draft), merged], "import")
    for link in (".".join(names), "." + "".join(map(slug_code, names))):
        scope = catalog.scopes.selection([link], catalog.database)
        assert scope.publications == ("chen2025respec", "feng2023tensorir", "zhang2019cityflow")
        assert scope.missing == 0
        assert scope.address == "chen2025respec.feng2023tensorir.zhang2019cityflow"


def test_a_link_is_valid_in_a_new_database(seed: Path, tmp_path: Path) -> None:
    """Ids are others there, since publications are imported in another order."""
    with running(Path(copytree(seed, tmp_path / "instance"))) as app, app.app_context():
        catalog = site().catalog
        catalog.save([Edit(Record(key, "article", key)) for key in reversed(LONG)], "import")
        scope = catalog.scopes.selection([make_address(LONG)], catalog.database)
    assert scope.publications == tuple(LONG)


def test_slugs_that_differ_little_have_different_codes() -> None:
    taken: set[str] = set()
    for number in range(20_000):
        taken.add(unique_slug(f"miller{1900 + number % 120}{chr(97 + number % 26)}", taken))
    assert len({slug_code(slug) for slug in taken}) == len(taken)
