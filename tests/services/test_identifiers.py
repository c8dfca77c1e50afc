"""Identifiers as people paste them, and the works that services have for them."""

import pytest

from tests.services.fake import Fake
from tests.services.faults import status
from webapp.errors import NotFetchedError, UnknownIdentifierError
from webapp.records import Person, Record
from webapp.services.client import Client
from webapp.services.identifiers import fetch, parse


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        *(
            (text, "doi", "10.1145/3575693.3576933")
            for text in (
                "10.1145/3575693.3576933",
                " 10.1145/3575693.3576933. ",
                "doi:10.1145/3575693.3576933",
                "DOI: 10.1145/3575693.3576933",
                "https://doi.org/10.1145/3575693.3576933",
                "http://dx.doi.org/10.1145/3575693.3576933,",
                "(https://doi.org/10.1145/3575693.3576933)",
                "<10.1145/3575693.3576933>",
                "“10.1145/3575693.3576933”",
                "https://doi.org/10.1145%2F3575693.3576933",
                "https://dl.acm.org/doi/10.1145/3575693.3576933",
                "https://dl.acm.org/doi/pdf/10.1145/3575693.3576933?download=true#page=3",
                "https://dl.acm.org/doi/abs/10.1145/3575693.3576933",
            )
        ),
        ("https://link.example.com/content/pdf/10.1007/s1-2.pdf", "doi", "10.1007/s1-2"),
        ("https://www.example.org/doi/10.1073/pnas.1/full", "doi", "10.1073/pnas.1"),
        ("DOI 10.1145/3575693", "doi", "10.1145/3575693"),
        ("doi.org/10.1145/3575693", "doi", "10.1145/3575693"),
        ("https://doi-org.proxy.example.edu/10.1145/3575693", "doi", "10.1145/3575693"),
        ("https://www.biorxiv.org/content/10.1101/2020.01.01.123456v2.full.pdf", "doi",
         "10.1101/2020.01.01.123456"),
        ("https://www.biorxiv.org/content/10.1101/2020.01.01.123456v2", "doi",
         "10.1101/2020.01.01.123456"),
        ("https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0000001&type=printable",
         "doi", "10.1371/journal.pone.0000001"),
        ("https://link.springer.com/article/10.1007/s00454-020-00240-0#Sec1", "doi",
         "10.1007/s00454-020-00240-0"),
        ("arxiv.org/abs/2207.04296v2", "arxiv", "2207.04296"),
        ("arXiv:2207.04296 [cs.DS]", "arxiv", "2207.04296"),
        ("https://pubmed.ncbi.nlm.nih.gov/31452104/?from=x", "pmid", "31452104"),
        ("PMC6733031", "pmcid", "PMC6733031"),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC6733031/", "pmcid", "PMC6733031"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/pmc6733031/#s1", "pmcid", "PMC6733031"),
        ("https://dblp.org/rec/conf/sand/Worm17.html?view=bibtex", "dblp", "conf/sand/Worm17"),
        ("978‑3‑16‑148410‑0", "isbn", "9783161484100"),
        ("10.1016/0003-4916(63)90068-X", "doi", "10.1016/0003-4916(63)90068-x"),
        ("10.1016/0003-4916(63)", "doi", "10.1016/0003-4916(63)"),
        ("10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O", "doi",
         "10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o"),
        ("10/abcd", "short-doi", "10/abcd"),
        ("https://doi.org/10/AbCd", "short-doi", "10/abcd"),
        *(
            (text, "arxiv", "2207.04296")
            for text in (
                "2207.04296",
                "arXiv:2207.04296v3",
                "https://arxiv.org/abs/2207.04296",
                "https://arxiv.org/pdf/2207.04296v1.pdf",
                "https://www.arxiv.org/html/2207.04296",
                "10.48550/arXiv.2207.04296",
                "https://doi.org/10.48550/ARXIV.2207.04296",
            )
        ),
        ("hep-th/9901001", "arxiv", "hep-th/9901001"),
        *(
            (text, "pmid", "31452104")
            for text in (
                "31452104",
                "PMID: 31452104",
                "pmid31452104",
                "https://pubmed.ncbi.nlm.nih.gov/31452104/",
                "https://www.ncbi.nlm.nih.gov/pubmed/31452104",
            )
        ),
        *(
            (text, "isbn", "9783161484100")
            for text in ("978-3-16-148410-0", "ISBN 9783161484100", "ISBN-13: 978 3 16 148410 0",
                         "3-16-148410-X", "urn:isbn:316148410X")
        ),
        *(
            (text, "dblp", "conf/sand/Worm17")
            for text in ("conf/sand/Worm17", "DBLP:conf/sand/Worm17",
                         "https://dblp.org/rec/conf/sand/Worm17", "https://dblp.org/rec/conf/sand/Worm17.html",
                         "https://dblp.uni-trier.de/rec/bibtex/conf/sand/Worm17.bib")
        ),
    ],
)  # fmt: skip
def test_identifiers_are_recognized_in_any_disguise(text: str, kind: str, value: str) -> None:
    identifier = parse(text)
    assert (identifier.kind, identifier.value) == (kind, value)


