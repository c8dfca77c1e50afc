"""Known keys that belong to other works in the file."""

from itertools import permutations

import pytest
from sqlalchemy import update

from tests.curation.graph_paper import PUBLISHED, rekeyed
from tests.importing import do, plan_of, records, titles
from webapp.catalog.catalog import Catalog
from webapp.curation import importing
from webapp.curation.library import Library
from webapp.curation.versions import join
from webapp.formats.reading import Problem
from webapp.store.connections import writing
from webapp.store.tables import Publication

ANNA = """
@article{shared1, title={A Shared Paper on Graphs}, author={Rossi, Anna and Rossi, Bruno},
  journal={Graph J.}, year=2024, doi={10.5555/graph.1}}
@misc{annaPre, title={Preprint of the Great Work}, author={Rossi, Anna and Chen, Xi}, year=2024,
  eprint={2401.12345}, archiveprefix={arXiv}}
"""
BRUNO = """
@article{rossi2024shared, title={A shared paper on graphs}, author={A. Rossi and B. Rossi},
  journal={Graph Journal}, year=2024, doi={https://doi.org/10.5555/GRAPH.1}}
@inproceedings{shared1, title={Another Thing Altogether}, author={Rossi, Bruno}, booktitle={B},
  year=2022}
@article{greatwork, title={The Great Work}, author={Rossi, Anna and Chen, Xi}, journal={Great J.},
  year=2025, note={Preprint: arXiv:2401.12345}}
"""


def test_another_work_with_a_known_key_gets_a_key_of_its_own(paper_catalog: Catalog) -> None:
    do(paper_catalog, ANNA, prune=True)
    plan = do(paper_catalog, BRUNO)
    assert [(entry.key, entry.imported_as) for entry in plan.conflicts] == [
        ("shared1", "shared1-2")
    ]
    assert titles(paper_catalog) == {
        "shared1": "A shared paper on graphs",
        "shared1-2": "Another Thing Altogether",
        "greatwork": "The Great Work",
        "annaPre": "Preprint of the Great Work",
    }


def test_crossref_follows_the_key_of_its_book_in_the_same_file(paper_catalog: Catalog) -> None:
    trees = "@proceedings{proc, title = {Trees}, editor = {Kay, Kim}, year = 2002}\n"
    rocks = "@proceedings{proc, title = {Rocks and Sand}, editor = {Zed, Zoe}, year = 2020}\n"
    part = "@inproceedings{{{0}, title = {{A Part}}, author = {{{1}}}, crossref = {{proc}}}}\n"
    do(paper_catalog, part.format("leaf", "Lee, Lou") + trees)
    for _ in range(2):  # nothing changes the second time
        plan = do(paper_catalog, part.format("stone", "Roe, Ray") + rocks)
    assert (plan.added, plan.changed) == ((), ())
    crossrefs = {
        key: record.source.get("crossref") for key, record in records(paper_catalog).items()
    }
    assert crossrefs == {
        "conf": None,
        "leaf": "proc",
        "proc": None,
        "stone": "proc-2",
        "proc-2": None,
    }


def test_replacing_overwrites_the_publication_with_another_work(paper_catalog: Catalog) -> None:
    other = "@misc{conf, title = {Another Thing}, author = {Doe, Jane}, year = 2020}"
    plan = do(paper_catalog, other, replacing=("conf",))
    assert plan.conflicts == ()
    assert titles(paper_catalog) == {"conf": "Another Thing"}


def test_pruning_keeps_a_work_whose_key_another_work_has_in_the_file(
    paper_catalog: Catalog,
) -> None:
    other = "@misc{conf, title = {Another Thing}, author = {Doe, Jane}, year = 2020}"
    plan = do(paper_catalog, other, prune=True)
    assert (plan.missing_keys, plan.not_removed) == ((), ("conf",))
    assert set(titles(paper_catalog)) == {"conf", "conf-2"}


