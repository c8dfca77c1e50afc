"""A link checker for a folder of static files."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

_CSS_URL = re.compile(r"""url\(\s*["']?([^"')]+)""")


def broken_links(folder: Path) -> list[str]:
    """Return every link, image, script and feed link of the files that leads nowhere."""
    return [
        f"{file.relative_to(folder)}: {url}"
        for file in sorted(folder.rglob("*"))
        for url in _urls(file)
        if not _leads_somewhere(url, file, folder)
    ]


def _urls(file: Path) -> list[str]:
    if file.suffix in (".html", ".atom"):
        parser = "xml" if file.suffix == ".atom" else "html.parser"
        page = BeautifulSoup(file.read_text("utf-8"), parser)
        names = ("href", "src", "action")
        return [str(tag[name]) for tag in page.find_all() for name in names if tag.get(name)]
    if file.suffix == ".css":
        return _CSS_URL.findall(file.read_text("utf-8"))
    return []


def _leads_somewhere(url: str, file: Path, folder: Path) -> bool:
    parts = urlsplit(url)
    if parts.scheme in ("https", "http", "mailto") and parts.hostname != "localhost":
        return True
    if parts.scheme or parts.netloc or parts.query or parts.path.startswith("/"):
        return False
    target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
    if not target.is_file() or folder.resolve() not in target.resolve().parents:
        return False
    return not parts.fragment or _has_id(target, unquote(parts.fragment))


def _has_id(file: Path, name: str) -> bool:
    page = BeautifulSoup(file.read_text("utf-8"), "html.parser")
    return page.find(id=name) is not None
