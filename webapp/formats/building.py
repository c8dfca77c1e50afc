"""Blocks -> records: the last step of every reader."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from ..errors import UnreadableFileError
from ..records import Person, Record
from . import entries, names
from .bibtex.values import stripped
from .json import entries as json_items
from .keys import distinct_keys
from .latex.encoding import encode
from .reading import Block, Problem, Reading
from .time_limit import guarded

Progress = Callable[[float], None]  # called with the share of the file that is read, 0 to 1

_ESCAPED = re.compile(r"\\([_%&#~$])")
_NOT_IN_ADDRESSES = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", "^": "%5E"})
_ADDRESSES = frozenset({"url", "pdf", "code", "website", "doi", "eprint"})


def finish(
    name: str,
    blocks: Sequence[Block],
    problems: list[Problem],
    skipped: list[Problem],
    progress: Progress | None,
    share: float = 0.0,
) -> Reading:
    """The reading of blocks whose keys are distinct and whose fields are LaTeX text.

    `share` of the work was done to find them.
    """
    records: list[Record] = []
    lines: list[int] = []
    for number, block in enumerate(blocks, 1):
        built = guarded(partial(_built, block), block.line, block.key)
        block.fields = []
        if isinstance(built, Problem):
            problems.append(built)
        else:
            problems += (Problem(block.line, block.key, d.reason, d.message) for d in built.doubts)
            records.append(built.record)
            lines.append(block.line)
        if progress:
            progress(share + (1 - share) * number / len(blocks))
    problems.sort(key=lambda problem: problem.line)
    return Reading(name, tuple(records), tuple(lines), tuple(problems), tuple(skipped))


def _built(block: Block) -> entries.Built:
    return entries.build(block.key, block.type, dict(block.fields))


def from_text(name: str, found: Iterable[Block | Problem], progress: Progress | None) -> Reading:
    """The reading of blocks whose fields are plain text: what the formats beside BibTeX give."""
    blocks: list[Block] = []
    problems: list[Problem] = []
    for each in found:
        if isinstance(each, Problem):
            problems.append(each)
        else:
            blocks.append(each)
    if not blocks and not problems:
        raise UnreadableFileError("There is no publication in it.")
    for block in blocks:
        problems += block.problems
        said = dict(reversed(block.fields))
        block.fields = [(name, as_source(name, said[name])) for name in reversed(said)]
        block.fields = [(name, value) for name, value in block.fields if value]
    full = [block for block in blocks if block.fields]
    for block in blocks:
        if not block.fields:
            message = "It says nothing but its type, so it was left out."
            problems.append(Problem(block.line, block.key, "empty-entry", message, rejected=True))
    made = "no-key"  # most of these formats have no keys, so that is no fault
    problems += (problem for problem in distinct_keys(full) if problem.reason != made)
    return finish(name, full, problems, [], progress)


def as_source(name: str, value: str) -> str:
    """A field's text as BibTeX writes it. Names are in BibTeX's form already: see `name_source`."""
    if name == "abstract":
        return stripped("\n\n".join(map(encode, paragraphs(value))))
    words = " ".join(value.split())
    if name in ("author", "editor"):
        return words
    if name in _ADDRESSES:
        return _ESCAPED.sub(r"\1", words).translate(_NOT_IN_ADDRESSES)
    return encode(words)


def paragraphs(value: str) -> list[str]:
    """What blank lines part, each on one line."""
    parts = (" ".join(part.split()) for part in re.split(r"\n\s*\n", value))
    return [part for part in parts if part]


def name_source(person: Person) -> str:
    """A person in BibTeX's form, so that `names.parse` gives the same person."""
    if person.literal:
        return "{" + encode(person.literal) + "}"
    parts = [encode(part) for part in (person.family, person.suffix, person.given)]
    for family, suffix, given in (parts, [_braced(part) for part in parts]):
        last = f"{encode(person.particle)} {family}".strip()
        source = ", ".join([last, suffix, given] if suffix else [last, given]).rstrip(", ")
        if names.parse(source) == person and len(names.split(source)) == 1:
            return source
    return "{" + encode(person.name) + "}"


def _braced(part: str) -> str:
    return "{" + part + "}" if part else ""


def people_source(people: Iterable[Person]) -> str:
    return " and ".join(
        "others" if person.literal == "et al." else name_source(person)
        for person in people
        if person.name
    )


def keywords(tags: Iterable[str]) -> str:
    """Tags as one field that is split into the same again."""
    joined = "; ".join(" ".join(tag.split()) for tag in tags if tag.strip())
    return f"{joined};" if "," in joined and ";" not in joined else joined


def key_of(written: object) -> str:
    """A citation key that BibTeX can hold, from an identifier of another format."""
    words = json_items.words(written)
    kept = "".join("_" if character in "{},=%#~\\\"()'" else character for character in words)
    return "-".join(kept.replace("^^", "__").split())[:200]
