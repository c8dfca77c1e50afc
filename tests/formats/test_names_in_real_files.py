"""Names of people as files of other programs have them, after public reports about other tools."""

import json

import pytest

from tests.entries import ARTICLE, cited, record_of
from webapp.formats import registry
from webapp.formats.csl.citations import cite


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
        "@misc{k, title = {T}, author = {{family=King, given=Ann} and Roe, Jan and Lee, Bo}}",
        "FN ISI Export Format\nVR 1.0\nPT J\nAU King, Ann; Roe, Jan; Lee, Bo\nTI T\nER\nEF\n",
        "@misc{k, title = {T}, author = {Ann King, Jan Roe, Bo Lee}}",
        "@misc{k, title = {T}, author = {Ann King, Jan Roe & Bo Lee}}",
        r"@misc{k, title = {T}, author = {King, Ann & Roe, Jan \& Lee, Bo}}",
        "TY  - JOUR\nTI  - T\nAU  - King, Ann & Roe, Jan & Lee, Bo\nER  - \n",
    ],
)
def test_people_on_one_line(source: str) -> None:
    assert read_names(source) == ["Ann King", "Jan Roe", "Bo Lee"]


@pytest.mark.parametrize(
    "names",
    ["King, A., Roe, J.-P., & Lee, B. C.", "King, A., Roe, J.-P., and Lee, B. C.",
     "King, A., Roe, J.-P., Lee, B. C.", "A. King, J.-P. Roe, B. C. Lee",
     "A. King, J.-P. Roe, and B. C. Lee"],
)  # fmt: skip
def test_names_that_only_commas_separate(names: str) -> None:
    for source in (
        f"@misc{{k, title = {{T}}, author = {{{names.replace('and ', '')}}}}}",
        f"TY  - JOUR\nTI  - T\nAU  - {names}\nER  - \n",
    ):
        assert read_names(source) == ["A. King", "J.-P. Roe", "B. C. Lee"]


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("A. B. Lee", ("A. B.", "Lee", "")),
        ("K. -H. Park", ("K.-H.", "Park", "")),
        ("J. Smith Jr.", ("J.", "Smith", "Jr.")),
        ("Anna B. van Roe", ("Anna B.", "Roe", "")),
    ],
)
def test_names_with_initials_in_reading_order(written: str, parts: tuple[str, ...]) -> None:
    ris = f"TY  - JOUR\nTI  - T\nAU  - {written}\nER  - \n"
    for source in (ris, f"@misc{{k, title = {{T}}, author = {{{written}}}}}"):
        (person,) = registry.read(source.encode()).records[0].authors
        assert (person.given, person.family, person.suffix) == parts


@pytest.mark.parametrize("group", ["U.S. Geological Survey", "J. Paul Getty Trust", "Google Brain"])
def test_groups_without_a_comma(group: str) -> None:
    ris = f"TY  - JOUR\nTI  - T\nAU  - {group}\nER  - \n"
    assert registry.read(ris.encode()).records[0].authors[0].literal == group


def test_short_names_of_pubmed() -> None:
    people = (
        registry.read(b"PMID- 1\nTI  - T\nAU  - Roe AB\nAU  - van Dam J Jr\n").records[0].authors
    )
    assert [(p.given, p.last_name, p.suffix) for p in people] == [
        ("AB", "Roe", ""),
        ("J", "van Dam", "Jr"),
    ]


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("King Jr., Martin", "Jr."),
        ("King, Filho, Martin", "Filho"),
        ("King, Neto, Martin", "Neto"),
        ("King, d.Ä., Martin", "d.Ä."),
        ("King, OBE, Martin", "OBE"),
        ("Martin King{,} Jr.", "Jr."),
        ("Martin King, PhD", "PhD"),
        ("Martin King Ph.D.", "Ph.D."),
    ],
)
def test_more_suffixes(name: str, suffix: str) -> None:
    (person,) = record_of(f"title = {{T}}, author = {{{name}}}").authors
    assert (person.given, person.family, person.suffix) == ("Martin", "King", suffix)


def test_a_homonym_of_dblp_as_zotero_reads_it() -> None:
    creator = {"creatorType": "author", "firstName": "Yue Zhang", "lastName": "0009"}
    zotero = {"items": [{"itemType": "book", "title": "T", "creators": [creator]}]}
    assert read_names(json.dumps(zotero)) == ["Yue Zhang"]


def test_undotted_initials_between_commas() -> None:
    record = record_of("title = {T}, author = {King A, van Dam JP, Lee BC}")
    assert [p.name for p in record.authors] == ["A King", "JP van Dam", "BC Lee"]


@pytest.mark.parametrize(
    ("names", "count"),
    [("Ann King, Jan Roe", 1), ("King, Ann Mary", 0), ("Ann King, Jan Roe and Lee, Bo", 0)],
)
def test_two_full_names_alone_are_a_doubt(names: str, count: int) -> None:
    problems = registry.read(
        f"@misc{{k, title={{T}}, year=2001, author={{{names}}}}}".encode()
    ).problems
    assert len(problems) == count


