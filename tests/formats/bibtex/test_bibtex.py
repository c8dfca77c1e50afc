"""Well-formed BibTeX and biblatex: the records, and that an export gives the same ones."""

import pytest

from bench.server import SEED
from webapp.formats import registry
from webapp.formats.bibtex import bibtex
from webapp.formats.reading import Reading
from webapp.records import OTHERS, Link, Person, Record


def read(source: str) -> Reading:
    """Read a source and check that an export of it gives the same records."""
    reading = bibtex.read(source)
    again = bibtex.read("".join(bibtex.write(reading.records)))
    assert again.records == reading.records
    return reading


def record(source: str) -> Record:
    (only,) = read(source).records
    return only


def reasons(reading: Reading) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.key, problem.reason) for problem in reading.problems]


def test_the_seed_file_is_read() -> None:
    reading = registry.read((SEED / "publications.bib").read_bytes())
    assert (reading.format, len(reading.records), reading.problems) == ("bibtex", 7, ())
    first, tensorir = reading.records[0], reading.records[3]
    assert (first.venue, first.year, len(first.authors)) == ("Preprint", 2025, 65)
    assert first.authors[0] == Person(literal="Nex-AGI Team")
    assert tensorir.venue == "ASPLOS"
    assert tensorir.container.startswith("Proceedings of the 28th ACM International Conference")
    assert [link.kind for link in tensorir.links] == ["arxiv", "doi", "code"]
    assert tensorir.fields["pages"] == "804–817"
    assert "2% throughput" in reading.records[1].abstract


def test_an_entry_with_many_fields() -> None:
    parsed = record(r"""
        @string{tog = "ACM Transactions on " # {Graphics}}
        @Article{k:1,
          Author = {{\'E}mile Zola and others}, Title = {On the {BERT}s of $\alpha$},
          journal = tog, month = mar, year = 2020, volume = 3, number = {4}, pages = "1--9",
          doi = {https://doi.org/10.1145/12345.678}, keywords = {a b, c}, langid = {ngerman},
          url = {https://example.org/x\_y}, note = {So there},
        }""")
    assert parsed.key == "k:1"
    assert parsed.type == "article"
    assert parsed.title == r"On the BERTs of $\alpha$"
    assert parsed.authors == (Person("Zola", "Émile"), OTHERS)
    assert parsed.venue == parsed.container == "ACM Transactions on Graphics"
    assert (parsed.date, parsed.year) == ("2020-03", 2020)
    assert parsed.doi == "10.1145/12345.678"
    assert parsed.tags == ("a b", "c")
    assert parsed.language == "de"
    assert parsed.fields == {"volume": "3", "number": "4", "pages": "1–9", "note": "So there"}
    assert parsed.links == (
        Link("doi", "https://doi.org/10.1145/12345.678"),
        Link("url", "https://example.org/x_y"),
    )
    assert list(parsed.source)[:3] == ["author", "title", "journal"]
    assert parsed.source["author"] == r"{\'E}mile Zola and others"
    assert parsed.source["journal"] == "ACM Transactions on Graphics"


def test_fields_of_al_folio() -> None:
    parsed = record(r"""---
---
        @inproceedings{einstein1905, abbr = {NeurIPS}, title = {T}, year = 2024,
          author = {Einstein*†, Albert and Podolsky*, Boris and Rosen, Nathan},
          booktitle = {Advances}, abstract = {Words.}, selected = {true}, preview = {cover.gif},
          award = {Best paper}, annotation = {* Equal contribution}, code = {https://g.org/x},
          pdf = {paper.pdf}, html = {https://e.org}, slides = {talks/s.pdf}, poster = {p.pdf},
          video = {https://v.org/1}, supp = {more.zip}, arxiv = {1905.05217}, website = {http://w.org}
        }""")
    assert parsed.venue == "NeurIPS"
    assert [(person.name, person.equal, person.marks) for person in parsed.authors] == [
        ("Albert Einstein", True, "*†"),
        ("Boris Podolsky", True, "*"),
        ("Nathan Rosen", False, ""),
    ]
    assert parsed.fields == {
        "selected": "true",
        "preview": "cover.gif",
        "award": "Best paper",
        "annotation": "* Equal contribution",
    }
    assert parsed.links == (
        Link("pdf", "paper.pdf"),
        Link("arxiv", "https://arxiv.org/abs/1905.05217"),
        Link("code", "https://g.org/x"),
        Link("website", "http://w.org"),
        Link("website", "https://e.org"),
        Link("slides", "talks/s.pdf"),
        Link("video", "https://v.org/1"),
        Link("poster", "p.pdf"),
        Link("supplement", "more.zip"),
    )