def test_an_entry_with_a_numbered_key_is_matched_when_it_changes(paper_catalog: Catalog) -> None:
    other = "@misc{conf, title = {Another Thing}, author = {Doe, Jane}, year = 2020}"
    do(paper_catalog, other)
    plan = do(paper_catalog, other.replace("Thing", "Title"))
    assert [change.record.key for change in plan.changed] == ["conf-2"]


@pytest.mark.parametrize("order", list(permutations([ANNA, BRUNO, PUBLISHED])))
@pytest.mark.parametrize("first", [ANNA, BRUNO, PUBLISHED])
def test_the_order_of_files_does_not_matter(
    paper_catalog: Catalog, first: str, order: tuple[str, ...]
) -> None:
    do(paper_catalog, first, prune=True)
    plans = [plan_of(paper_catalog, *files) for files in ([ANNA, BRUNO, PUBLISHED], order)]
    contents = [
        sorted((edit.record.key, edit.record.title) for edit in plan.edits(True) if edit.record)
        for plan in plans
    ]
    assert contents[0] == contents[1]
    assert not plans[0].missing


def test_an_entry_with_a_taken_key_is_matched_under_the_key_in_the_catalog(
    paper_catalog: Catalog,
) -> None:
    other = BRUNO[BRUNO.index("@inproceedings") : BRUNO.index("@article{greatwork")]
    do(paper_catalog, ANNA + rekeyed(other, "bruno22"), prune=True)
    for files in ([ANNA, other], [other, ANNA]):
        plan = plan_of(paper_catalog, *files)
        assert (plan.added, plan.conflicts, plan.missing) == ((), (), ())
        assert [(change.old, change.new) for change in plan.other_keys] == [("bruno22", "shared1")]


def test_a_rejected_entry_is_not_missing(paper_catalog: Catalog) -> None:
    plan = plan_of(
        paper_catalog, '[{"type": "book", "id": "conf"}, {"type": "book", "title": "New"}]'
    )
    assert (plan.missing_keys, plan.not_removed) == ((), ("conf",))


UNSAFE = """
@article{with space 2009, title={On Space}, author={Rossi, Anna}, journal={J.}, year=2009}
@article{Müller'24, title={On Umlauts}, author={Müller, Eva}, journal={J.}, year=2024}
"""


def test_a_file_with_unsafe_keys_is_recognized_again(paper_catalog: Catalog) -> None:
    do(paper_catalog, UNSAFE, prune=True)
    assert list(records(paper_catalog)) == ["with-space-2009", "Muller_24"]
    plan = do(paper_catalog, UNSAFE.replace("On Space", "On Spaces"))
    assert [change.record.title for change in plan.changed] == ["On Spaces"]


def test_a_key_of_an_older_version_becomes_safe(paper_catalog: Catalog) -> None:
    do(paper_catalog, UNSAFE, prune=True)
    slugs = {record.title: record.slug for record in records(paper_catalog).values()}
    with writing(paper_catalog.database) as connection:
        for old, safe in (("with space 2009", "with-space-2009"), ("Müller'24", "Muller_24")):
            connection.execute(update(Publication).where(Publication.key == safe).values(key=old))
    changed = UNSAFE.replace("Rossi, Anna", "Rossi, A.")
    plan = do(paper_catalog, changed)
    assert {(c.old, c.new) for c in plan.new_keys} == {
        ("with space 2009", "with-space-2009"),
        ("Müller'24", "Muller_24"),
    }
    assert {r.title: r.slug for r in records(paper_catalog).values()} == slugs


def test_a_rejected_entry_with_an_unsafe_key_is_not_missing(paper_catalog: Catalog) -> None:
    do(paper_catalog, UNSAFE, prune=True)
    rejected = Problem(1, "with space 2009", "too-slow", "", rejected=True)
    library = Library((), (), (), (("a.bib", rejected),))
    plan = importing.make_plan(paper_catalog, library)
    assert plan.missing_keys == ("Muller_24",)


def test_joining_takes_keys_as_they_were_written(paper_catalog: Catalog) -> None:
    do(paper_catalog, UNSAFE, prune=True)
    join(paper_catalog, "Müller'24", ["with space 2009"], "test")
    assert records(paper_catalog)["with-space-2009"].version_of == "Muller_24"
