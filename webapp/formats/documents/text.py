"""Documents as plain text, in UTF-8: a citation is one line."""

from collections.abc import Iterator

from .document import Document


def write(document: Document) -> Iterator[str]:
    """Yield the lines of a document."""
    yield _heading(document.title, "=")
    if document.subtitle:
        yield f"\n{document.subtitle}\n"
    for section in document.sections:
        if section.heading:
            yield "\n" + (
                _heading(section.heading, "-") if section.level == 1 else f"{section.heading}\n"
            )
        for entry in document.entries(section):
            number = f"{entry.number}. " if entry.number else ""
            yield f"\n{number}{entry.text}\n"
    if document.note:
        yield f"\n{document.note}\n"


def _heading(text: str, line: str) -> str:
    return f"{text}\n{line * len(text)}\n"