@pytest.mark.parametrize(
    ("author", "people"),
    [
        ("Example University, Faculty of Tests, New York", 1),
        ("Universidad Nacional, Facultad Central, Santa Rosa", 1),
        ("{King Roe, Lee Poe, Ann Doe}", 1),
        ("Garcia Lopez, Juan Jose", 1),
        ("King, Jr., Ann Lee", 1),
        ("Smith & Sons", 1),
        ("Ludwig van Beethoven, Ana de la Cruz, Li Wu, J. Roe", 4),
        ("Ann King, Jan Roe and Bo Lee, Eva Poe, Max Doe", 4),
    ],
)
def test_commas_and_ampersands_separate_people_only(author: str, people: int) -> None:
    assert len(read_names(f"@misc{{k, title = {{T}}, author = {{{author}}}}}")) == people


@pytest.mark.parametrize(
    ("author", "is_doubtful"),
    [
        ("Ann King, Jan Roe and Bo Lee", True),
        ("Bo Lee and Ann King, Jan Roe", True),
        ("Ann King, Jan Roe, and Bo Lee", True),
        ("Garcia Lopez, Juan Jose and Lee, Bo", False),
        ("Garcia Lopez, Juan Jose and {The Team}", False),
    ],
)
def test_two_people_around_a_comma_are_a_doubt(author: str, is_doubtful: bool) -> None:
    source = f"@misc{{k, title = {{T}}, year = 2001, author = {{{author}}}}}"
    reasons = {problem.reason for problem in registry.read(source.encode()).problems}
    assert ("looks-like-two" in reasons) is is_doubtful


def test_groups_of_web_of_science_on_one_line() -> None:
    isi = "FN ISI Export Format\nVR 1.0\nPT J\nAU Roe, J\nCA Group X; Team Y\nTI T\nER\nEF\n"
    assert read_names(isi) == ["J Roe", "Group X", "Team Y"]


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


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ("author = {van Beethoven, Ludwig}", ("Ludwig", None, "van", "Beethoven")),
        ("author = {Ludwig van Beethoven}", ("Ludwig", None, "van", "Beethoven")),
        ("author = {Beethoven, Ludwig van}", ("Ludwig", "van", None, "Beethoven")),
        ("author = {la Martinière, Gérard de}", ("Gérard", "de", "la", "Martinière")),
        ("author = {family=Goethe, given=J. W., prefix=von, useprefix=false}",
         ("J. W.", "von", None, "Goethe")),
        ("author = {family=Dijk, given=Jan, prefix=van, useprefix=true}",
         ("Jan", None, "van", "Dijk")),
        ("author = {von Goethe, Johann}, options = {skipbib, useprefix = false}",
         ("Johann", "von", None, "Goethe")),
        ("author = {d' Alembert, Jean}", ("Jean", None, "d'", "Alembert")),
        ("author = {Roe, jan}", ("jan", None, None, "Roe")),
        ("author = {王, 小明}", ("小明", None, None, "王")),
    ],
)  # fmt: skip
def test_particles_that_sorting_drops_are_told_apart(
    fields: str, name: tuple[str | None, ...]
) -> None:
    record = record_of(f"{fields}, year = 2001, {ARTICLE}")
    csl = "".join(registry.write([record], "csl-json"))
    (written,) = json.loads(csl)[0]["author"]
    parts = ("given", "dropping-particle", "non-dropping-particle", "family")
    assert tuple(map(written.get, parts)) == name
    (back,) = registry.read(csl.encode()).records
    assert back.authors == record.authors
    (again,) = registry.read("".join(registry.write([back])).encode()).records
    assert again.authors == record.authors


@pytest.mark.parametrize(
    ("name", "apa", "acm", "nlm"),
    [
        ({"given": "Ludwig", "dropping-particle": "van", "family": "Beethoven"},
         "Beethoven, L. van", "Ludwig van Beethoven", "Beethoven L van"),
        ({"given": "Ludwig", "non-dropping-particle": "van", "family": "Beethoven"},
         "van Beethoven, L.", "Ludwig van Beethoven", "van Beethoven L"),
        ({"given": "Ludwig", "family": "van Beethoven"},
         "van Beethoven, L.", "Ludwig van Beethoven", "van Beethoven L"),
        ({"given": "Gérard", "dropping-particle": "de", "non-dropping-particle": "la",
          "family": "Roi"}, "la Roi, G. de", "Gérard de la Roi", "la Roi G de"),
    ],
)  # fmt: skip
def test_citations_of_names_of_csl_with_particles(
    name: dict[str, str], apa: str, acm: str, nlm: str
) -> None:
    item = {"type": "book", "title": "T", "author": [name], "issued": {"date-parts": [[2001]]}}
    (record,) = registry.read(json.dumps([item]).encode()).records
    assert cite(record, "apa").text.startswith(apa)
    assert cite(record, "acm").text.startswith(acm)
    assert cite(record, "nlm").text.startswith(nlm)