@pytest.mark.parametrize(
    "text",
    ["", "rubbish", "9783161484101", "978-3-16-148410-X", "12345678901", "http://example.org/x",
     "https://arxiv.org/list/cs.DS", "10.1145", "\x1b[31m", "\udcff", "٢٢٠٧.٠٤٢٩٦", "٣٣٣",
     "a" * 10_000, "1" * 10_000, "https://x/10.1/" + "full/" * 10_000],
)  # fmt: skip
def test_other_texts_are_refused_in_one_line(text: str) -> None:
    with pytest.raises(UnknownIdentifierError) as error:
        parse(text)
    message = str(error.value)
    assert len(message) < 400
    assert message.isprintable()


def test_an_orcid_is_named_as_a_list() -> None:
    with pytest.raises(UnknownIdentifierError, match="Put it into"):
        parse("https://orcid.org/0000-0002-1825-0097")


def record(client: Client, identifier: str) -> Record:
    return fetch(client, identifier).record


def test_crossref_describes_an_article(client: Client) -> None:
    work = fetch(client, "https://doi.org/10.5555/PLAIN")
    assert work.identifier == "10.5555/plain"
    assert work.record.type == "article"
    assert work.record.authors == (Person("Grain", "Ada"), Person("Dune", "Ben", "van"))
    assert (work.record.container, work.record.date) == ("Journal of Sand", "2020-05")
    assert work.record.fields["pages"] == "211–230"
    assert "url" not in work.record.source
    assert work.record.key == "grain2020sorting"


def test_groups_and_single_names_are_people(client: Client) -> None:
    assert record(client, "10.5555/group").authors[0] == Person(literal="The Dune Collaboration")
    assert record(client, "10.5072/group").authors == (Person(literal="Sandsim developers"),)
    assert [person.name for person in record(client, "10.5072/plainname").authors] == [
        "Ben van Dune",
        "Dune Institute",
        "Cleo Shore",
    ]
    assert record(client, "pmid:102").authors == (Person(literal="Beach Study Group"),)
    assert record(client, "arXiv:2301.00002").authors[0].literal == "The Dune Collaboration"


def test_a_chapter_is_not_its_book(client: Client) -> None:
    chapter = record(client, "10.5555/chapter")
    assert (chapter.type, chapter.container) == ("incollection", "Handbook of Heaps")
    assert chapter.editors == (Person("Quarry", "Dora"),)
    assert record(client, "pmid:105").type == "incollection"


@pytest.mark.parametrize(
    "identifier",
    ["10.5555/nulls", "10.5072/nulls", "pmid:104", "arXiv:2301.00003", "isbn:9783000000027"],
)
def test_a_work_of_which_little_is_known_is_a_work(identifier: str, client: Client) -> None:
    assert record(client, identifier).title
    assert record(client, identifier).year is None


def test_markup_becomes_text(client: Client) -> None:
    abstract = record(client, "10.5555/jats").abstract
    assert "jats" not in abstract
    assert "<p>" not in abstract
    assert "hold" in abstract
    assert "\n\n" in abstract
    assert "mml" not in record(client, "10.5555/mathml").title
    assert record(client, "10.5555/markup").source["title"].startswith("\\emph{Arenicola} \\&")
    assert record(client, "10.5072/html").abstract == "First.\n\nSecond & last."


