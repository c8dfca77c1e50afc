"""Comparing records: whether two are one work despite differences in writing."""

import pytest

from webapp.curation.comparison import names_another_work, same_people, titles_alike
from webapp.formats.bibtex import bibtex
from webapp.records import Record


def record(**fields: str) -> Record:
    lines = ", ".join(f"{name} = {{{value}}}" for name, value in fields.items())
    return bibtex.read(f"@article{{k, {lines}}}").records[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A Shared Paper on Graphs", "A shared paper on {Graphs}."),
        ("Über Größe", "Uber Grösse"),
        ("Smørrebrød and Łódź", "Smorrebrod and Lodz"),
        ("TensorIR", "Tensor-IR"),
        (r"The {\em Drosophila} \& H$_2$O", "The <i>Drosophila</i> &amp; H<sub>2</sub>O"),
        (r"Life of \textsc{Bees}", '<span style="font-variant:small-caps;">life</span> of Bees'),
        ("Deep Learning", "Deep Learning: A Survey of Everything"),
        ("Deep Learning -- A Survey", "Deep Learning"),
        ("Analysing Large Graphs", "Analyzing Large Graphs"),
        ("Graphs and Large Trees", "Large Trees and Graphs"),
    ],
)
def test_titles_that_differ_only_in_spelling_are_alike(one: str, other: str) -> None:
    first, second = record(title=one).title, record(title=other).title
    assert titles_alike(first, second)
    assert titles_alike(second, first)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A Shared Paper on Graphs", "Another Thing Altogether"),
        ("Deep Learning for Cats", "Deep Learning for Dogs"),
        ("Lectures on Graphs, Part I", "Lectures on Graphs, Part II"),
        ("Lectures on Graphs, Part VII", "Lectures on Graphs, Part VIII"),
        ("Report 2019", "Report 2020"),
        ("Graphs", "Erratum: Graphs"),
        ("Graphs", "Reply to: Graphs"),
        ("Editorial", "Editorial: Ten Years of Graphs"),
        ("Graphs", ""),
    ],
)
def test_titles_of_different_works_are_not_alike(one: str, other: str) -> None:
    assert not titles_alike(one, other)
    assert not titles_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rossi, Anna and Rossi, Bruno", "B. Rossi and A. Rossi"),
        ('M{\\"u}ller, Jan', "Muller, J."),
        ("van der Berg, Kees", "{van der Berg}, K."),
        ("Rossi, Anna and Chen, Xi and others", "Rossi, Anna and Chen, Xi and Doe, Jane"),
        ("{Nex-AGI Team} and Doe, Jane", "Doe, J. and {Nex-AGI Team}"),
        ("Rossi, Anna", "{Rossi A}"),
    ],
)
def test_same_people_ignores_order_and_initials(one: str, other: str) -> None:
    assert same_people(record(author=one), record(author=other))
    assert same_people(record(author=other), record(author=one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rossi, Anna and Rossi, Bruno", "Rossi, Bruno"),
        ("Rossi, Anna", "Rossi, Bruno"),
        ("Rossi, Anna", "Verdi, Anna"),
        ("Rossi, Anna and others", "Verdi, Anna and Bianchi, Ugo"),
    ],
)
def test_same_people_tells_different_people_apart(one: str, other: str) -> None:
    assert not same_people(record(author=one), record(author=other))
    assert not same_people(record(author=other), record(author=one))


def test_a_record_is_another_work_only_if_title_and_people_differ() -> None:
    known = record(title="A Paper on Graphs", author="Rossi, Anna", doi="10.5555/a")
    assert names_another_work(known, record(title="Something Else", author="Doe, Jane"))
    assert not names_another_work(known, record(title="Something Else", author="A. Rossi"))
    assert not names_another_work(known, record(title="A paper on graphs", author="Doe, Jane"))
    same_doi = record(title="Something Else", author="Doe, J.", doi="https://doi.org/10.5555/A")
    assert not names_another_work(known, same_doi)
    assert not names_another_work(record(author="Doe, Jane"), known)
