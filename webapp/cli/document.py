"""The command `document`."""

from pathlib import Path

import click

from ..catalog import (
    Catalog,
    Criteria,
    ListText,
    Scope,
    make_document,
    own_people,
    people_named,
)
from ..formats.csl.citations import STYLES
from ..formats.documents.document import NUMBERINGS
from ..formats.documents.grouping import GROUPINGS
from ..formats.documents.options import DEFAULT_STYLE, DocumentOptions
from ..formats.documents.registry import DOCUMENT_FORMATS, write
from ..site import site
from .command import Command
from .common import the_catalog
from .exits import Refused
from .output import output_file

ALL = 10_000_000  # publications: more than in any catalog
MAX_NAMED = 10  # lists or people in a message


@click.command("document", cls=Command)
@click.option("--search", default="", metavar="WORDS", help="Only what a search of the site finds.")
@click.option("--list", "list_", metavar="SLUG", help="Only one of the lists in site.toml.")
@click.option("--person", metavar="SLUG", help="Only what a person wrote, whose name is bold.")
@click.option("--selection", metavar="SLUGS", help="Only these: what an address has after of=.")
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
    list_: str | None,
    person: str | None,
    selection: str | None,
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
    catalog, settings = the_catalog(), site().settings
    name = format_ or _format_of(output)
    scope, title = _find_scope(catalog, list_, person, selection)
    people = catalog.scopes.people
    hits = catalog.find_hits(Criteria.from_args({"q": [search]}, scope), ALL)
    document = make_document(
        (people.members.rename(stored.record) for stored in catalog.load(hits.ids)),
        ListText(
            title or settings.title,
            " ".join(search.split()),
            author=title if scope and scope.kind == "people" else "",
        ),
        DocumentOptions(style, group, number, all_authors),
        people_named(bold) if bold else own_people(settings, people, scope),
        settings,
        site().translation,
        oldest_first=catalog.scopes.order(scope) == "oldest",
    )
    with output_file(output) as file:
        for piece in write(document, name):
            file.buffer.write(piece)


def _find_scope(
    catalog: Catalog, list_: str | None, person: str | None, selection: str | None
) -> tuple[Scope | None, str]:
    """Return the part of the catalog that the options name, and its title.

    Raises Refused if there is none, or if they name several.
    """
    if sum(option is not None for option in (list_, person, selection)) > 1:
        raise Refused("Use only one of --list, --person and --selection.")
    scopes = catalog.scopes
    if selection is not None:
        return scopes.selection([selection], catalog.database), ""
    if list_ is not None:
        if (named := scopes.named_list(list_)) is None:
            raise _unknown(catalog, "lists", list_, "a list in site.toml")
        return Scope("lists", named.slug), named.title
    if person is None:
        return None, ""
    if not scopes.has(Scope("people", person)):
        raise _unknown(catalog, "people", person, "a person with a page")
    member, author = scopes.people.member(person), scopes.people.author(person)
    return Scope("people", person), member.name if member else author.name if author else person


def _unknown(catalog: Catalog, kind: str, slug: str, what: str) -> Refused:
    slugs = [scope.slug for scope in catalog.scopes.declared() if scope.kind == kind]
    known = ", ".join(slugs[:MAX_NAMED]) or "none"
    return Refused(f"“{slug}” is not {what}. There is {known}.")


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
