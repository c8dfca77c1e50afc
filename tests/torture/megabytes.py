"""Import publications with a megabyte in one field, and titles of formulas: no page is slow."""

import gc
import time
from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient

from .site import PreparedSite, octavo, opened
from .visitors import MAX_SECONDS

MEGABYTE = 1 << 20
TITLES = 20  # on a page

# By name: a field of BibTeX, and the function that makes its parts from their numbers.
FIELDS: dict[str, tuple[str, Callable[[int], str]]] = {
    "authors": ("author", "Name{0}, Ann{0} and ".format),
    "editors": ("editor", "Name{0}, Ann{0} and ".format),
    "keywords": ("keywords", "tag{}; ".format),
    "links": ("url", "https://example.org/{} ".format),
    "words of a title": ("title", "word{} ".format),
    "letters of a title": ("title", lambda _: "x"),
    "formulas of a title": ("title", "$x_{{{}}}$ ".format),
    "words of an abstract": ("abstract", "word{} ".format),
    "paragraphs": ("abstract", "Word{}.\n\n".format),
    "formulas": ("abstract", "$x_{{{}}}$ ".format),
    "ideographs": ("abstract", lambda n: chr(0x4E00 + n % 20_000)),
    "words of a venue": ("journal", "word{} ".format),
    "pages": ("pages", "{},".format),
}
PAGES = (
    *("/", "/publications/large", "/publications/large.ris", "/publications/large.bib"),
    *("/?q=word7", "/?q=large+wrd9&open=large", "/?q=name77", "/?q=formulary"),
    "/publications.atom",
)


def run(prepared: PreparedSite, folder: Path) -> str:
    """Fill one field after the other of the same publication; return the slowest page."""
    gc.collect()
    gc.freeze()  # leave objects of earlier parts out of the collections that are measured here
    files = {name: _entry(field, part) for name, (field, part) in FIELDS.items()}
    files[f"formulas of {TITLES} titles"] = _titles_of_formulas()
    slowest, slowest_page = 0.0, ""
    for name, text in files.items():
        file = folder / "large.bib"
        file.write_text(text)
        octavo(prepared.instance, "import", "--yes", str(file))
        with opened(prepared.instance) as app:
            client = app.test_client()
            for page in ("/", "/publications/made-1"):  # compile the templates
                _seconds(client, page)
            for page in PAGES:
                took = _seconds(client, page)
                if took > slowest:
                    slowest, slowest_page = took, f"{page} of {name}"
    assert slowest < MAX_SECONDS, f"{slowest:.2f} s for {slowest_page}"
    report = f"the slowest page {1000 * slowest:.0f} ms, {slowest_page}"
    return f"a megabyte in {len(FIELDS)} fields, formulas in {TITLES} titles; {report}"


def _entry(field: str, part: Callable[[int], str]) -> str:
    """Return a publication with a megabyte of parts in a field."""
    value = "".join(map(part, range(MEGABYTE // len(part(99_999)))))
    fields = {"title": "Large", "author": "Zed, Ann", "year": "2020", field: value}
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@article{{large,\n{body}\n}}\n"


def _titles_of_formulas() -> str:
    """Return as many publications as a page lists, all formulas of their titles different."""
    entries = []
    for number in range(TITLES):
        fractions = (f"\\frac{{x_{{{number}}}^{{{n}}}}}{{\\sqrt{{y_{{{n}}}}}}}" for n in range(24))
        title = f"Formulary {' '.join(f'${fraction * 8}$' for fraction in fractions)}"
        entries.append(f"@misc{{f{number}, title = {{{title}}}, year = {2000 + number}}}\n")
    return "".join(entries)


def _seconds(client: FlaskClient, page: str) -> float:
    """Return the processor time of a page, so that other work on the machine does not count."""
    start = time.process_time()
    answer = client.get(page, follow_redirects=True)
    assert answer.status_code == 200, f"{answer.status} for {page}"
    return time.process_time() - start
