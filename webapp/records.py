"""One publication as plain data: what formats produce and the catalog saves."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

# The kinds of link a record can carry, in the order the page shows them, with their labels.
LINK_KINDS: Mapping[str, str] = {
    "pdf": "PDF",
    "arxiv": "arXiv",
    "doi": "DOI",
    "code": "Code",
    "website": "Website",
    "slides": "Slides",
    "video": "Video",
    "poster": "Poster",
    "data": "Data",
    "supplement": "Supplement",
    "url": "Link",
}

# The types of records and their labels.
TYPE_LABELS: Mapping[str, str] = {
    "article": "Journal article",
    "inproceedings": "Conference paper",
    "conference": "Conference paper",
    "proceedings": "Proceedings",
    "book": "Book",
    "booklet": "Booklet",
    "inbook": "Book chapter",
    "incollection": "Book chapter",
    "phdthesis": "PhD thesis",
    "mastersthesis": "Master’s thesis",
    "thesis": "Thesis",
    "techreport": "Technical report",
    "report": "Report",
    "manual": "Manual",
    "online": "Website",
    "patent": "Patent",
    "dataset": "Dataset",
    "software": "Software",
    "unpublished": "Unpublished work",
}

# The values of the fields `selected` and `hidden` that mean no.
NO_WORDS: Final = ("", "0", "false", "no", "off")

# Names in these scripts have the family name first, no space and no initials.
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+")


def is_cjk(*names: str) -> bool:
    """Return whether all of these names are in Chinese, Japanese or Korean script."""
    return all(map(_CJK.fullmatch, names))


@dataclass(frozen=True, slots=True)
class Person:
    """An author or editor. Of a corporate name only `literal` is set, to the whole name."""

    family: str = ""
    given: str = ""
    particle: str = ""  # "van der"
    suffix: str = ""  # "Jr."
    literal: str = ""
    equal: bool = False  # marked as an equal contributor
    # The marks as written, "*†"; `annotation` explains them. Not compared, since `source` has them.
    marks: str = field(default="", compare=False)
    orcid: str = field(default="", compare=False)  # "0000-0002-1825-0097"; `source` has it too

    @property
    def name(self) -> str:
        """The name in reading order: "Ludwig van Beethoven, Jr."."""
        if self.literal:
            return self.literal
        if not self.given.isascii() and is_cjk(self.family, self.given):
            return self.family + self.given
        name = f"{self.given} {self.last_name}".strip()
        return f"{name}, {self.suffix}" if self.suffix else name

    @property
    def last_name(self) -> str:
        """The family name with its particle: "van Beethoven", "d'Alembert"."""
        return with_particle(self.particle, self.family)


def with_particle(particle: str, family: str) -> str:
    """Return a family name after its particle, which an apostrophe or a hyphen joins to it."""
    gap = "" if particle.endswith(("'", "’", "-", "‐", "‑")) else " "
    return f"{particle}{gap}{family}" if particle and family else particle or family


# Words for works that are accepted but have no date yet.
FORTHCOMING: Final = (
    *("forthcoming", "in press", "to appear", "accepted", "online first"),
    *("to be published", "ahead of print"),
    *("advance online publication", "im druck", "erscheint", "à paraître", "en prensa"),
    *("in stampa", "no prelo", "υπό έκδοση", "в печати"),
)

# The last of the authors if the source ends them with `and others`.
OTHERS = Person(literal="et al.")

# People, at most, in a citation and in the metadata of a publication's page.
NAMED_PEOPLE = 500


@dataclass(frozen=True, slots=True)
class Link:
    """A link: `kind` is a key of LINK_KINDS, `url` is absolute or a name below files/."""

    kind: str
    url: str

    @property
    def label(self) -> str:
        return LINK_KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Record:
    """One publication. All text is Unicode without LaTeX, except mathematics, which is `$TeX$`.

    `fields` has, as text, all source fields without an attribute: volume, pages, publisher.
    `source` has all fields as written, in order, for the BibTeX export.
    """

    key: str  # the citation key
    type: str  # the BibTeX entry type, lower case: "article", "misc"
    title: str = ""
    authors: tuple[Person, ...] = ()
    editors: tuple[Person, ...] = ()
    venue: str = ""  # the short name a list shows: "ASPLOS", "Preprint"
    container: str = ""  # the container title in full: journal, book, proceedings
    date: str = ""  # ISO 8601, as precise as known ("2025-03"), or as written ("forthcoming")
    year: int | None = None
    abstract: str = ""
    doi: str = ""  # without a resolver: "10.1145/3575693.3576933"
    arxiv: str = ""  # the identifier alone: "2207.04296"
    language: str = ""  # a BCP 47 tag; "" if the source has none
    links: tuple[Link, ...] = ()
    tags: tuple[str, ...] = ()
    version_of: str = ""  # the key of the published version of the same work
    fields: Mapping[str, str] = field(default_factory=dict)
    source: Mapping[str, str] = field(default_factory=dict)
    slug: str = ""  # the catalog sets it when it saves a record for the first time

    @property
    def is_hidden(self) -> bool:
        """Whether only editors see the publication. It needs `source`, which lists do not load.

        `versions.is_hidden` is the same condition in SQL.
        """
        return self.source.get("hidden", "").strip("{} ").lower() not in NO_WORDS

    @property
    def is_forthcoming(self) -> bool:
        """Whether the work is accepted, but has no date yet."""
        date = self.date.lower()
        return self.year is None and any(word in date for word in FORTHCOMING)


def limit_people(people: tuple[Person, ...], count: int) -> tuple[Person, ...]:
    """Return the people; of more than `count`, the first ones followed by OTHERS."""
    return people if len(people) <= count else (*people[:count], OTHERS)


def with_limited_people(record: Record) -> Record:
    """Return the record with at most NAMED_PEOPLE authors and editors each, then OTHERS."""
    return replace(
        record,
        authors=limit_people(record.authors, NAMED_PEOPLE),
        editors=limit_people(record.editors, NAMED_PEOPLE),
    )


def type_label(name: str) -> str:
    """Return the label of a type: "Conference paper" for "inproceedings"."""
    return TYPE_LABELS.get(name) or ("Other" if name == "misc" else name.capitalize())
