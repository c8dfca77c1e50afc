"""Editing one publication: changes by field, conflicts, and what later imports make of them."""

import pytest
from flask import Flask

from tests.conftest import BOTH_DATABASES
from tests.importing import plan_of, records
from webapp.catalog.catalog import Catalog
from webapp.cli import reports
from webapp.curation import editing, importing, undo
from webapp.curation.editing import FieldChange
from webapp.curation.entry_text import read_entry, write_entry
from webapp.records import Record
from webapp.site import site
from webapp.store import source_records
from webapp.store.connections import reading
from webapp.store.edits import Edit

DATABASES = BOTH_DATABASES


ENTRY = """@article{doe2020,
  title = {Sorting sand by hand},
  author = {Doe, Jane and Roe, Richard},
  journal = {Journal of Sand},
  year = {2020},
  grain = {coarse},
}
"""


@pytest.fixture
def catalog(app: Flask) -> Catalog:
    """Return a catalog with only ENTRY, imported from a file."""
    catalog = site(app).catalog
    import_file(catalog, ENTRY, prune=True)
    return catalog


def import_file(catalog: Catalog, *texts: str, prune: bool = False) -> importing.Plan:
    plan = plan_of(catalog, *texts)
    importing.carry_out(catalog, plan, "octavo import", prune)
    return plan


def only(catalog: Catalog) -> Record:
    (record,) = records(catalog).values()
    return record


def save(
    catalog: Catalog, *changes: tuple[str, str, str], who: str = "ada", order: tuple[str, ...] = ()
) -> editing.Outcome:
    stored = catalog.get("doe2020")
    assert stored
    written = [FieldChange(*change) for change in changes]
    return editing.save_changes(catalog, stored.id, written, "edit doe2020", who, order)


def edit_title(catalog: Catalog, who: str = "ada") -> None:
    change = ("title", only(catalog).title, "Sorting sand by machine")
    assert save(catalog, change, who=who).revision


def test_a_change_of_a_field_is_saved_with_its_editor(catalog: Catalog) -> None:
    outcome = save(catalog, ("grain", "coarse", "fine"), ("note", "", "In print"))
    assert outcome.record
    assert outcome.record.source["grain"] == "fine"
    assert only(catalog).source == outcome.record.source
    assert list(only(catalog).source)[-1] == "note"


def test_an_empty_value_removes_a_field(catalog: Catalog) -> None:
    save(catalog, ("grain", "coarse", ""))
    assert "grain" not in only(catalog).source


def test_editors_of_different_fields_both_win(catalog: Catalog) -> None:
    save(catalog, ("grain", "coarse", "fine"), who="ada")
    save(catalog, ("year", "2020", "2021"), who="bob")
    assert only(catalog).source["grain"] == "fine"
    assert only(catalog).year == 2021


def test_editors_of_one_field_get_a_conflict_with_who_and_when(catalog: Catalog) -> None:
    save(catalog, ("title", "Sorting sand by hand", "Sorting sand twice"), who="ada")
    save(catalog, ("grain", "coarse", "fine"), who="bob")
    outcome = save(
        catalog, ("title", "Sorting sand by hand", "Sorting"), ("note", "", "New"), who="bob"
    )
    (conflict,) = outcome.conflicts
    assert (conflict.present, conflict.who, conflict.at is None) == (
        "Sorting sand twice", "ada", False,
    )  # fmt: skip
    assert outcome.revision is None
    assert "note" not in only(catalog).source


def test_the_same_change_twice_is_no_conflict_and_no_revision(catalog: Catalog) -> None:
    change = ("title", "Sorting sand by hand", "Sorting sand twice")
    assert save(catalog, change).revision
    assert save(catalog, change, who="bob") == editing.Outcome(only(catalog))


def test_a_key_that_another_publication_has_is_refused(catalog: Catalog) -> None:
    import_file(catalog, ENTRY, "@misc{roe2021, title = {Another}}")
    assert save(catalog, (editing.CITATION_KEY, "doe2020", "roe2021")).taken_key == "roe2021"


def test_versions_follow_a_new_key(catalog: Catalog) -> None:
    version = "@misc{roe2021, title = {Another}, versionof = {doe2020}}"
    hidden = "@misc{poe2022, title = {Third}, versionof = {doe2020}, hidden = {true}}"
    import_file(catalog, ENTRY, version, hidden)
    save(catalog, (editing.CITATION_KEY, "doe2020", "doe2021"))
    for key in ("roe2021", "poe2022"):
        assert records(catalog)[key].version_of == "doe2021"
    assert records(catalog)["doe2021"].slug == "doe2020"


def test_a_removed_publication_takes_no_changes(catalog: Catalog) -> None:
    stored = catalog.get("doe2020")
    assert stored
    catalog.save([Edit(None, stored.id)], "octavo remove")
    change = FieldChange("title", "Sorting sand by hand", "Sorting")
    assert editing.save_changes(catalog, stored.id, [change], "edit", "bob") == editing.Outcome()


def test_fields_stay_in_the_order_of_the_editor(catalog: Catalog) -> None:
    text = "@article{doe2020, year = {2020}, grain = {fine}, title = {Sorting sand by hand}}"
    edited = read_entry(text).record
    assert edited
    changes = editing.changes_between(only(catalog), edited)
    written = [(change.name, change.loaded, change.value) for change in changes]
    save(catalog, *written, order=tuple(edited.source))
    assert list(only(catalog).source) == ["year", "grain", "title"]


