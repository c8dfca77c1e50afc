"""A megabyte in each field of a publication: its pages are long, and none is slow."""

import gc
import time
from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient

from .site import Ordeal, octavo, opened
from .visitors import MAX_SECONDS

MEGABYTE = 1 << 20

# What stands in a field again and again, by the number of the time.
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
    *("/?q=word7", "/?q=large+wrd9&open=large", "/?q=name77", "/publications.atom"),
)


def run(ordeal: Ordeal, folder: Path) -> str:
    """One field after the other in the same publication; the slowest page of all."""
    gc.collect()
    gc.freeze()  # as the server does: what was tried before would be gone through again and again
    slowest, where = 0.0, ""
    for name, (field, part) in FIELDS.items():
        file = folder / "large.bib"
        file.write_text(_entry(field, part))
        octavo(ordeal.instance, "import", "--yes", str(file))
        with opened(ordeal.instance) as app:
            client = app.test_client()
            for page in ("/", "/publications/made-1"):  # templates, which every site has read
                _seconds(client, page)
            for page in PAGES:
                took = _seconds(client, page)
                if took > slowest:
                    slowest, where = took, f"{page} of {name}"
    assert slowest < MAX_SECONDS, f"{slowest:.2f} s for {where}"
    return f"a megabyte in {len(FIELDS)} fields; the slowest page {1000 * slowest:.0f} ms, {where}"


def _entry(field: str, part: Callable[[int], str]) -> str:
    """A publication whose field is a megabyte of parts."""
    value = "".join(map(part, range(MEGABYTE // len(part(99_999)))))
    fields = {"title": "Large", "author": "Zed, Ann", "year": "2020", field: value}
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@article{{large,\n{body}\n}}\n"


def _seconds(client: FlaskClient, page: str) -> float:
    """Of this process's own time, so that other work on the machine does not count."""
    start = time.process_time()
    answer = client.get(page, follow_redirects=True)
    assert answer.status_code == 200, f"{answer.status} for {page}"
    return time.process_time() - start
