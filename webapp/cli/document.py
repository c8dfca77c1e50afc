"""The command `document`."""

from pathlib import Path

import click

from ..catalog import Criteria, named, own_person
from ..formats.bibliography import bibliography
from ..formats.bibtex.bibtex import public
from ..formats.csl.citations import STYLES
from ..formats.documents.document import NUMBERINGS, Document
from ..formats.documents.grouping import GROUPINGS, make_sections
from ..formats.documents.options import DEFAULT_STYLE
from ..formats.documents.registry import DOCUMENT_FORMATS, write
from ..site import site
from .command import Command
from .common import the_catalog
from .exits import Refused
from .output import output_file

ALL = 10_000_000  # publications: more than in any catalog


@click.command("document", cls=Command)
@click.option("--search", default="", metavar="WORDS", help="Only what a search of the site finds.")
@click.option(
    "--style",
    type=click.Choice(list(STYLES)),
    default=DEFAULT_STYLE,
    show_default=True,
    help="The citation style.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(DOCUMENT_FORMATS)),
    help="The format to write, by default that of the file's name.",
)
@click.option(
    "--group",
    type=click.Choice(list(GROUPINGS)),
    default=GROUPINGS[0],
    show_default=True,
    help="The headings.",
)
@click.option(
    "--number",
    type=click.Choice(list(NUMBERINGS)),
    default=NUMBERINGS[0],
    show_default=True,
    help="How publications are numbered.",
)
@click.option("--bold", multiple=True, metavar="NAME", help="A name in bold, not the owner's.")
@click.option("--all-authors", is_flag=True, help="Name everyone, even beyond “et al.”.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    default="-",
    help="The file to write, standard output by default. It is replaced when all is written.",
)
def document_command(
    search: str,
    style: str,
    format_: str | None,
    group: str,
    number: str,
    bold: tuple[str, ...],
    all_authors: bool,
    output: Path,
) -> None:
    """Write publications as a document: all citations in one style, grouped and numbered.

    Example: octavo document --style ieee --number down -o publications.docx
    """
    catalog, settings, translation = the_catalog(), site().settings, site().translation
    name = format_ or _format_of(output)
    hits = catalog.find_hits(Criteria.from_args({"q": [search]}), ALL)
    added = settings.public_fields
    records = [
        bibliography(public(stored.record, added), added) for stored in catalog.load(hits.ids)
    ]
    document = Document(
        title=settings.title,
        sections=make_sections(records, group, number, translate=translation.gettext),
        style=style,
        numbering=number,
        is_own=named(bold) if bold else own_person(settings),
        language=translation.language,
        direction=translation.direction,
        subtitle=" ".join(search.split()),
        author=settings.owner,
        all_people=all_authors,
    )
    with output_file(output) as file:
        for piece in write(document, name):
            file.buffer.write(piece)


def _format_of(output: Path) -> str:
    """Return the format that the name of a file ends with; plain text for standard output."""
    if str(output) == "-":
        return "txt"
    extension = output.suffix.removeprefix(".").lower()
    for name, row in DOCUMENT_FORMATS.items():
        if extension in (name, row.extension):
            return name
    known = ", ".join(f".{row.extension}" for row in DOCUMENT_FORMATS.values())
    raise Refused(f"{output}: this name ends with none of {known}. Add --format.")
