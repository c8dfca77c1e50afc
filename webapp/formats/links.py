"""Which addresses become links. Only http, https, and plain names of files below `files/` do."""

import re
from typing import Final
from urllib.parse import quote, urlsplit

from .latex import decoding

_FILE = re.compile(r"[\w][\w .,()+&@'-]*(?:/[\w][\w .,()+&@'-]*)*")
_CONTROL = re.compile(r"[\x00-\x20\x7f\\\"<>^`{|}]")
_WRAPPED = re.compile(r"\\(?:url|nolinkurl|path)\s*\{([^{}]*)\}|\\href\s*\{([^{}]*)\}.*")
_ESCAPES: Final = {
    "$\\sim$": "~", "{\\textasciitilde}": "~", "\\textasciitilde": "~", "\\~{}": "~",
    "{\\_}": "_", "{\\%}": "%", "{\\&}": "&", "{\\#}": "#", "{~}": "~",
    "\\_": "_", "\\%": "%", "\\&": "&", "\\#": "#", "\\~": "~", "\\$": "$",
    "\\/": "/", "\\:": ":", "\\=": "=", "\\?": "?",
}  # fmt: skip
_ESCAPE = re.compile("|".join(re.escape(each) for each in sorted(_ESCAPES, key=len, reverse=True)))
_RESOLVER = re.compile(
    r"^(?:https?://)?(?:[\w.-]*\.)?(?:doi\.org|dx\.doi\.org|doi\.acm\.org)/", re.IGNORECASE
)
_DOI_PREFIX = re.compile(r"^(?:doi|urn:doi|info:doi/)\s*:?\s*", re.IGNORECASE)
_DOI = re.compile(r"10(?:\.\d{4,9}(?:\.\d+)*/\S+|/[a-z0-9]{4,})")  # or a short one
_NEW_ARXIV = r"\d{4}\.\d{4,5}"
_OLD_ARXIV = r"[a-z-]{2,20}+(?:\.[A-Z]{2})?/\d{7}"
_ARXIV = re.compile(rf"({_NEW_ARXIV}|{_OLD_ARXIV})(?:v\d+)?", re.IGNORECASE)
_ARXIV_URL = re.compile(
    rf"^https?://(?:[\w.-]*\.)?arxiv\.org/(?:abs|pdf|html)/({_NEW_ARXIV}|{_OLD_ARXIV})",
    re.IGNORECASE,
)
_ARXIV_IN_TEXT = re.compile(
    rf"(?:arxiv ?(?:preprint|e-?print)?[ :.]*+(?:arxiv ?:)?|abs/) ?({_NEW_ARXIV}|{_OLD_ARXIV})",
    re.IGNORECASE,
)


def address(source: str) -> str:
    """The address a field means: without LaTeX's escapes, `\\url{}` and broken lines."""
    bare = source.strip()
    if found := _WRAPPED.search(bare):
        bare = (found[1] or found[2] or "").strip()
    if "\\" in bare or "{" in bare or "$" in bare:
        bare = _ESCAPE.sub(lambda found: _ESCAPES[found.group()], bare)
        bare = bare.replace("{", "").replace("}", "")
    return "".join(map(str.strip, bare.split("\n")))


def safe_url(url: str) -> str:
    """The address when a link may point there, else empty."""
    if re.match(r"www\.[\w-]+\.\w", url):
        url = "http://" + url
    if not url.lower().startswith(("http://", "https://")):
        return ""
    url = url.replace(" ", "%20") if url.count(" ") and "://" not in url[8:] else url
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if not host or not re.fullmatch(r"[\w.:\[\]%-]+", host):
        return ""
    return _CONTROL.sub(lambda found: quote(found.group()), url)


def safe_file(name: str) -> str:
    """A file below `files/`: a plain relative name, no dot in front of any part of it."""
    if re.match(r"[A-Za-z][\w+.-]*:", name) or not _FILE.fullmatch(name) or len(name) > 300:
        return ""
    return name


def doi(source: str) -> str:
    """The DOI alone; empty when the text is none."""
    bare = _DOI_PREFIX.sub("", _RESOLVER.sub("", _unescaped(source)))
    bare = _RESOLVER.sub("", bare).strip().rstrip(".,;")
    return bare if _DOI.fullmatch(bare) else ""


def _unescaped(source: str) -> str:
    return address(source) if re.search(r"[\\{$]", source) else source.strip()


def doi_in_url(url: str) -> str:
    """The DOI of an address of a DOI resolver."""
    return doi(url) if _RESOLVER.match(url.strip()) else ""


def doi_url(identifier: str) -> str:
    """Return the URL of a DOI: "https://doi.org/10.1145/3575693.3576933"."""
    return "https://doi.org/" + quote(identifier, safe="/:;()._-")


def arxiv(source: str) -> str:
    """The arXiv identifier alone, without its version; empty when the text is none."""
    bare = re.sub(r"^arxiv\s*:\s*", "", decoding.text(source).strip(), flags=re.IGNORECASE)
    if found := _ARXIV.fullmatch(bare.split(" ")[0]):
        return found[1]
    return arxiv_in_url(bare)


def arxiv_in_url(url: str) -> str:
    found = _ARXIV_URL.match(url.strip())
    return found[1] if found else ""


def arxiv_in_text(words: str) -> str:
    """The identifier in "arXiv preprint arXiv:2207.04296" or DBLP's "abs/2207.04296"."""
    found = _ARXIV_IN_TEXT.search(" ".join(words.split()))
    return found[1] if found else ""


def arxiv_in_doi(identifier: str) -> str:
    found = re.fullmatch(
        rf"10\.48550/arxiv\.({_NEW_ARXIV}|{_OLD_ARXIV})(?:v\d+)?", identifier, re.IGNORECASE
    )
    return found[1] if found else ""
