"""The entry types and field names of BibTeX, biblatex and the programs that write them."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

_TYPES_NAMES = """
article book booklet conference inbook incollection inproceedings manual mastersthesis misc
phdthesis proceedings techreport unpublished bookinbook suppbook suppperiodical collection
mvbook mvcollection mvproceedings mvreference reference inreference online electronic www
patent periodical report thesis dataset software softwareversion softwaremodule codefragment
artwork audio image video movie music performance review standard legislation legal
jurisdiction letter bibnote commentary customa customb customc customd custome customf
suppcollection presentation preprint webpage blog post talk poster
bachelorsthesis mastersthesis diplomathesis data internet newspaper magazine
"""
TYPES: Final = frozenset(_TYPES_NAMES.split())

# Types of entries that describe no publication.
NOT_PUBLICATIONS: Final = frozenset({"xdata", "set", "ieeetranbstctl", "control", "rivercontrol"})

_CONTAINED_NAMES = """
inproceedings conference incollection inbook inreference bookinbook suppbook suppcollection
"""
CONTAINED: Final = frozenset(_CONTAINED_NAMES.split())  # types of parts of a book

THESES: Final[Mapping[str, str]] = {
    "phdthesis": "PhD thesis",
    "mastersthesis": "Master’s thesis",
    "bachelorsthesis": "Bachelor’s thesis",
    "diplomathesis": "Diploma thesis",
    "thesis": "",
}
MASTERS_THESIS: Final = "Master's thesis"  # as other formats describe the type
_MASTERS_THESIS = re.compile(r"master|m\.?sc|diplom", re.IGNORECASE)

# The types of CSL, and the nearest of BibTeX.
CSL_TYPES: Final[Mapping[str, str]] = {
    "article-journal": "article", "article-magazine": "article", "article-newspaper": "article",
    "article": "misc", "paper-conference": "inproceedings", "chapter": "incollection",
    "entry": "inreference", "entry-encyclopedia": "inreference", "entry-dictionary": "inreference",
    "book": "book", "thesis": "phdthesis", "report": "techreport", "manuscript": "unpublished",
    "webpage": "online", "post": "online", "post-weblog": "online", "patent": "patent",
    "software": "software", "dataset": "dataset", "standard": "standard", "graphic": "artwork",
    "motion_picture": "movie", "song": "music", "broadcast": "video", "speech": "presentation",
    "pamphlet": "booklet", "periodical": "periodical", "review": "review", "bill": "legislation",
    "legislation": "legislation", "performance": "performance", "document": "misc",
}  # fmt: skip

# Types whose `number` in other formats is that of the article.
WITH_ARTICLE_NUMBERS: Final = frozenset({"article", "inproceedings"})

# Synonyms of field names, and the name that is used here.
ALIASES: Final[Mapping[str, str]] = {
    "journaltitle": "journal",
    "location": "address",
    "keyword": "keywords",
    "primaryclass": "eprintclass",
    "archiveprefix": "eprinttype",
    "arxivid": "arxiv",
    "issue_date": "issuedate",
    "articleno": "eid",
    "article-number": "eid",
    "articlenumber": "eid",
}

LINK_FIELDS: Final[Mapping[str, str]] = {
    "pdf": "pdf",
    "code": "code",
    "github": "code",
    "website": "website",
    "html": "website",
    "blog": "website",
    "project": "website",
    "slides": "slides",
    "video": "video",
    "poster": "poster",
    "data": "data",
    "dataset": "data",
    "supp": "supplement",
    "supplement": "supplement",
    "url": "url",
    "ee": "url",
    "bdsk-url-1": "url",
    "link": "url",
}

LANGUAGES: Final[Mapping[str, str]] = {
    "english": "en", "american": "en-US", "usenglish": "en-US", "british": "en-GB",
    "ukenglish": "en-GB", "canadian": "en-CA", "australian": "en-AU", "german": "de",
    "ngerman": "de", "deutsch": "de", "austrian": "de-AT", "naustrian": "de-AT",
    "swissgerman": "de-CH", "nswissgerman": "de-CH", "french": "fr", "francais": "fr",
    "français": "fr", "acadian": "fr-CA", "canadien": "fr-CA", "spanish": "es", "español": "es",
    "italian": "it", "italiano": "it", "portuguese": "pt", "portuges": "pt", "brazil": "pt-BR",
    "brazilian": "pt-BR", "dutch": "nl", "nederlands": "nl", "danish": "da", "swedish": "sv",
    "norwegian": "no", "norsk": "nb", "nynorsk": "nn", "finnish": "fi", "icelandic": "is",
    "polish": "pl", "polski": "pl", "czech": "cs", "slovak": "sk", "slovene": "sl",
    "slovenian": "sl", "croatian": "hr", "serbian": "sr", "bulgarian": "bg", "russian": "ru",
    "ukrainian": "uk", "greek": "el", "turkish": "tr", "hungarian": "hu", "magyar": "hu",
    "romanian": "ro", "estonian": "et", "latvian": "lv", "lithuanian": "lt", "catalan": "ca",
    "basque": "eu", "galician": "gl", "latin": "la", "hebrew": "he", "arabic": "ar",
    "persian": "fa", "japanese": "ja", "chinese": "zh", "korean": "ko", "hindi": "hi",
    "vietnamese": "vi", "thai": "th", "indonesian": "id", "malay": "ms", "welsh": "cy",
    "irish": "ga",
}  # fmt: skip

_NAME_FIELDS_NAMES = """
author editor editora editorb editorc translator annotator commentator introduction foreword
afterword bookauthor holder director performer artist composer advisor
"""
NAME_FIELDS: Final = frozenset(_NAME_FIELDS_NAMES.split())
NOTE_FIELDS: Final = frozenset({"note", "addendum", "annotation", "howpublished"})
TITLE_FIELDS: Final = frozenset(
    {"title", "subtitle", "booktitle", "booksubtitle", "journal", "journalsubtitle", "maintitle"}
)
# Fields that are shown with elements, <i> and <sub>; all others are plain text.
RICH_FIELDS: Final = frozenset(
    {
        "title",
        "subtitle",
        "titleaddon",
        "shorttitle",
        "abstract",
        *NOTE_FIELDS,
        "award",
        "award_name",
    }
)
OPEN_ACCESS: Final = "openaccess"  # where a work is free to read
ADDRESS_FIELDS: Final = frozenset({*LINK_FIELDS, "doi", "eprint", "arxiv", OPEN_ACCESS})

# Fields that RIS and CSL lack: writers put them into a custom field or a note, with their names.
ONLY_IN_NOTES: Final = ("license", "rights", "copyright", "howpublished", "organization")


def restored_type(recorded: str, nearest: str, description: str) -> str:
    """Return the type that an export recorded beside its own, else the nearest to its own."""
    return recorded if recorded in TYPES else thesis_type(nearest, description)


def thesis_type(kind: str, description: str) -> str:
    """Return the type of an entry, "mastersthesis" for a thesis that is described as such."""
    is_masters = kind == "phdthesis" and _MASTERS_THESIS.search(description)
    return "mastersthesis" if is_masters else kind


def container_fields(kind: str) -> tuple[str, str]:
    """Return the fields for the container title of an entry of a type, and its short form."""
    if kind in CONTAINED:
        return "booktitle", "shortbooktitle"
    return "journal", "shortjournal"


def serial_field(kind: str) -> str:
    """Return the field for the ISBN or ISSN of an entry of a type."""
    return "isbn" if kind in ("book", "collection", *CONTAINED) else "issn"


def rename_publisher(fields: Iterable[tuple[str, str]], kind: str) -> list[tuple[str, str]]:
    """Return the fields with the publisher of a thesis as its school, of a report as institution.

    Other formats have one field for all of them.
    """
    names = {"phdthesis": "school", "mastersthesis": "school", "techreport": "institution"}
    publisher = names.get(kind, "publisher")
    return [(publisher if name == "publisher" else name, value) for name, value in fields]