def test_the_title_of_a_thesis_is_not_its_translation(client: Client) -> None:
    thesis = record(client, "10.5072/thesis")
    assert (thesis.title, thesis.type) == ("Von Körnern: Eine Einführung", "phdthesis")
    assert thesis.fields["school"] == "Universität Hamburg"


def test_datacite_describes_data_and_arxiv(client: Client, fake: Fake) -> None:
    assert record(client, "10.5072/data").type == "dataset"
    preprint = record(client, "arXiv:2207.04296v2")
    assert (preprint.arxiv, preprint.date) == ("2207.04296", "2022-07-09")
    assert preprint.doi == "10.48550/arXiv.2207.04296"
    assert record(client, "hep-th/9901001").arxiv == "hep-th/9901001"
    assert fake.count("export.arxiv.org") == 0


@pytest.mark.parametrize("is_down", [False, True])
def test_arxiv_is_asked_if_datacite_cannot_help(is_down: bool, client: Client, fake: Fake) -> None:
    if is_down:
        fake.faults["api.datacite.org", ""] = status(503)
    preprint = record(client, "2301.00001")
    assert (preprint.title, preprint.abstract) == ("Sand on slopes", "We tilt sand.")
    assert preprint.source["eprintclass"] == "cond-mat.soft"


def test_names_and_formulas_of_arxiv_become_those_of_records(client: Client) -> None:
    preprint = record(client, "2301.00006")
    assert preprint.authors == (
        Person("Berg", "Zoë", "van der"),
        Person("Cruz", "J. P. M.", "de la", "Jr."),
    )
    assert "$\\alpha$" in preprint.title
    assert record(client, "2301.00008").authors[25].given == "AuthorZ"
    hostile = record(client, "2301.00009")
    assert (hostile.date, hostile.source.get("eprintclass")) == ("", None)


def test_pubmed_puts_a_full_stop_after_titles(client: Client) -> None:
    assert record(client, "pmid:101").title == "Sand in shoes: a trial"
    assert record(client, "pmid:110").title == "Who knows..."
    assert record(client, "pmid:108").language == "de"


def test_a_work_is_not_called_unknown_while_a_service_is_down(client: Client, fake: Fake) -> None:
    fake.faults["api.datacite.org", ""] = status(503)
    with pytest.raises(NotFetchedError, match="DataCite"):
        fetch(client, "arXiv:9999.99999")


def test_other_agencies_are_asked_through_doi_org(client: Client) -> None:
    assert record(client, "10.1400/1").title == "Sabbie"
    assert fetch(client, "10/plain").identifier == "10.5555/plain"


def test_numbers_of_pubmed_central_lead_to_pubmed(client: Client) -> None:
    assert fetch(client, "PMC6733031").identifier == "pmid:101"
    with pytest.raises(UnknownIdentifierError, match="PMC1"):
        fetch(client, "PMC1")


def test_books_come_from_open_library(client: Client) -> None:
    book = record(client, "ISBN 978-3-00-000001-0")
    assert (book.type, book.title, book.year) == ("book", "Heaps: An introduction", 2011)
    assert book.fields["address"] == "Hamburg"


def test_dblp_describes_a_work_by_key(client: Client) -> None:
    work = fetch(client, "https://dblp.org/rec/journals/sand/GrainD20")
    assert work.identifier == "dblp:journals/sand/GrainD20"
    assert not work.record.source.keys() & {"timestamp", "biburl", "bibsource"}
    assert work.record.key == "grain2020sorting"


def test_a_work_is_asked_for_once(client: Client, fake: Fake) -> None:
    assert fetch(client, "10.5555/plain") == fetch(client, "10.5555/plain")
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    ("isbn", "title", "date", "people"),
    [
        ("9783000000034", "Dunes", "2010", ["The Dune Collaboration"]),
        ("9783000000041", "Sand & water", "1999", ["Ada Grain", "Ben van Dune"]),
        ("9783000000058", "Cafés am Strand", "1987", []),
        ("9783000000089", "海辺の砂", "1966", ["山田太郎"]),
        ("9783000000096", "Undated", "", []),
        ("9783000000102", "Without a title", "", ["Dora Quarry"]),
    ],
)
def test_books_are_described_as_far_as_known(
    client: Client, isbn: str, title: str, date: str, people: list[str]
) -> None:
    record = fetch(client, isbn).record
    assert (record.title, record.date) == (title, date)
    assert [person.name for person in record.authors] == people
