"""Dublin Core and MODS, as harvesters get them."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.harvested import texts, valid
from webapp.formats.bibtex import bibtex
from webapp.formats.languages import iso_639_3
from webapp.formats.web.scholar import Addresses
from webapp.formats.xml import dublin_core, mods
from webapp.records import LINK_KINDS, Link, Person, Record

PLACE = Addresses("https://example.org/publications/k", "https://example.org/files/")
WRITERS = (dublin_core.write, mods.write)
ARTICLE = """@article{k, title={On <i>H$_2$O</i> \\& pages}, author={van Beethoven, Ludwig and
    {The Group} and others}, editor={Ed, It}, journal={Journal of Pages}, year=2025, month=mar,
    volume=8, number=2, pages={1--15}, issn={1234-5678}, doi={10.1000/182}, publisher={Press},
    keywords={lists, pages}, abstract={An abstract.}, pdf={a b.pdf}, langid={german},
    license={https://creativecommons.org/licenses/by/4.0/}, author+an:orcid =
    {1="0000-0002-1825-0097"}}"""
TEXT = st.text(st.characters(codec=None), max_size=20)
PEOPLE = st.lists(st.builds(Person, family=TEXT, given=TEXT, literal=TEXT), max_size=3).map(tuple)
RECORDS = st.builds(
    Record,
    key=TEXT,
    type=st.sampled_from(["article", "phdthesis", "dataset", "incollection", "misc", "\0"]),
    title=TEXT,
    authors=PEOPLE,
    editors=PEOPLE,
    container=TEXT,
    date=st.one_of(TEXT, st.dates().map(str)),
    year=st.one_of(st.none(), st.integers(-9999, 9999)),
    abstract=TEXT,
    doi=TEXT,
    arxiv=TEXT,
    language=TEXT,
    links=st.lists(st.builds(Link, st.sampled_from([*LINK_KINDS]), TEXT), max_size=3).map(tuple),
    tags=st.lists(TEXT, max_size=3).map(tuple),
    fields=st.dictionaries(
        st.sampled_from(["volume", "number", "pages", "issn", "license", "publisher", "pmid"]), TEXT
    ),
)


def article(**changes: str) -> Record:
    return replace(bibtex.read(ARTICLE).records[0], **changes)  # type: ignore[arg-type]


def test_dublin_core_follows_the_rules_of_aggregators() -> None:
    version = Record("v", "misc", arxiv="2401.00001")
    root = valid(dublin_core.write(article(), PLACE, [version]))
    assert {name: texts(root, f"dc:{name}") for name in ("title", "creator", "contributor")} == {
        "title": ["On H₂O & pages"],
        "creator": ["van Beethoven, Ludwig", "The Group"],
        "contributor": ["Ed, It"],
    }
    assert texts(root, "dc:identifier") == [
        "https://example.org/publications/k",
        "https://doi.org/10.1000/182",
        "https://example.org/files/a%20b.pdf",
    ]
    assert texts(root, "dc:date") == ["2025-03"]
    assert texts(root, "dc:type") == ["info:eu-repo/semantics/article", "Journal article"]
    assert texts(root, "dc:language") == ["deu"]
    assert texts(root, "dc:relation") == ["https://arxiv.org/abs/2401.00001"]
    assert texts(root, "dc:rights") == [
        "info:eu-repo/semantics/openAccess",
        "https://creativecommons.org/licenses/by/4.0/",
    ]
    assert texts(root, "dc:source") == ["Journal of Pages, volume 8, number 2, pages 1–15"]
    assert texts(root, "dc:subject") == ["lists", "pages"]


def test_mods_has_roles_numbers_and_orcid_ids() -> None:
    root = valid(mods.write(article(), PLACE, [Record("v", "misc", arxiv="2401.00001")]))
    assert texts(root, "mods:titleInfo/mods:title") == ["On H₂O & pages"]
    assert texts(root, "mods:name/mods:namePart") == [
        *("van Beethoven", "Ludwig", "The Group"),
        *("Ed", "It"),
    ]
    host = root.find("mods:relatedItem[@type='host']", {"mods": mods.NAMESPACE})
    assert texts(host, "mods:part/mods:detail/mods:number") == ["8", "2"]
    assert texts(host, "mods:part/mods:extent/*") == ["1", "15"]
    assert texts(host, "mods:identifier") == ["1234-5678"]
    orcids = [name.get("valueURI") for name in root.iter(f"{{{mods.NAMESPACE}}}name")]
    assert orcids[0] == "https://orcid.org/0000-0002-1825-0097"
    other = root.find("mods:relatedItem[@type='otherVersion']", {"mods": mods.NAMESPACE})
    assert texts(other, "mods:identifier") == ["2401.00001", "https://arxiv.org/abs/2401.00001"]


def test_editors_of_a_book_are_those_of_its_host() -> None:
    record = replace(article(), type="incollection")
    root = valid(mods.write(record, PLACE))
    host = root.find("mods:relatedItem[@type='host']", {"mods": mods.NAMESPACE})
    assert texts(host, "mods:name/mods:namePart") == ["Ed", "It"]
    assert texts(root, "mods:name/mods:namePart") == ["van Beethoven", "Ludwig", "The Group"]


def test_a_work_without_authors_has_its_editors_as_creators() -> None:
    root = valid(dublin_core.write(replace(article(), authors=()), PLACE))
    assert (texts(root, "dc:creator"), texts(root, "dc:contributor")) == (["Ed, It"], [])


@pytest.mark.parametrize(
    ("kind", "semantics"),
    [
        ("phdthesis", "doctoralThesis"),
        ("inproceedings", "conferenceObject"),
        ("techreport", "report"),
        ("incollection", "bookPart"),
        ("dataset", "other"),
    ],
)
def test_types_have_the_words_of_openaire(kind: str, semantics: str) -> None:
    root = valid(dublin_core.write(Record("k", kind, "Title"), PLACE))
    assert texts(root, "dc:type")[0] == f"info:eu-repo/semantics/{semantics}"


@given(RECORDS)
def test_any_record_is_valid(record: Record) -> None:
    for write in WRITERS:
        valid(write(record, PLACE, [record]))


def test_real_records_are_valid(shared_data: Path) -> None:
    for record in bibtex.read((shared_data / "corpora" / "acl_1k.bib").read_text()).records:
        for write in WRITERS:
            valid(write(record, PLACE))


def test_languages_have_codes_of_three_letters() -> None:
    assert [iso_639_3(tag) for tag in ("en", "pt-BR", "DE", "deu", "tlh", "", "English")] == [
        *("eng", "por", "deu", "deu", "tlh", "", ""),
    ]
