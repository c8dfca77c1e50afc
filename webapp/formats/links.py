"""URLs and identifiers in fields: which become links, and what they are.

Only http, https and plain names of files below `files/` become links.
"""

import re
from typing import Final
from urllib.parse import quote, unquote, urlsplit

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
_ESCAPE = re.compile("|".join(map(re.escape, sorted(_ESCAPES, key=len, reverse=True))))
_RESOLVER = re.compile(
    r"^(?:https?://)?(?:[\w.-]*\.)?(?:doi\.org|dx\.doi\.org|doi\.acm\.org)/", re.IGNORECASE
)
# In DOIs such as 10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O.
_BACKSLASH = re.compile(r"\$\\backslash\$|\{\\textbackslash\}|\\textbackslash\{\}")
_ANGLE = re.compile(
    r"\$(?:[<>]|\\(?:less|greater|lt|gt))\$|\{\\text(?:less|greater)\}|\\text(?:less|greater)(?![a-z])(?:\{\})?"
)
_QUERY = re.compile(r"[?#]\w++=.*", re.DOTALL)  # "?via=ihub"
_PAGE_OF_PUBLISHER = re.compile(
    r"https?://[^/\s]++/(?:[\w.-]++/){0,9}?(?=10\.\d{4})", re.IGNORECASE
)
_VIEW = re.compile(r"/(?:abstract|e?pdf|full|html?|meta|summary)$", re.IGNORECASE)
_MAX_QUOTED: Final = 3  # times that programs encoded one address
_DOI_PREFIX = re.compile(r"^(?:doi|urn:doi|info:doi/)\s*:?\s*", re.IGNORECASE)
_DOI = re.compile(r"10(?:\.\d{4,9}(?:\.\d+)*/\S+|/[a-z0-9]{4,})")  # or a short one
_NEW_ARXIV = r"\d{4}\.\d{4,5}"
_OLD_ARXIV = r"[a-z-]{2,20}+(?:\.[A-Z]{2})?/\d{7}"
_ARXIV = re.compile(rf"({_NEW_ARXIV}|{_OLD_ARXIV})(?:v\d+)?", re.IGNORECASE)
_ARXIV_URL = re.compile(
    rf"^https?://(?:[\w.-]*\.)?arxiv\.org/(?:abs|pdf|html)/({_NEW_ARXIV}|{_OLD_ARXIV})",
    re.IGNORECASE,
)
_ARXIV_NAMED = re.compile(r"\s*(?:arxiv\b.*|corr)\s*", re.IGNORECASE | re.DOTALL)
_ARXIV_IN_TEXT = re.compile(
    rf"(?:arxiv ?(?:preprint|e-?print)?[ :.]*+(?:arxiv ?:)?|abs/) ?({_NEW_ARXIV}|{_OLD_ARXIV})",
    re.IGNORECASE,
)


def address(source: str) -> str:
    """Return the address in a field, without LaTeX's escapes, `\\url{}` and line breaks."""
    bare = source.strip()
    if macro := _WRAPPED.search(bare):
        bare = (macro[1] or macro[2] or "").strip()
    if "\\" in bare or "{" in bare or "$" in bare:
        bare = _ESCAPE.sub(lambda escape: _ESCAPES[escape.group()], bare)
        bare = bare.replace("{", "").replace("}", "")
    return "".join(map(str.strip, bare.split("\n")))


def safe_url(url: str) -> str:
    """Return the URL if a link may lead there, else ""."""
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
    return _CONTROL.sub(lambda sign: quote(sign.group()), url)


def safe_file(name: str) -> str:
    """Return the name of a file below `files/` if it is plain and relative, else "".

    No part of it may begin with a dot.
    """
    if re.match(r"[A-Za-z][\w+.-]*:", name) or not _FILE.fullmatch(name) or len(name) > 300:
        return ""
    return name


def doi(source: str) -> str:
    """Return the DOI alone, or "" if the text is none."""
    bare = _DOI_PREFIX.sub("", _RESOLVER.sub("", _undisguised(source)))
    bare = _QUERY.sub("", _RESOLVER.sub("", bare)).strip().rstrip(".,;")
    if page := _PAGE_OF_PUBLISHER.match(bare):
        bare = _VIEW.sub("", bare[page.end() :])
    return bare if _DOI.fullmatch(bare) else ""


def _undisguised(source: str) -> str:
    """Return text without LaTeX and percent-encoding."""
    text = _BACKSLASH.sub(r"\\", source.strip())
    text = _ANGLE.sub(lambda sign: "<" if re.search("<|less|lt", sign[0]) else ">", text)
    text = address(text) if re.search(r"[\\{$]", text) else text
    for _ in range(_MAX_QUOTED):
        text = unquote(text) if "%" in text else text
    return text


def doi_in_url(url: str) -> str:
    """Return the DOI in a URL of a DOI resolver, or ""."""
    return doi(url) if _RESOLVER.match(url.strip()) else ""


def doi_url(identifier: str) -> str:
    """Return the URL of a DOI: "https://doi.org/10.1145/3575693.3576933"."""
    return "https://doi.org/" + quote(identifier, safe="/:;()._-")


def arxiv(source: str) -> str:
    """Return the arXiv identifier without its version, or "" if the text is none."""
    bare = re.sub(r"^arxiv\s*:\s*", "", decoding.text(source).strip(), flags=re.IGNORECASE)
    if match := _ARXIV.fullmatch(bare.split(" ")[0]):
        return match[1]
    return arxiv_in_url(bare)


def arxiv_in_url(url: str) -> str:
    """Return the identifier in a URL of arXiv, or ""."""
    match = _ARXIV_URL.match(url.strip())
    return match[1] if match else ""


def arxiv_url(identifier: str) -> str:
    """Return the URL of a work on arXiv: "https://arxiv.org/abs/2207.04296"."""
    return f"https://arxiv.org/abs/{quote(identifier)}"


def arxiv_in_text(words: str) -> str:
    """Return the identifier in "arXiv preprint arXiv:2207.04296" or DBLP's "abs/2207.04296"."""
    match = _ARXIV_IN_TEXT.search(" ".join(words.split()))
    return match[1] if match else ""


def is_arxiv(words: str) -> bool:
    """Return whether the name of a container, or pages, name arXiv: "arXiv:1706.03762", "CoRR"."""
    return _ARXIV_NAMED.fullmatch(words) is not None


def arxiv_in_doi(identifier: str) -> str:
    """Return the identifier in a DOI of arXiv, or ""."""
    match = re.fullmatch(
        rf"10\.48550/arxiv\.({_NEW_ARXIV}|{_OLD_ARXIV})(?:v\d+)?", identifier, re.IGNORECASE
    )
    return match[1] if match else ""
