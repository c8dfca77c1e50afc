"""Properties of refreshing, with any works, owner's changes and order of sources."""

from collections.abc import Mapping, Sequence

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.states import Snapshot, snapshot
from webapp.catalog.catalog import Catalog
from webapp.curation import refreshing, undo
from webapp.formats.entries import build
from webapp.records import Record
from webapp.services.works import Work
from webapp.store import publications
from webapp.store.connections import current_revision, reading
from webapp.store.edits import Edit

# Few values, so that works often agree with each other and with what the owner has.
TITLES = ("Sorting sand by hand", "Sorting sand", "Brewing tea at great altitude", "Erratum", "")
PEOPLE = ("Doe, Jane and Roe, Richard", "Doe, J.", "Poe, Edgar", "")
VALUES = st.sampled_from(("1", "2", "3"))
WORKS = st.fixed_dictionaries(
    {"title": st.sampled_from(TITLES)},
    optional={
        "author": st.sampled_from(PEOPLE),
        "doi": st.sampled_from(("10.5555/1", "10.5555/2")),
        "pmid": st.sampled_from(("11", "12")),
        "eprint": st.sampled_from(("2001.00001", "2001.00002")),
        "journal": st.just("Journal of Sand"),
        "year": st.sampled_from(("2019", "2020")),
        "date": st.just("2020-05"),
        "volume": VALUES,
        "abstract": VALUES,
    },
)
LISTS = st.lists(
    st.tuples(st.sampled_from("abc"), WORKS, st.sampled_from(("article", "misc"))), max_size=4
)
CHANGES = st.dictionaries(st.sampled_from(("title", "volume", "abstract", "note", "doi")), VALUES)

# Each example is a new catalog, so shrinking a failure would take minutes.
FEW = settings(max_examples=30, phases=[Phase.explicit, Phase.generate])

Description = tuple[str, dict[str, str], str]


def works(descriptions: Sequence[Description]) -> list[Work]:
    return [
        Work(identifier, build("key2020", kind, fields).record)
        for identifier, fields, kind in descriptions
    ]


def refresh(catalog: Catalog, source: str, descriptions: Sequence[Description]) -> None:
    listed = {identifier for identifier, _, _ in descriptions}
    plan = refreshing.make_refresh_plan(catalog, source, works(descriptions), listed)
    refreshing.carry_out(catalog, plan, f"refresh {source}")


def stored(catalog: Catalog) -> dict[int, Record]:
    with reading(catalog.database) as connection:
        return {stored.id: stored.record for stored in publications.load_all(connection)}


def change(catalog: Catalog, fields: Mapping[str, str], removed: bool) -> None:
    """Change or remove the first publication, as the owner."""
    for id_, record in list(stored(catalog).items())[:1]:
        source = {**record.source, **fields}
        changed = build(record.key, record.type, source).record
        catalog.save([Edit(None if removed else changed, id_)], "edit")


@FEW
@given(first=LISTS, fields=CHANGES, removed=st.booleans(), second=LISTS)
def test_the_same_again_changes_nothing(
    first: list[Description], fields: dict[str, str], removed: bool, second: list[Description]
) -> None:
    with Snapshot.empty_catalog() as catalog:
        refresh(catalog, "orcid", first)
        change(catalog, fields, removed)
        for source, descriptions in (("dblp", second), ("orcid", first), ("dblp", second)):
            refresh(catalog, source, descriptions)
            before = current_revision(catalog.database)
            refresh(catalog, source, descriptions)
            assert current_revision(catalog.database) == before


@FEW
@given(first=LISTS, fields=CHANGES, second=LISTS)
def test_what_only_the_owner_changed_is_never_changed(
    first: list[Description], fields: dict[str, str], second: list[Description]
) -> None:
    """A source that repeats itself changes nothing of what the owner wrote since."""
    with Snapshot.empty_catalog() as catalog:
        refresh(catalog, "orcid", first)
        change(catalog, fields, removed=False)
        before = stored(catalog)
        refresh(catalog, "dblp", second)
        refresh(catalog, "orcid", first)
        for id_, record in list(before.items())[:1]:
            after = stored(catalog)[id_].source
            assert {name: after.get(name) for name in fields} == {
                name: record.source[name] for name in fields
            }


@FEW
@given(first=LISTS, fields=CHANGES, removed=st.booleans(), second=LISTS)
def test_refresh_then_undo_is_before(
    first: list[Description], fields: dict[str, str], removed: bool, second: list[Description]
) -> None:
    with Snapshot.empty_catalog() as catalog:
        refresh(catalog, "orcid", first)
        change(catalog, fields, removed)
        before = snapshot(catalog)
        refresh(catalog, "orcid", second)
        if snapshot(catalog) != before:
            undo.undo(catalog, None)
        assert snapshot(catalog) == before
        refresh(catalog, "orcid", second)
        assert snapshot(catalog) == before


@FEW
@given(
    base=WORKS.filter(lambda fields: fields["title"] and "doi" in fields),
    parts=st.permutations(
        [("orcid", {"volume": "1"}), ("dblp", {"note": "2"}), ("pubmed", {"abstract": "3"})]
    ),
)
def test_the_order_of_sources_with_different_fields_does_not_matter(
    base: dict[str, str], parts: list[tuple[str, dict[str, str]]]
) -> None:
    fields = {n: v for n, v in base.items() if n not in ("volume", "abstract")}
    with Snapshot.empty_catalog() as catalog:
        for source, part in parts:
            refresh(catalog, source, [("a", {**fields, **part}, "article")])
        (record,) = stored(catalog).values()
    everything = {**fields, "volume": "1", "note": "2", "abstract": "3"}
    assert dict(record.source) == everything


@FEW
@given(first=LISTS)
def test_a_removed_publication_stays_removed(first: list[Description]) -> None:
    with Snapshot.empty_catalog() as catalog:
        refresh(catalog, "orcid", first)
        removed = stored(catalog)
        catalog.save([Edit(None, id_) for id_ in removed], "remove")
        refresh(catalog, "dblp", first)
        titles = {record.title for record in removed.values()}
        assert titles.isdisjoint(record.title for record in stored(catalog).values())
