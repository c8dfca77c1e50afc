"""Whose word counts: sources are merged three ways with what the owner has."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import BOTH_DATABASES
from tests.curation.test_importing import do, plan_of
from webapp.catalog import Catalog
from webapp.curation import refreshing
from webapp.curation.three_way import merge_source
from webapp.curation.undo import undo
from webapp.formats.entries import build
from webapp.records import Record
from webapp.services.works import Work
from webapp.store import publications, source_records
from webapp.store.connections import current_revision, reading
from webapp.store.edits import Edit

DATABASES = BOTH_DATABASES


PAPER = {"author": "Doe, Jane", "title": "Sorting sand by hand", "year": "2020", "doi": "10.5555/1"}


def work(fields: Mapping[str, str], identifier: str = "1", kind: str = "article") -> Work:
    return Work(identifier, build("doe2020", kind, fields).record)


def entry(fields: Mapping[str, str], key: str = "doe2020") -> bytes:
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@article{{{key},\n{lines}}}\n".encode()


def refresh(
    catalog: Catalog, *works: Work, source: str = "orcid", listed: bool = False, **options: object
) -> refreshing.RefreshPlan:
    names = {work.identifier for work in works} if listed else None
    plan = refreshing.make_refresh_plan(catalog, source, works, names, **options)  # type: ignore[arg-type]
    refreshing.carry_out(catalog, plan, f"refresh {source}")
    return plan


def record(catalog: Catalog, key: str = "doe2020") -> Record:
    with reading(catalog.database) as connection:
        records = [stored.record for stored in publications.load_all(connection)]
    return next(record for record in records if record.key == key)


def keys(catalog: Catalog) -> set[str]:
    with reading(catalog.database) as connection:
        return {stored.record.key for stored in publications.load_all(connection)}


def test_a_new_work_is_added_once(catalog: Catalog) -> None:
    assert [r.key for r in refresh(catalog, work(PAPER)).added] == ["doe2020"]
    before = current_revision(catalog.database)
    plan = refresh(catalog, work(PAPER))
    assert (plan.added, plan.changed, plan.unchanged) == ([], [], 1)
    assert current_revision(catalog.database) == before


def test_a_known_publication_gets_what_it_lacks_and_keeps_the_rest(catalog: Catalog) -> None:
    do(catalog, entry({**PAPER, "title": "Sorting Sand"}))
    plan = refresh(catalog, work({**PAPER, "pages": "1--9"}))
    assert record(catalog).title == "Sorting Sand"
    assert record(catalog).fields["pages"] == "1–9"
    assert [(d.field, d.ours, d.theirs) for d in plan.differences] == [
        ("title", "Sorting Sand", "Sorting sand by hand")
    ]
    assert refresh(catalog, work({**PAPER, "pages": "1--9"})).differences == []


def test_a_change_of_the_source_is_taken(catalog: Catalog) -> None:
    refresh(catalog, work({**PAPER, "pages": "1--9"}))
    refresh(catalog, work({**PAPER, "pages": "1--10"}))
    assert record(catalog).source["pages"] == "1--10"


def test_what_the_owner_changed_stays_and_the_change_of_the_source_is_named(
    catalog: Catalog,
) -> None:
    refresh(catalog, work(PAPER))
    do(catalog, entry({**PAPER, "title": "Sifting sand"}))
    (difference,) = refresh(catalog, work({**PAPER, "title": "Sorting sand, twice"})).differences
    assert record(catalog).title == "Sifting sand"
    assert (difference.key, difference.field, difference.theirs) == (
        "doe2020",
        "title",
        "Sorting sand, twice",
    )
    assert refresh(catalog, work({**PAPER, "title": "Sorting sand, twice"})).differences == []


def test_theirs_can_be_taken(catalog: Catalog) -> None:
    do(catalog, entry({**PAPER, "title": "Sifting sand"}))
    refresh(catalog, work(PAPER))
    refresh(catalog, work(PAPER), taking={"doe2020": ["title"]})
    assert record(catalog).title == PAPER["title"]


def test_a_service_that_leaves_a_field_out_removes_nothing(catalog: Catalog) -> None:
    refresh(catalog, work({**PAPER, "abstract": "We sort."}))
    plan = refresh(catalog, work(PAPER))
    assert record(catalog).abstract == "We sort."
    assert plan.changed == []


def test_the_file_changes_and_removes_what_only_it_had(catalog: Catalog) -> None:
    do(catalog, entry({**PAPER, "note": "Draft", "award": "Best paper"}))
    refresh(catalog, work({**PAPER, "pages": "1--9"}))
    do(catalog, entry({**PAPER, "title": "Sifting sand", "award": "Best paper award"}))
    source = record(catalog).source
    assert source["title"] == "Sifting sand"
    assert source["award"] == "Best paper award"
    assert "note" not in source
    assert source["pages"] == "1--9"


def test_the_same_file_again_leaves_what_a_source_changed(catalog: Catalog) -> None:
    do(catalog, entry(PAPER))
    refresh(catalog, work({**PAPER, "pages": "1--9"}))
    refresh(catalog, work({**PAPER, "pages": "1--10"}))
    assert plan_of(catalog, entry(PAPER)).changed == ()
    assert record(catalog).source["pages"] == "1--10"


def test_pruning_leaves_what_another_source_has(catalog: Catalog) -> None:
    refresh(catalog, work(PAPER))
    plan = plan_of(catalog, entry({**PAPER, "title": "Other", "doi": "10.5555/2"}, "other"))
    assert "doe2020" in plan.named_elsewhere
    assert "doe2020" not in plan.missing_keys


def test_a_removed_publication_stays_removed(catalog: Catalog) -> None:
    do(catalog, entry(PAPER))
    do(catalog, entry({"title": "Other"}, "other"), prune=True)
    plan = refresh(catalog, work(PAPER))
    assert plan.left_out == [PAPER["title"]]
    assert "doe2020" not in keys(catalog)
    refresh(catalog, work(PAPER), brings_back=True)
    assert "doe2020" in keys(catalog)


def test_an_undone_refresh_is_not_repeated(catalog: Catalog) -> None:
    before = keys(catalog)
    refresh(catalog, work(PAPER))
    undo(catalog, None)
    assert keys(catalog) == before
    assert refresh(catalog, work(PAPER)).left_out == [PAPER["title"]]
    assert keys(catalog) == before


def test_a_short_title_with_the_same_details_is_the_same_work(catalog: Catalog) -> None:
    chapter = {"author": "Grain, Ada", "title": "Grains at rest", "booktitle": "Handbook of Heaps"}
    details = {"year": "2018", "pages": "1--20", "publisher": "Sand Press"}
    refresh(catalog, work({**chapter, **details, "doi": "10.5555/1"}, kind="incollection"))
    other = work({**chapter, **details, "title": "Grains at Rest"}, kind="incollection")
    assert refresh(catalog, other, source="dblp").added == []


def test_a_work_with_the_doi_of_another_is_a_doubt(catalog: Catalog) -> None:
    do(catalog, entry(PAPER))
    other = {"author": "Roe, Richard", "title": "Brewing tea at altitude", "doi": "10.5555/1"}
    plan = refresh(catalog, work(other))
    assert [(d.key, d.title) for d in plan.doubts] == [("doe2020", other["title"])]
    assert (plan.added, plan.changed) == ([], [])


def test_a_source_that_names_a_work_twice_adds_it_once(catalog: Catalog) -> None:
    plan = refresh(catalog, work(PAPER, "1"), work({**PAPER, "year": "2021"}, "2"))
    assert len(plan.added) == 1
    assert refresh(catalog, work(PAPER, "1"), work(PAPER, "2")).added == []


def test_a_preprint_is_joined_with_its_published_version(catalog: Catalog) -> None:
    do(catalog, entry({**PAPER, "journal": "Journal of Sand"}))
    preprint = {**PAPER, "eprint": "2001.00001", "eprinttype": "arxiv", "doi": ""}
    (added,) = refresh(catalog, work(preprint, kind="misc")).added
    assert added.version_of == "doe2020"


def test_a_source_without_its_works_is_suspicious_and_removes_nothing(catalog: Catalog) -> None:
    works = [work({**PAPER, "doi": f"10.5555/{n}", "title": f"Part {n} of sand"}, str(n))
             for n in range(4)]  # fmt: skip
    refresh(catalog, *works, listed=True)
    plan = refreshing.make_refresh_plan(catalog, "orcid", works[:1], ["0"], prunes=True)
    assert plan.is_suspicious
    assert len(plan.gone) == 3
    plan = refreshing.make_refresh_plan(catalog, "orcid", works[:3], ["0", "1", "2"], prunes=True)
    assert not plan.is_suspicious
    assert len(plan.removed) == 1


def test_what_was_pruned_comes_back_with_the_source(catalog: Catalog) -> None:
    works = [work({**PAPER, "doi": f"10.5555/{n}", "title": f"Part {n} of sand"}, str(n))
             for n in range(4)]  # fmt: skip
    refresh(catalog, *works, listed=True)
    assert len(refresh(catalog, *works[:3], listed=True, prunes=True).removed) == 1
    assert len(refresh(catalog, *works, listed=True, prunes=True).added) == 1
    assert len(refresh(catalog, *works[:3], listed=True, prunes=True).removed) == 1
    undo(catalog, None)
    assert refresh(catalog, *works[:3], listed=True, prunes=True).removed == []  # the owner's word
    with reading(catalog.database) as connection:
        stored = list(publications.load_all(connection))
    restored = next(each.id for each in stored if each.record.title == "Part 3 of sand")
    catalog.save([Edit(None, restored)], "remove")
    assert refresh(catalog, *works, listed=True).left_out == ["Part 3 of sand"]


FIELDS = st.dictionaries(
    st.sampled_from(["note", "pages", "publisher", "abstract", "volume"]),
    st.sampled_from(["1", "2", "3"]),
)


@given(first=FIELDS, second=FIELDS, ours=FIELDS)
def test_merging_keeps_what_only_ours_changed_and_settles(
    first: dict[str, str], second: dict[str, str], ours: dict[str, str]
) -> None:
    base = source_records.SourceRecord("orcid", "1", "article", {**PAPER, **first})
    here = build("doe2020", "article", {**PAPER, **ours}).record
    theirs = build("doe2020", "article", {**PAPER, **second}).record
    merged = merge_source(here, theirs, base, "orcid").record.source
    for name in {*first, *second, *ours}:
        if first.get(name) == second.get(name):
            assert merged.get(name) == ours.get(name)
        elif ours.get(name) == first.get(name) and name in second:
            assert merged.get(name) == second[name]
        else:
            assert merged.get(name) == ours.get(name)
    after = source_records.SourceRecord("orcid", "1", "article", theirs.source)
    again = merge_source(build("doe2020", "article", merged).record, theirs, after, "orcid")
    assert again.record.source == merged
    assert again.differences == ()
