"""The last step of every reader: blocks to records."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from ..errors import UnreadableFileError
from ..records import Person, Record
from . import dates, entries, names
from .bibtex.values import make_writable
from .json import items as json_items
from .keys import make_keys_distinct, make_keys_safe
from .latex.encoding import encode
from .markup import conversion
from .people import orcids
from .reading import Block, Problem, Reading
from .time_limit import guard

T = TypeVar("T")
Progress = Callable[[float], None]  # called with the share of the file that has been read, 0 to 1

_ESCAPED = re.compile(r"\\([_%&#~$])")
_NOT_IN_URLS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", "^": "%5E"})
_URL_FIELDS = frozenset({"url", "pdf", "code", "website", "doi", "eprint"})


def read_entries(
    entries_of_file: Iterable[T | Problem],
    make_block: Callable[[T], Block],
    line_of: Callable[[T], int],
    progress: Progress | None,
) -> Reading:
    """Return the publications of a file whose values are plain text: any format but BibTeX.

    `entries_of_file` has problems in place of entries that cannot be read.
    """
    blocks: list[Block] = []
    problems: list[Problem] = []
    for entry in entries_of_file:
        block = (
            entry
            if isinstance(entry, Problem)
            else guard(partial(make_block, entry), line_of(entry), "")
        )
        if isinstance(block, Problem):
            problems.append(block)
        else:
            blocks.append(block)
    if not blocks and not problems:
        raise UnreadableFileError("There is no publication in this file.")
    for block in blocks:
        problems += block.problems
        values = dict(reversed(block.fields))  # the first field of a name counts
        sources = [
            (name, source_of(name, value))
            for written in reversed(values)
            for name, value in _in_bibtex(written, values).items()
        ]
        block.fields = [(name, source) for name, source in sources if source]
        if not block.fields:
            message = "This entry has nothing but its type, so it was left out."
            problems.append(Problem(block.line, block.key, "empty-entry", message, rejected=True))
    blocks = [block for block in blocks if block.fields]
    # Most of these formats have no citation keys, so a missing one is no problem.
    problems += (problem for problem in make_keys_distinct(blocks) if problem.reason != "no-key")
    problems += make_keys_safe(blocks)
    return build_records(blocks, problems, [], progress)


def _in_bibtex(name: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return a field as BibTeX has it, where a date is `year` and `month` too."""
    if name != "date" or "year" in values:
        return {name: values[name]}
    return dates.to_fields(values[name])


def build_records(
    blocks: Sequence[Block],
    problems: list[Problem],
    skipped: list[Problem],
    progress: Progress | None,
    share: float = 0.0,
) -> Reading:
    """Return the reading for blocks with distinct keys whose values are LaTeX.

    `share` of the work has been done before.
    """
    records: list[Record] = []
    lines: list[int] = []
    for number, block in enumerate(blocks, 1):
        build = partial(entries.build, block.key, block.type, dict(block.fields))
        built = guard(build, block.line, block.key)
        block.fields = []
        if isinstance(built, Problem):
            problems.append(built)
        else:
            problems += (
                Problem(block.line, block.key, doubt.reason, doubt.message)
                for doubt in built.doubts
            )
            records.append(built.record)
            lines.append(block.line)
        if progress:
            progress(share + (1 - share) * number / len(blocks))
    problems.sort(key=lambda problem: problem.line)
    return Reading(tuple(records), tuple(lines), tuple(problems), tuple(skipped))


def source_of(name: str, value: str) -> str:
    """Return a plain value as LaTeX. Names of people have been converted by `people_source`."""
    if name == "abstract":
        return make_writable("\n\n".join(paragraphs(conversion.from_text(name, value))))
    if name in ("author", "editor") or orcids.is_annotation(name):
        return " ".join(value.split())
    if name in _URL_FIELDS:
        words = " ".join(conversion.address(value).split())
        return _ESCAPED.sub(r"\1", words).translate(_NOT_IN_URLS)
    return " ".join(conversion.from_text(name, value).split())


def paragraphs(value: str) -> list[str]:
    """Return the paragraphs of a text, which blank lines separate, each on one line."""
    parts = (" ".join(part.split()) for part in re.split(r"\n\s*\n", value))
    return [part for part in parts if part]


def people_fields(role: str, people: Iterable[Person]) -> dict[str, str]:
    """Return the fields of people, `role` being "author" or "editor", and of their ORCID iDs."""
    named = [person for person in people if person.name]
    return {role: people_source(named), f"{role}+an:orcid": orcids.annotation(named)}


def people_source(people: Iterable[Person]) -> str:
    """Return the source of an `author` or `editor` field."""
    return " and ".join(
        "others" if person.literal == "et al." else name_source(person)
        for person in map(_without_markup, people)
        if person.name
    )


def _without_markup(person: Person) -> Person:
    if names.is_homonym(person.family) and person.given:  # as Zotero reads dblp
        person = names.parse(encode(person.given))
    return replace(
        person,
        family=conversion.name(person.family),
        given=conversion.name(person.given),
        particle=conversion.name(person.particle),
        suffix=conversion.name(person.suffix),
        literal=conversion.name(person.literal),
    )


def name_source(person: Person) -> str:
    """Return a name in BibTeX's form, of which `names.parse` makes the same person."""
    if person.literal:
        return "{" + encode(person.literal) + "}"
    parts = [encode(part) for part in (person.family, person.suffix, person.given)]
    braced_parts = ["{" + part + "}" if part else "" for part in parts]
    for family, suffix, given in (parts, braced_parts):
        last = f"{encode(person.particle)} {family}".strip()
        source = ", ".join([last, suffix, given] if suffix else [last, given]).rstrip(", ")
        if names.parse(source) == person and len(names.split(source)) == 1:
            return source
    return "{" + encode(person.name) + "}"


def keywords(tags: Iterable[str]) -> str:
    """Join tags to a field that is split into the same tags again."""
    joined = "; ".join(" ".join(tag.split()) for tag in tags if tag.strip())
    has_semicolon = conversion.replace_semicolons(joined, "") != joined
    return f"{joined};" if "," in joined and not has_semicolon else joined


def page_range(first: str, last: str) -> str:
    """Return "100–112" for a first and a last page, or the only one of them."""
    return f"{first}–{last}" if first and last and first != last else first or last


def citation_key(identifier: object) -> str:
    """Return the citation key that an identifier of another format is, on one line."""
    return " ".join(json_items.words(identifier).split())
