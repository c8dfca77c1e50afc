"""Write `messages.pot`, and update every `.po` file: `python -m translations [LANGUAGE...]`.

A file is created for a language that has none. A text that changed a little keeps its translation,
marked as fuzzy: it is not used until someone removes the mark.
"""

import io
import re
import sys

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from webapp.translation import FOLDER

from .texts import collect

TEMPLATE = FOLDER / "messages.pot"

# Headers that would change with every run, or that say nothing.
_HEADERS = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Project-Id-Version|Report-Msgid-Bugs-To'
    r"|Last-Translator|Language-Team): .*\n",
    re.MULTILINE,
)


def render(catalog: Catalog) -> str:
    """Return the text of a catalog."""
    file = io.BytesIO()
    write_po(file, catalog, width=98, include_lineno=False)
    return _HEADERS.sub("", file.getvalue().decode())


def main(languages: list[str]) -> None:
    """Write the template and all translations."""
    template = collect()
    TEMPLATE.write_text(render(template), "utf-8")
    for language in {*languages, *(file.stem for file in FOLDER.glob("*.po"))}:
        file = FOLDER / f"{language}.po"
        locale = Locale.parse(language, sep="-")
        catalog = Catalog(locale, header_comment=template.header_comment, fuzzy=False)
        if file.exists():
            catalog = read_po(io.BytesIO(file.read_bytes()), locale, abort_invalid=True)
        catalog.update(template)
        file.write_text(render(catalog), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