def test_the_same_file_reverts_nothing_and_the_report_names_it(catalog: Catalog) -> None:
    save(catalog, ("title", "Sorting sand by hand", "Sorting"), ("grain", "coarse", ""))
    plan = import_file(catalog, ENTRY)
    assert plan.changed == ()
    assert only(catalog).title == "Sorting"
    assert "grain" not in only(catalog).source
    assert "  doe2020: title, grain" in list(reports.plan_lines(plan, prune=False))


def test_a_file_changes_the_fields_that_were_not_edited(catalog: Catalog) -> None:
    edit_title(catalog)
    import_file(catalog, ENTRY.replace("2020}", "2021}").replace("doe2021", "doe2020"))
    assert (only(catalog).title, only(catalog).year) == ("Sorting sand by machine", 2021)


def test_a_field_that_file_and_editor_changed_is_reported(catalog: Catalog) -> None:
    edit_title(catalog)
    plan = import_file(catalog, ENTRY.replace("by hand", "by foot"))
    assert [(d.field, d.ours) for d in plan.differences] == [("title", "Sorting sand by machine")]
    assert plan.edited == ()
    assert only(catalog).title == "Sorting sand by machine"


def test_the_same_file_finds_a_publication_whose_title_and_people_were_edited(
    catalog: Catalog,
) -> None:
    people = "Doe, Jane and Roe, Richard"
    save(catalog, ("title", "Sorting sand by hand", "Tea"), ("author", people, "Poe, Edgar"))
    plan = import_file(catalog, ENTRY)
    assert (plan.added, plan.changed, plan.conflicts) == ((), (), ())
    assert only(catalog).title == "Tea"


def test_the_same_file_finds_a_publication_whose_key_was_edited(catalog: Catalog) -> None:
    save(catalog, (editing.CITATION_KEY, "doe2020", "doe2020sand"))
    plan = import_file(catalog, ENTRY, prune=True)
    assert (plan.added, plan.changed, plan.new_keys) == ((), (), ())
    assert only(catalog).key == "doe2020sand"


def test_what_was_added_in_the_browser_is_not_pruned(catalog: Catalog) -> None:
    added = read_entry("@misc{new, title = {New}}").record
    assert added
    catalog.save([Edit(added)], "add", who="ada")
    plan = import_file(catalog, ENTRY, prune=True)
    assert plan.named_elsewhere == ("new",)
    assert list(records(catalog)) == ["doe2020", "new"]


def test_a_file_that_names_what_was_added_takes_nothing_away(catalog: Catalog) -> None:
    added = read_entry("@misc{new, title = {New}, note = {Ours}}").record
    assert added
    catalog.save([Edit(added)], "add", who="ada")
    import_file(catalog, "@article{new, title = {New!}, year = {2020}}")
    new = records(catalog)["new"]
    assert (new.type, new.title, new.year, new.source["note"]) == ("misc", "New", 2020, "Ours")


def test_after_an_undo_in_the_browser_a_file_changes_the_publication(catalog: Catalog) -> None:
    edit_title(catalog)
    undo.undo(catalog, None, who="ada")
    assert only(catalog).title == "Sorting sand by hand"
    import_file(catalog, ENTRY.replace("by hand", "by foot"))
    assert only(catalog).title == "Sorting sand by foot"


def test_a_change_outside_the_browser_is_replaced_by_the_file_as_before(catalog: Catalog) -> None:
    edit_title(catalog, who="")
    with reading(catalog.database) as connection:
        assert source_records.ids_of_other_sources(connection) == set()
    import_file(catalog, ENTRY)
    assert only(catalog).title == "Sorting sand by hand"


@pytest.mark.parametrize(
    "text",
    [
        ENTRY,
        "@article{a, title = {{\\LaTeX} \\& $x_1$ <i>not</i> \\textit{it}}, note = {}}",
        "@misc{b, title = {שלום עולם}, author = {{A and B} and others}, month = jan}",
        "@string{j = {Journal}}\n@article{c, journal = j # { of Sand}, abstract = {One\n\nTwo}}",
        "@misc{d, title = {" + "x" * 100_000 + "}}",
    ],
)
def test_an_entry_is_written_and_read_as_the_same_record(text: str) -> None:
    record = read_entry(text).record
    assert record
    assert read_entry(write_entry(record).replace("\n", "\r\n")).record == record


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("", "not-an-entry", 1),
        ("\0 \n", "not-an-entry", 1),
        ("Sorting sand", "not-an-entry", 1),
        ("@article{a,\n  title = {Sorting {sand},\n  year = 2020,\n}", "missing-brace", 2),
        ("@article{a,\n  title = {Sorting},\n  some words\n}", "junk-in-entry", 3),
        ("@article{a,\n  title = {A},\n  title = {B},\n}", "duplicate-field", 1),
        ("@article{a, title = {A}}\n@article{b, title = {B}}", "second-entry", 2),
        ("@article{title = {A}}", "no-key", 1),
        ("@article{a, title = {A}}\n% @misc{b, title = {B}}", "commented-out", 2),
        ("@xdata{a, title = {A}}", "not-a-publication", 1),
    ],
)
def test_a_fault_is_named_with_its_line(text: str, reason: str, line: int) -> None:
    faults = read_entry(text).faults
    assert (faults[0].reason, faults[0].line) == (reason, line)