@pytest.mark.parametrize(
    ("fields", "venue"),
    [
        ("abbr={WWW}, booktitle={The World Wide Web Conference}", "WWW"),
        ("shortjournal={TOG}, journal={ACM Transactions on Graphics}", "TOG"),
        ("journaltitle={Nature}, journalsubtitle={Physics}", "Nature: Physics"),
        ("school={ETH}", "ETH"),
        ("institution={INRIA}, number=3", "INRIA"),
        (
            r"howpublished={\url{http://a.b}}, eprint={2207.04296}, archiveprefix={arXiv}",
            "Preprint",
        ),
        ("journal={arXiv preprint arXiv:2207.04296}", "Preprint"),
        ("journal={CoRR}, volume={abs/2207.04296}", "Preprint"),
        ("url={https://arxiv.org/abs/2207.04296v2}", "Preprint"),
        ("howpublished={Talk}", "Talk"),
    ],
)
def test_venue(fields: str, venue: str) -> None:
    assert record(f"@misc{{k, title={{T}}, year=2020, {fields}}}").venue == venue


@pytest.mark.parametrize(
    ("fields", "date", "year"),
    [
        ("year=2020, month=oct", "2020-10", 2020),
        ("year={2020}, month={October}", "2020-10", 2020),
        ('year=2020, month="1~" # jan', "2020-01-01", 2020),
        ("year=2020, month=7, day=4", "2020-07-04", 2020),
        ("year={forthcoming}", "forthcoming", None),
        ("year={in press}", "in press", None),
        ("year={2020a}", "2020", 2020),
        ("year={199X}", "199X", 1990),
        ("year={19uu}, month=may", "19uu", 1900),
        ("date={2019-05-30}", "2019-05-30", 2019),
        ("date={2019-05/2019-06}", "2019-05", 2019),
        ("date={1984~}", "1984", 1984),
        ("date={2004}, year={1999}", "2004", 2004),
        (r"year={{\noopsort{1973c}}1981}", "1981", 1981),
        ("pubstate={forthcoming}", "forthcoming", None),
    ],
)
def test_dates(fields: str, date: str, year: int | None) -> None:
    reading = read(f"@misc{{k, title={{T}}, {fields}}}")
    assert (reading.records[0].date, reading.records[0].year) == (date, year)
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ("year=2020", "no-title"),
        ("title={T}", "no-year"),
        ("title={T}, year={soon-ish}", "no-year"),
        ("title={T}, year=1337", "implausible-year"),
        ("title={T}, year=3020", "implausible-year"),
        ("title={T}, year=2020, author={A. Smith & B. Jones}", "looks-like-two"),
        ("title={T}, year=2020, doi={see there}", "bad-doi"),
        (r"title={T \frob{x}}, year=2020", "undecoded-latex"),
        ("title={T}, year=2020, url={javascript:alert(1)}", "bad-link"),
        ("title={T}, year=2020, pdf={../secret.pdf}", "bad-link"),
        ("title={T}, year=2020, journal=nosuch", "undefined-string"),
        ("title={T}, year=2020, crossref={gone}", "missing-crossref"),
        ("title={T}, year=2020, title={Other}", "duplicate-field"),
    ],
)
def test_a_doubtful_entry_is_read_and_reported_with_its_line(fields: str, reason: str) -> None:
    reading = read(f"\n\n@misc{{k, {fields}}}")
    assert reasons(reading) == [(3, "k", reason)]
    assert not reading.problems[0].rejected


@pytest.mark.parametrize(
    "entry",
    [
        "@online{k, title={A site}}",
        "@software{k, title={A program}}",
        "@book{k, title={The Republic}, date={-0379}}",
        "@article{k, title={T}, pubstate={inpress}}",
    ],
)
def test_a_work_that_needs_no_year_or_has_one_bce_is_not_doubtful(entry: str) -> None:
    assert reasons(read(entry)) == []


