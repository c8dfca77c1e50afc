"""Publications with titles that are syntax in one format or another, and documents of them."""

from typing import Any

from webapp.formats import registry
from webapp.formats.csl.citations import STYLES
from webapp.formats.documents.document import Document
from webapp.formats.documents.grouping import make_sections
from webapp.formats.documents.registry import write
from webapp.records import Link, Person, Record

ADA = Person(family="Lovelace", given="Ada King")
TITLES = (
    "Plain",
    r"A \input{/etc/passwd} \\ and $5, 50% & #1 ~ x_y^z {braces}",
    "<script>alert(1)</script> &amp; <b> and ]]> <!-- --> <w:p>",
    "*stars* _under_ `tick` | pipe [link](javascript:x) ![image](y) # > + - 1. = ~~~",
    "- a list?",
    "1. a number",
    "[1] in brackets",
    "``quotes'' -- and --- ,, <<guillemets>> ?` !` \"straight\"",
    "中文的題名：第一",
    "שלום עולם (1999)",
    "عنوان *عربي* $x$",
    "Emoji 👩‍🔬 and combining e\u0301, no-break\u00a0space",
    "\x00\x07\x1b[31mcontrol\x7f \u0085 \ufffe \ue000\ue002 \u202eoverride",
    "Formulas $n^2$, $\\frac{1}{2}$ and $\\undefinedmacro{x}$ for $a\\&b",
    "<sc>Mos</sc> transistors",
    "H<sub>2</sub>O, <i>E. coli</i>x and <b>bold</b>, x<sup>min</sup>",
    "'={{{''}}}'\"%(a)s %d {0} $a",
    "",
)


def work(title: str, number: int = 0, **fields: Any) -> Record:
    values = {
        "key": f"k{number}",
        "type": "article",
        "title": title,
        "authors": (Person(family="Babbage", given="Charles"), ADA),
        "container": f"Journal & {title[:20]}",
        "year": 2020,
        "date": "2020",
        "doi": "10.1000/a_b<c>&d;2-#" if number % 2 else "",
        "links": (Link("url", "https://example.org/~a_b/?q=%C3%A9&x=1#y"),),
    }
    return Record(**(values | fields))


NASTY = tuple(work(title, number) for number, title in enumerate(TITLES))


def find_ada(record: Record) -> frozenset[Person]:
    people = (*record.authors, *record.editors)
    return frozenset(person for person in people if person.family == "Lovelace")


def document(
    records: tuple[Record, ...] = NASTY,
    style: str = "apa",
    grouping: str = "none",
    numbering: str = "up",
    **more: Any,
) -> Document:
    sections = make_sections(records, grouping, numbering)
    values = {"title": "Works & <Days>", "author": "Ada Lovelace"} | more
    return Document(
        sections=sections, style=style, numbering=numbering, own_people=find_ada, **values
    )


def texts(made: Document) -> list[str]:
    """Return the citations of a document without typography."""
    return [entry.text for section in made.sections for entry in made.entries(section)]


def written(made: Document, name: str) -> str:
    """Return a document in a format of text."""
    return b"".join(write(made, name)).decode()


def read_bibtex(source: str) -> tuple[Record, ...]:
    return tuple(registry.read(source.encode()).records)


ALL_STYLES = tuple(STYLES)
