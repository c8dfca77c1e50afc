"""A folder of an owner's files: some may be served; others, in it and beside it, may not."""

import os
from pathlib import Path


def fill(instance: Path) -> Path:
    """Create the folder `files/` of an instance, and the files that its links lead to."""
    folder = instance / "files"
    (folder / "talks").mkdir(parents=True)
    (folder / "sorting.pdf").write_bytes(b"%PDF-1.4 " + b"x" * 100)
    (folder / "talks" / "slides.txt").write_text("slides")
    (folder / ".hidden.pdf").write_text("secret")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("secret")
    (folder / "talks" / ".draft").write_text("secret")
    (instance / "secret").mkdir()
    (instance / "secret" / "a.pdf").write_text("secret")
    (instance / "files-not").mkdir()
    (instance / "files-not" / "a.pdf").write_text("secret")
    links = {
        "out.pdf": "../secret/a.pdf",
        "absolute.pdf": str(instance / "secret" / "a.pdf"),
        "beside.pdf": "../files-not/a.pdf",
        "folder": "../secret",
        "chain.pdf": "chained.pdf",
        "chained.pdf": "out.pdf",
        "chain": "folder",
        "to-hidden.pdf": ".hidden.pdf",
        "circle.pdf": "circle.pdf",
        "nowhere.pdf": "missing.pdf",
        "site.pdf": "../site.toml",
        "same.pdf": "talks/../sorting.pdf",
        "lectures": "talks",
    }
    for name, target in links.items():
        (folder / name).symlink_to(target)
    os.mkfifo(folder / "pipe.pdf")
    return folder


# Names below /files/ that are not found.
REFUSED = (
    *(".hidden.pdf", ".git/config", "talks/.draft", "out.pdf", "absolute.pdf", "beside.pdf"),
    *("folder/a.pdf", "chain.pdf", "chain/a.pdf", "to-hidden.pdf", "circle.pdf", "nowhere.pdf"),
    *("site.pdf", "pipe.pdf", "talks", "talks/", "..", "../site.toml", "%2e%2e/site.toml"),
    *(
        "talks/../../site.toml",
        "talks/%2e%2e/%2e%2e/site.toml",
        "x" * 300,
        "a%00.pdf",
        "%2e/sorting",
    ),
    *("..%2fsite.toml", "%5c..%5csite.toml", "sorting.pdf/x", "/etc/passwd", "%2fetc%2fpasswd"),
)
