"""Formats of other programs that are only read: Web of Science, EndNote's and PubMed's XML,
MathSciNet.
"""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.errors import UnreadableFileError
from webapp.formats import registry
from webapp.records import Person, Record


def only(data: str, name: str) -> Record:
    reading = registry.read(data.encode())
    assert (reading.format, reading.problems) == (name, ())
    (record,) = reading.records
    again = registry.read("".join(registry.write([record])).encode())
    assert again.records == (record,)
    return record


WEB_OF_SCIENCE = """FN ISI Export Format
VR 1.0
PT J
AU Doe, J
   van Gogh, V
AF Doe, Jane
   van Gogh, Vincent
CA The Group
TI Words of
   two lines
SO JOURNAL OF WORDS
JI J. Words
DE one term; another
   term
ID WORDS; MORE
PD JUN 14
PY 2006
BP 1
EP 9
DI 10.1000/182
UT ISI:0001
ER

EF
"""


def test_web_of_science() -> None:
    record = only(WEB_OF_SCIENCE, "isi")
    assert (record.key, record.type, record.title) == ("ISI:0001", "article", "Words of two lines")
    assert record.authors == (
        Person("Doe", "Jane"),
        Person("Gogh", "Vincent", "van"),
        Person(literal="The Group"),
    )
    assert (record.container, record.venue) == ("JOURNAL OF WORDS", "J. Words")
    assert (record.date, record.doi, record.tags) == (
        "2006-06-14",
        "10.1000/182",
        ("one term", "another term"),
    )
    assert (record.fields["pages"], record.fields["keywords-plus"]) == ("1–9", "WORDS; MORE")


INSPEC = """PT J
TI Light in LiNbO/sub 3/ single
   crystals
AU James Brown
PY 2006
PD 04 2006
BP 41103-1
EP 41103-3
PS 41103-1-3
DE Experimental/ optics; BaB/sub
   2/O/sub 4/ wave/ UV light/ wavelength 2 m/ O4/ss
ID 0003-6951/2006/$23.00],[10.1063/1.2234275]
UT INSPEC:1
ER
"""


def test_inspec() -> None:
    record = only(INSPEC, "isi")
    assert record.title == "Light in LiNbO₃ single crystals"
    assert (record.authors, record.date) == ((Person("Brown", "James"),), "2006-04")
    assert (record.doi, record.fields["pages"]) == ("10.1063/1.2234275", "41103-1-3")
    assert record.tags == ("optics", "BaB₂O₄ wave", "UV light")


@pytest.mark.parametrize(
    ("lines", "kind"), [("PT B\nDT Book", "book"), ("PT B\nDT Book Chapter", "incollection"),
                       ("PT C", "inproceedings"), ("PT P", "patent"), ("PT X", "misc")]
)  # fmt: skip
def test_types_of_web_of_science(lines: str, kind: str) -> None:
    assert only(f"FN ISI Export Format\n{lines}\nTI A\nPY 2000\nER\n", "isi").type == kind


ENDNOTE = """<?xml version="1.0" encoding="UTF-8"?>
<xml><records>
<record><rec-number>1</rec-number><ref-type name="Journal Article">17</ref-type>
 <contributors><authors>
  <author><style face="normal">Doe, Jane</style></author><author>WHO</author>
 </authors></contributors>
 <titles><title><style>On </style><style face="italic">words</style>
   &amp; more</title><secondary-title>The Journal</secondary-title></titles>
 <periodical><full-title>The Journal</full-title><abbr-1>TJ</abbr-1></periodical>
 <pages>93-105</pages><volume>18</volume><number>1</number>
 <dates><year>1937</year><pub-dates><date>Jan</date></pub-dates></dates>
 <keywords><keyword>a</keyword><keyword>b</keyword></keywords>
 <electronic-resource-num>10.1000/182</electronic-resource-num><label>doe37</label>
 <urls><related-urls><url>&lt;Go to ISI&gt;://00</url><url>https://example.org/</url>
 </related-urls></urls>
</record></records></xml>
"""


def test_endnote_xml() -> None:
    record = only(ENDNOTE, "endnote-xml")
    assert (record.key, record.type, record.title) == ("doe37", "article", "On <i>words</i> & more")
    assert record.authors == (Person("Doe", "Jane"), Person(literal="WHO"))
    assert (record.container, record.venue, record.date) == ("The Journal", "TJ", "1937-01")
    assert (record.doi, record.tags, record.fields["pages"]) == (
        "10.1000/182",
        ("a", "b"),
        "93-105",
    )
    assert [link.url for link in record.links if link.kind == "url"] == ["https://example.org/"]
    assert registry.read(ENDNOTE.encode()).lines == (3,)


