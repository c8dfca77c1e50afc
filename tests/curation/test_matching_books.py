"""Matching books and works without a year that have new keys in the file."""

from dataclasses import replace

import pytest

from tests.curation.graph_paper import new_keys
from tests.importing import do, plan_of, records
from webapp.catalog.catalog import Catalog
from webapp.formats.registry import READERS, WRITERS, write

BOOKS = """
@book{waves, title={Waves}, author={Stix, T. H.}, publisher={AIP Press}, year=1992}
@book{gases, title={Gases}, author={Spitzer, L.}, publisher={Wiley}, edition={Second}, year=1962}
@book{design, title={The Design}, author={Fisher, R.}, booktitle={Monographs}, series={Blue Books},
  publisher={Oliver}, year=1935}
@book{intro, title={Introduction to Regression}, author={Peck, E. and Vining, G.}, year=2006,
  publisher={Wiley}}
@proceedings{zeus, title={Proceedings of the Fifth Workshop on Graphs}, editor={Kopp, O.},
  series={Workshops}, volume=1029, year=2013}
@incollection{part, title={A Part}, author={Doe, Jane}, booktitle={The Whole}, pages={3--9},
  year=2001}
@techreport{rates, title={A Comparison of Collision Rates}, author={Garcia, O.}, number={R07},
  institution={A Laboratory}, year=2007}
@unpublished{notes, title={Draft Notes on Fundamentals}, author={Callen, J.}, note={For a course}}
@article{undated, title={Show Me}, author={Cavatorta, F.}, pages={75--93}}
"""


@pytest.mark.parametrize("format_", sorted(READERS.keys() & WRITERS.keys()))
def test_books_and_undated_works_of_other_formats_are_matched_under_new_keys(
    paper_catalog: Catalog, format_: str
) -> None:
    do(paper_catalog, BOOKS, prune=True)
    present = records(paper_catalog)
    rekeyed_records = [replace(record, key=f"new{key}") for key, record in present.items()]
    (text,) = ["".join(write(rekeyed_records, format_))]
    unknown = {"notes"} if format_ == "pubmed" else set()  # it has no type for it
    expected = {(key, f"new{key}") for key in present if key not in unknown}
    assert set(new_keys(plan_of(paper_catalog, text))) == expected


LONG = "title = {On Graphs with Many Edges}, author = {Doe, Jane}"


@pytest.mark.parametrize(
    ("known", "new"),
    [
        (
            "@book{a, title={Graphs}, author={Doe}, year=2020, publisher={P}",
            "@book{b, title={Graphs}, author={Doe}, year=2020, publisher={Q}",
        ),
        (f"@book{{a, {LONG}, edition=2", f"@book{{b, {LONG}, edition={{Third}}"),
        (f"@misc{{a, {LONG}", f"@unpublished{{b, {LONG}"),
        (
            "@misc{a, title={Graphs}, author={Doe}",
            "@misc{b, title={Graphs}, author={Doe}, note={x}",
        ),
        (
            "@book{a, title={Graphs}, publisher={P}",
            "@book{b, title={Graphs}, publisher={P}, note=x",
        ),
        (f"@book{{a, {LONG}", f"@misc{{b, {LONG}, eprint={{2401.01234}}, archiveprefix={{arXiv}}"),
    ],
)
def test_books_and_undated_works_that_only_resemble_each_other_are_not_matched(
    paper_catalog: Catalog, known: str, new: str
) -> None:
    do(paper_catalog, f"{known}}}")
    assert new_keys(plan_of(paper_catalog, f"{new}}}")) == []
