"""Identifiers as people paste them: DOIs, numbers of arXiv and PubMed, ISBNs, keys of dblp."""

import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import unquote

from ..errors import UnknownIdentifierError
from . import links
from .encoding import remove_controls

Kind = Literal["doi", "short-doi", "arxiv", "pmid", "pmcid", "isbn", "dblp"]

_QUOTES: Final = " \t\r\n\"'“”‘’«»"
_AROUND: Final = f"{_QUOTES}<>()[]{{}}.,;"
_PAIRS: Final = {"(": ")", "[": "]", "<": ">", "{": "}"}
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))  # as typesetters put into an ISBN
_REST: Final = r"(?:[/?#].*)?"
_LONG_DOI = re.compile(r"10\.")
_DOI_LABEL = re.compile(r"doi\s++(?=10\.)", re.IGNORECASE)
_DOI_IN_ADDRESS = re.compile(r"(?<![\d.])10\.\d{4,9}(?:\.\d+)*+/[^\s\"?#&]++")
_SHORT_DOI = re.compile(r"10/[a-z0-9]{4,}")
# What publishers add to a DOI in the addresses of their pages.
_PAGES: Final = frozenset(
    {"", "full", "full-text", "fulltext", "pdf", "epdf", "epub", "abstract", "abs", "meta", "html",
     "summary", "references", "figures"}
)  # fmt: skip
_ENDINGS: Final = (".pdf", ".full", ".full-text", ".abstract", ".html", ".epub")
_PREPRINT_VERSION = re.compile(r"(10\.1101/[\d.]++)v\d{1,2}")
_ARXIV_HOST = re.compile(r"(?:www\.|export\.)?arxiv\.org/", re.IGNORECASE)
_LONGEST: Final = 2_000  # characters
_LONGEST_NAMED: Final = 200  # characters of a text that a message names
_PMID = re.compile(
    r"(?:(?:https?://)?(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed"
    rf"|europepmc\.org/(?:article|abstract)/med)/|pmid:?\s*+)?+(\d{{1,8}}){_REST}",
    re.IGNORECASE,
)
_PMCID = re.compile(
    r"(?:(?:https?://)?(?:pmc\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pmc"
    rf"|europepmc\.org)/articles?/(?:pmc/)?|pmcid:?\s*+)?+(pmc\d{{1,9}}){_REST}",
    re.IGNORECASE,
)
_ISBN = re.compile(r"(?:(?:urn:)?isbn(?:-1[03])?:?\s*+)?+([\d -]{9,17}[\dx])", re.IGNORECASE)
_DBLP = re.compile(
    r"(?:(?:https?://)?dblp\.(?:org|uni-trier\.de|dagstuhl\.de)/rec/(?:bibtex/|html/)?|dblp:)?+"
    r"((?:conf|journals|books|phd|series|reference|data|tr)/[\w-]+/[\w-]+)"
    r"(?:\.(?:bib|html|xml))?(?:[?#].*)?",
    re.IGNORECASE,
)
_ORCID = re.compile(r"(?:(?:https?://)?orcid\.org/)?\d{4}-\d{4}-\d{4}-\d{3}[\dX]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Identifier:
    """What a text names."""

    kind: Kind
    value: str


def parse(text: str) -> Identifier:
    """Return what a pasted text names.

    >>> parse("https://doi.org/10.1145/3575693.3576933.")
    Identifier(kind='doi', value='10.1145/3575693.3576933')

    Raises UnknownIdentifierError.
    """
    text = remove_controls(text[:_LONGEST])
    bare = text.strip(_AROUND).translate(_DASHES)
    if _ORCID.fullmatch(bare):
        raise UnknownIdentifierError(
            f"{bare} is an ORCID iD, which names a list. Put it into [[sources]] of site.toml."
        )
    if doi := _doi(text):
        number = links.arxiv_in_doi(doi)
        return Identifier("arxiv", number) if number else Identifier("doi", doi.lower())
    if (short := links.doi(bare.lower())) and _SHORT_DOI.fullmatch(short):
        return Identifier("short-doi", short)
    address = f"https://{bare}" if _ARXIV_HOST.match(bare) else bare
    if bare.isascii() and (number := links.arxiv(address)):
        return Identifier("arxiv", number)
    if bare.isascii() and (identifier := _number(bare)):
        return identifier
    raise UnknownIdentifierError(
        f"“{_brief(text)}” is no identifier that Octavo knows. Give a DOI, an arXiv number, a "
        "PubMed number, an ISBN or a key of dblp."
    )


def _doi(text: str) -> str:
    """Return the DOI in a text, also in the address of a publisher's page; "" if there is none."""
    text = text.strip(_QUOTES)
    if text[:1] in _PAIRS and text.rstrip(".,;").endswith(_PAIRS[text[0]]):
        text = text.rstrip(".,;")[1:-1]
    text = _DOI_LABEL.sub("", text, 1)
    doi = links.doi_in_url(text) if "://" in text else links.doi(text)
    if _LONG_DOI.match(doi):
        return doi
    match = _DOI_IN_ADDRESS.search(unquote(text)) if "/" in text else None
    doi = _without_page(match[0]) if match else ""
    version = _PREPRINT_VERSION.fullmatch(doi)
    return links.doi(version[1] if version else doi)


def _without_page(doi: str) -> str:
    """Return a DOI without the names of pages that an address has after it."""
    while doi:
        head, _, last = doi.rpartition("/")
        ending = next((ending for ending in _ENDINGS if last.lower().endswith(ending)), "")
        if last.lower() in _PAGES:
            doi = head
        elif ending:
            doi = doi[: -len(ending)]
        else:
            break
    return doi


def _number(text: str) -> Identifier | None:
    """Return what a number or a key of a library or of PubMed names."""
    if match := _PMID.fullmatch(text):
        return Identifier("pmid", match[1])
    if match := _PMCID.fullmatch(text):
        return Identifier("pmcid", match[1].upper())
    if (match := _ISBN.fullmatch(text)) and (isbn := _isbn(match[1])):
        return Identifier("isbn", isbn)
    if match := _DBLP.fullmatch(text):
        return Identifier("dblp", match[1])
    return None


def _isbn(written: str) -> str:
    """Return an ISBN with 13 digits; "" if its check digit does not fit."""
    signs = re.sub(r"[ -]", "", written).upper()
    if re.fullmatch(r"\d{9}[\dX]", signs):
        total = sum((10 - at) * (10 if s == "X" else int(s)) for at, s in enumerate(signs))
        return f"978{signs[:9]}{_check_digit(f'978{signs[:9]}')}" if total % 11 == 0 else ""
    if re.fullmatch(r"97[89]\d{10}", signs) and signs[-1] == _check_digit(signs[:12]):
        return signs
    return ""


def _check_digit(digits: str) -> str:
    return str(-sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(digits)) % 10)


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_NAMED else f"{line[:_LONGEST_NAMED]}…"