def test_an_unknown_type_is_read_and_reported() -> None:
    assert reasons(read("@nosuch{k, title={T}, year=2020}")) == [(1, "k", "unknown-type")]


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "JaVaScript:x", "vbscript:x", "file:///etc/passwd",
     "//evil.example", "/etc/passwd", "../x.pdf", "a/../../x.pdf", ".hidden.pdf", "ftp://a.b/c",
     "http://", "https://[::1", "a\\b.pdf", "C:/x.pdf"],
)  # fmt: skip
@pytest.mark.parametrize("field", ["pdf", "url", "code", "slides", "html"])
def test_an_unsafe_address_is_not_a_link(field: str, address: str) -> None:
    reading = read(f"@misc{{k, title={{T}}, year=2020, {field}={{{address}}}}}")
    assert reading.records[0].links == ()
    assert reading.records[0].source[field] == address
    assert [problem.reason for problem in reading.problems] == ["bad-link"]


def test_a_repeated_key_gets_a_number() -> None:
    source = "@misc{a, title={1}, year=2020}\n" * 2 + "@misc{a-2, title={3}, year=2020}\n"
    reading = read(source)
    assert [record.key for record in reading.records] == ["a", "a-3", "a-2"]
    assert reasons(reading) == [(2, "a-3", "duplicate-key")]
    assert "line 1" in reading.problems[0].message


def test_a_repeated_field_is_renamed() -> None:
    parsed = record("@misc{k, title={One}, title={Two}, Title={One}, year=2020}")
    assert parsed.title == "One"
    assert parsed.fields == {"title-2": "Two"}


def test_crossref_inherits_from_the_book() -> None:
    reading = read("""
        @inproceedings{paper, crossref={BOOK}, title={Paper}, author={A B}, pages={1}}
        @proceedings{book, title={The Book}, shorttitle={TB}, year=2001, editor={E F},
          publisher={P}, doi={10.1000/book}, url={https://b.org}}""")
    paper = reading.records[0]
    assert (paper.title, paper.container, paper.venue, paper.year) == (
        "Paper",
        "The Book",
        "TB",
        2001,
    )
    assert paper.editors == (Person("F", "E"),)
    assert paper.fields["publisher"] == "P"
    assert (paper.doi, paper.links) == ("", ())
    alone = bibtex.read("".join(bibtex.write([paper]))).records[0]
    assert alone == paper


def test_xdata_gives_its_fields_and_is_not_a_publication() -> None:
    reading = read("""
        @xdata{hub, publisher={P}, xdata={more}}
        @xdata{more, address={Q}}
        @book{b, title={B}, year=2001, xdata={hub}}""")
    (book,) = reading.records
    assert (book.fields["publisher"], book.fields["address"]) == ("P", "Q")
    assert [(problem.line, problem.key) for problem in reading.skipped] == [(2, "hub"), (3, "more")]
    assert reading.problems == ()


def test_a_cycle_of_crossrefs_ends() -> None:
    source = "@book{a, title={A}, year=1, crossref={b}}\n@book{b, crossref={a}, address={N}}"
    assert bibtex.read(source).records[0].fields["address"] == "N"


def test_fields_of_programs_stay_only_in_the_source() -> None:
    reading = read(r"""% Encoding: UTF8
        @article{k, title={T}, year=2020, journal={J}, file={:C\:/me/x.pdf:PDF}, owner={me},
          timestamp={2020.01.01}, groups={Mine}, bdsk-file-1={YnBsaXN0}, date-added={2020}}
        @Comment{jabref-meta: databaseType:bibtex;}
        @comment{jabref-meta: grouping:
        0 AllEntriesGroup:;
        }""")
    assert reading.records[0].fields == {}
    assert reading.records[0].source["owner"] == "me"
    assert list(bibtex.public(reading.records[0]).source) == ["title", "year", "journal"]
    assert reading.problems == ()


def test_progress_grows_to_one() -> None:
    shares: list[float] = []
    bibtex.read("@misc{a, title={T}}\n@misc{b, title={T}}", shares.append)
    assert len(shares) > 2
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_months_are_written_as_macros() -> None:
    text = "".join(bibtex.write(read("@misc{k, month = {oct}, note = {of {$x$}}}").records))
    assert text == "@misc{k,\n  month = oct,\n  note  = {of {$x$}},\n}\n\n"


def test_only_an_abstract_has_paragraphs() -> None:
    entry = "@article{{k, title = {{{0}}}, year = 2020, abstract = {{{0}}}, note = {{{0}}}}}"
    (record,) = registry.read(entry.format("One\n\n  two \\par three").encode()).records
    assert record.abstract == "One\n\ntwo\n\nthree"
    assert (record.title, record.fields["note"]) == ("One two three", "One two three")
    again = registry.read("".join(registry.write([record])).encode())
    assert again.records == (record,)
