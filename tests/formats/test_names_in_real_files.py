"""Names of people as files of other programs have them, after public reports about other tools."""

import pytest

from tests.entries import ARTICLE, cited, record_of
from webapp.formats import registry


@pytest.mark.parametrize(
    ("name", "apa", "nlm"),
    [
        ("Sartre, J.-P.", "Sartre, J.-P.", "Sartre JP"),
        ("Sartre, J-P", "Sartre, J.-P.", "Sartre JP"),
        ("Sartre, Jean-Paul", "Sartre, J.-P.", "Sartre JP"),
        ("Chen, Y.-C.", "Chen, Y.-C.", "Chen YC"),
        ("Poussin, Ch.-J.", "Poussin, Ch.-J.", "Poussin ChJ"),
        ("Wu, X.-Y.Z.", "Wu, X.-Y. Z.", "Wu XYZ"),
        ("Ha, J.H.-S.", "Ha, J. H.-S.", "Ha JHS"),
        ("James, MR", "James, M. R.", "James MR"),
        ("Doe, JPQ", "Doe, J. P. Q.", "Doe JPQ"),
        ("Manin, Yu. I.", "Manin, Yu. I.", "Manin YuI"),
        ("LOVELACE, ADA", "LOVELACE, A.", "LOVELACE A"),
        ("Beauvoir, S. de", "Beauvoir, S. de.", "Beauvoir S de"),
    ],
)
def test_initials(name: str, apa: str, nlm: str) -> None:
    assert cited(f"author = {{{name}}}, year = 2001, {ARTICLE}", "apa").startswith(f"{apa} (2001)")
    assert cited(f"author = {{{name}}}, year = 2001, {ARTICLE}", "nlm").startswith(f"{nlm}. On")


@pytest.mark.parametrize(
    ("name", "shown", "family", "given", "suffix"),
    [
        ("Dumas, père, Alexandre", "Alexandre Dumas, père", "Dumas", "Alexandre", "père"),
        ("Dumas, fils, Alexandre", "Alexandre Dumas, fils", "Dumas", "Alexandre", "fils"),
        ("Roe, 2nd, Jan", "Jan Roe, 2nd", "Roe", "Jan", "2nd"),
        ("Roe, V, Jan", "Jan Roe, V", "Roe", "Jan", "V"),
        ("Clavius, S.J., Christoph", "Christoph Clavius, S.J.", "Clavius", "Christoph", "S.J."),
        ("Holbein, the Elder, Hans", "Hans Holbein, the Elder", "Holbein", "Hans", "the Elder"),
        ("House, Gregory, MD", "Gregory House, MD", "House", "Gregory", "MD"),
        ("Roe, {LL.D.}, Jan", "Jan Roe, LL.D.", "Roe", "Jan", "LL.D."),
        ("Yue Zhang 0009", "Yue Zhang", "Zhang", "Yue", ""),
        ("Zhang 0009, Yue", "Yue Zhang", "Zhang", "Yue", ""),
        ("Mary Ann Evans 0001", "Mary Ann Evans", "Evans", "Mary Ann", ""),
        ("useprefix=true, given=Jan, family=Roe", "Jan Roe", "Roe", "Jan", ""),
        ("id=r12, family=Roe, given=Jan, suffix=Jr.", "Jan Roe, Jr.", "Roe", "Jan", "Jr."),
        ('"family=Roe", "given=Jan"', "Jan Roe", "Roe", "Jan", ""),
    ],
)
def test_parts_of_names(name: str, shown: str, family: str, given: str, suffix: str) -> None:
    source = f"author = {{{name}}}, year = 2001, {ARTICLE}"
    (person,) = record_of(source).authors
    assert (person.name, person.family, person.given, person.suffix) == (
        shown,
        family,
        given,
        suffix,
    )


def test_a_quoted_extended_name_of_a_group() -> None:
    (group,) = record_of('title = {T}, author = {"family={Robert and Sons, Inc.}"}').authors
    assert group.literal == "Robert and Sons, Inc."


@pytest.mark.parametrize(
    ("name", "shown", "apa", "mla"),
    [
        ("d'\\relax Alembert, Jean", "Jean d'Alembert", "d’Alembert, J.", "d’Alembert, Jean"),
        ("al-\\relax Hakim, Tawfik", "Tawfik al-Hakim", "al-Hakim, T.", "al-Hakim, Tawfik"),
        (
            "de l'\\relax Hospital, Guy",
            "Guy de l'Hospital",
            "de l’Hospital, G.",
            "de l’Hospital, Guy",
        ),
        ("van Dijk, Jan", "Jan van Dijk", "van Dijk, J.", "van Dijk, Jan"),
    ],
)
def test_particles_with_an_apostrophe_or_a_hyphen_are_joined(
    name: str, shown: str, apa: str, mla: str
) -> None:
    source = f"author = {{{name}}}, year = 2001, {ARTICLE}"
    assert [author.name for author in record_of(source).authors] == [shown]
    assert cited(source, "apa").startswith(f"{apa} (2001)")
    assert cited(source, "mla").startswith(f"{mla}. “On Tests")


def read_names(source: str) -> list[str]:
    return [author.name for author in registry.read(source.encode()).records[0].authors]


@pytest.mark.parametrize(
    "source",
    [
        "@misc{k, title = {T}, author = {King, Ann; Roe, Jan; Lee, Bo}}",
        "TY  - JOUR\nTI  - T\nAU  - King, Ann; Roe, Jan\nAU  - Lee, Bo\nER  - \n",
        "%0 Journal Article\n%T T\n%A King, Ann; Roe, Jan; Lee, Bo\n",
        "FN ISI Export Format\nVR 1.0\nPT J\nAU King, Ann; Roe, Jan; Lee, Bo\nTI T\nER\nEF\n",
    ],
)
def test_people_on_one_line(source: str) -> None:
    assert read_names(source) == ["Ann King", "Jan Roe", "Bo Lee"]


@pytest.mark.parametrize(
    ("written", "shown", "family"),
    [
        ("King, Martin L Jr", "Martin L King, Jr", "King"),
        ("King, Martin L III", "Martin L King, III", "King"),
        ("King, Martin L 3rd", "Martin L King, 3rd", "King"),
        ("Botanical Society of Testland,", "Botanical Society of Testland", ""),
        ("Plato,", "Plato", "Plato"),
    ],
)
def test_names_of_tagged_formats(written: str, shown: str, family: str) -> None:
    ris = f"TY  - JOUR\nTI  - T\nAU  - {written}\nER  - \n"
    for source in (ris, f"%0 Book\n%T T\n%A {written}\n"):
        (person,) = registry.read(source.encode()).records[0].authors
        assert (person.name, person.family) == (shown, family)