PUBMED = """<?xml version="1.0"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "http://example.invalid/a.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation><PMID Version="1">236</PMID><Article>
 <Journal><ISSN>1720-8386</ISSN><JournalIssue><Volume>36</Volume><Issue>9</Issue>
  <PubDate><Year>2013</Year><Month>Nov</Month><Day>7</Day></PubDate></JournalIssue>
  <Title>Journal of Endo</Title><ISOAbbreviation>J. Endo.</ISOAbbreviation></Journal>
 <ArticleTitle>Words <i>in vivo</i>.</ArticleTitle>
 <Pagination><MedlinePgn>764-9</MedlinePgn></Pagination>
 <ELocationID EIdType="doi">10.3275/8949</ELocationID>
 <Abstract><AbstractText Label="BACKGROUND">Some.</AbstractText><AbstractText>More.</AbstractText>
 </Abstract>
 <AuthorList><Author><LastName>Gibb</LastName><ForeName>F W</ForeName><Suffix>Jr</Suffix></Author>
  <Author><CollectiveName>WHO</CollectiveName></Author></AuthorList>
 <Language>eng</Language></Article>
 <MedlineJournalInfo><MedlineTA>J Endo</MedlineTA></MedlineJournalInfo>
</MedlineCitation></PubmedArticle>
<PubmedBookArticle><BookDocument><PMID>21</PMID><Book>
 <Publisher><PublisherName>House</PublisherName><PublisherLocation>Rome</PublisherLocation>
 </Publisher><BookTitle>A guide</BookTitle><PubDate><Year>2009</Year><Month>02</Month></PubDate>
 <AuthorList Type="editors"><Author><LastName>Doe</LastName></Author></AuthorList>
 <CollectionTitle>Guides</CollectionTitle><Isbn>9781860163593</Isbn>
</Book></BookDocument></PubmedBookArticle>
</PubmedArticleSet>
"""


def test_pubmed_xml() -> None:
    reading = registry.read(PUBMED.encode())
    article, book = reading.records
    assert (reading.format, reading.lines, reading.problems) == ("pubmed-xml", (4, 18), ())
    assert (article.key, article.title) == ("pmid236", "Words <i>in vivo</i>.")
    assert article.authors == (Person("Gibb", "F W", suffix="Jr"), Person(literal="WHO"))
    assert (article.date, article.doi, article.language) == ("2013-11-07", "10.3275/8949", "en")
    assert (article.container, article.venue) == ("Journal of Endo", "J Endo")
    assert article.fields["pages"] == "764–769"
    assert article.abstract.split() == ["BACKGROUND:", "Some.", "More."]
    assert (book.type, book.title, book.date) == ("book", "A guide", "2009-02")
    assert book.editors == (Person("Doe"),)
    assert (book.fields["isbn"], book.fields["series"]) == ("9781860163593", "Guides")


def test_broken_xml_is_read_as_far_as_possible_and_reported() -> None:
    whole = ENDNOTE.replace("</records></xml>", "<record><ref-type name='Book'/><titles><title>B")
    reading = registry.read(whole.encode())
    assert [record.title for record in reading.records] == ["On <i>words</i> & more", "B"]
    assert [problem.reason for problem in reading.problems if problem.rejected] == ["broken-xml"]


def test_entities_of_xml_are_not_followed() -> None:
    bomb = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    kinds = (
        f'<!DOCTYPE xml [<!ENTITY e0 "0123456789">{bomb}<!ENTITY f SYSTEM "file:///etc/hosts">]>'
    )
    for entity in ("&e9;", "&f;"):
        data = kinds + ENDNOTE.partition("?>")[2].replace("&amp;", entity)
        for record in registry.read(data.encode()).records:
            assert len(record.title) < 100
            assert "localhost" not in record.title


MATHSCINET = {
    "results": [
        {
            "mrnumber": 1, "itemType": "Reviewed", "entryType": "J",
            "titles": {"title": "On $n$ of Erd\\H{o}s", "translatedTitle": None},
            "primaryClass": {"code": "94B65"},
            "authors": [{"name": "Alderson, T. L."}],
            "issue": {"issue": {"pubYear": 2020, "volume": "66", "number": "9",
                                "journal": {"shortTitle": "J. Codes"}}},
            "book": None, "paging": {"paging": {"text": "5--9"}},
            "articleUrl": "https://doi.org/10.1000/182",
        },
        {
            "mrnumber": 2, "entryType": "BC", "titles": {"title": "Part"}, "issue": None,
            "book": {"pubYear": 2010, "publisher": [{"name": "AMS", "location": "Providence"}],
                     "isbn": ["978-0-8218-4956-9"], "series": [{"title": "Math.", "volume": "5"}]},
            "paging": {"paging": {"text": "viii+244 pp."}}, "articleUrl": None,
        },
    ],
    "total": 31,
}  # fmt: skip


def test_mathscinet() -> None:
    reading = registry.read(json.dumps(MATHSCINET).encode())
    article, part = reading.records
    assert reading.format == "mathscinet"
    assert (article.key, article.type, article.title) == ("MR1", "article", "On $n$ of Erdős")
    assert article.authors == (Person("Alderson", "T. L."),)
    assert (article.venue, article.year, article.doi) == ("J. Codes", 2020, "10.1000/182")
    assert article.fields == {
        "volume": "66", "number": "9", "pages": "5–9", "mrnumber": "1", "mrclass": "94B65",
    }  # fmt: skip
    assert (part.type, part.year, part.fields["pagetotal"]) == ("incollection", 2010, "viii+244")
    assert (part.fields["series"], part.fields["volume"]) == ("Math.", "5")


@given(st.text(alphabet="PTAUDEIR \n<>/&;![]xyl\"'=records-fnum{}:,4", max_size=80))
def test_any_text(text: str) -> None:
    starts = ("PT J\n", "<xml><records><record><rec-number>", "<PubmedArticle>")
    for start in (*starts, '{"results": [{"mrnumber": 1, "issue": '):
        with suppress(UnreadableFileError):
            registry.read((start + text).encode())
