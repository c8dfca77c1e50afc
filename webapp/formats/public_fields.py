"""The fields of an entry that visitors see: on its page, in exports, feeds and citations.

DESIGN: a list of what is public, one row for each field. Owners and their programs write anything
into entries (notes, ratings, paths of files), so what is not listed stays private. `source` has
every field, and `octavo export` writes all of them; the setting `public_fields` adds to the list. A
row may be limited to the types of entry for which the field describes the publication. Fields that
only arrange a page (`selected`, `preview`), link to files or refer to other entries of the owner's
file are not bibliography: the page may use them, exports and citations leave them out.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

_PATENTS: Final = frozenset({"patent"})
_SOFTWARE: Final = frozenset(
    {"software", "softwareversion", "softwaremodule", "codefragment", "dataset", "data", "misc"}
)
_MEDIA: Final = frozenset({"artwork", "audio", "image", "movie", "music", "performance", "video"})


@dataclass(frozen=True, slots=True)
class PublicField:
    """A row: its label if a publication's page shows it, and its types if it has not all.

    `exported` says whether exports and citations have the field.
    """

    label: str = ""
    types: frozenset[str] = frozenset()
    exported: bool = True


_WITHOUT_LABEL = """
title subtitle titleaddon shorttitle maintitleaddon mainsubtitle booktitle booktitleaddon
shortbooktitle journal journaltitle journalsubtitle journaltitleaddon shortjournal issuetitleaddon
issuesubtitle eventtitleaddon indextitle reprinttitle origtitle origlanguage origlocation
origpublisher origdate
author editor editora editorb editorc editortype editoratype editorbtype editorctype translator
author+an:orcid editor+an:orcid orcid orcids orcid-numbers
annotator commentator introduction foreword afterword bookauthor authortype holder collaboration
shortauthor shorteditor namea nameb namec nameatype namebtype namectype
abstract keywords keyword tags language langid hyphenation langidopts
date year month day urldate issuedate issue_date type bookpagination pagination part volumes
doi url ee link eprint eprinttype eprintclass archiveprefix primaryclass arxiv arxivid archive
pmcid pii mrnumber mrclass mrreviewer zblnumber zbl zmnumber jfm lccn hal_id hal_version
bibcode adsurl adsnote inspireid slaccitation reportnumber acmid handle urn
articleno articlenumber article-number
subject ams-subject acm-class msc isrn ismn istc iswc eissn isbn13 isbn10 library place
meeting conference conf rights
retracted expressionofconcern corrected
"""
_NOT_EXPORTED = """
abbr selected preview bibtex_show award award_name additional_info altmetric dimensions
google_scholar_id inspirehep_id annotation corresponding affiliation
pdf code github website html blog project slides video poster data dataset supp supplement
keywords-plus unique-id web-of-science-categories research-areas coden callnumber
crossref xref versionof fromwhere
openaccess citations
"""
_LABELLED: Final = {
    "maintitle": "Multi-volume title",
    "booksubtitle": "Subtitle of the book",
    "issuetitle": "Issue title",
    "eventtitle": "Event",
    "eventdate": "Date of the event",
    "venue": "Place of the event",
    "series": "Series",
    "edition": "Edition",
    "volume": "Volume",
    "number": "Number",
    "issue": "Issue",
    "chapter": "Chapter",
    "pages": "Pages",
    "eid": "Article number",
    "pagetotal": "Length",
    "numpages": "Number of pages",
    "publisher": "Publisher",
    "organization": "Organization",
    "institution": "Institution",
    "school": "School",
    "location": "Location",
    "address": "Location",
    "howpublished": "How published",
    "version": "Version",
    "pubstate": "Status",
    "note": "Note",
    "addendum": "Note",
    "award": "Award",
    "isbn": "ISBN",
    "issn": "ISSN",
    "pmid": "PubMed",
    "license": "License",
    "copyright": "Copyright",
}
_LIMITED_TO_TYPES: Final = {
    **dict.fromkeys(("assignee", "nationality", "dayfiled", "monthfiled", "yearfiled"), _PATENTS),
    **dict.fromkeys(("repository", "swhid", "introducedin", "bugs"), _SOFTWARE),
    **dict.fromkeys(("director", "performer", "artist", "composer", "runtime"), _MEDIA),
    "department": frozenset({"phdthesis", "mastersthesis", "thesis", "techreport", "report"}),
    "advisor": frozenset({"phdthesis", "mastersthesis", "bachelorsthesis", "thesis"}),
    "medium": _MEDIA | _SOFTWARE | {"online"},
}

# In the order in which a publication's page shows the fields with a label.
_NAMES: Final = (*_LABELLED, *_WITHOUT_LABEL.split(), *_NOT_EXPORTED.split(), *_LIMITED_TO_TYPES)
PUBLIC_FIELDS: Final[Mapping[str, PublicField]] = {
    name: PublicField(
        _LABELLED.get(name, ""),
        _LIMITED_TO_TYPES.get(name, frozenset()),
        name not in _NOT_EXPORTED.split(),
    )
    for name in _NAMES
}

_REPEATED_FIELD = re.compile(r"-\d+$")  # url-2


def is_public(name: str, kind: str, added_fields: Collection[str] = ()) -> bool:
    """Return whether visitors see a field of an entry of a type.

    `added_fields` are the names in the setting `public_fields`.
    """
    row = _row(name)
    return name in added_fields or (row is not None and (not row.types or kind in row.types))


def is_exported(name: str, kind: str, added_fields: Collection[str] = ()) -> bool:
    """Return whether exports and citations for visitors have a field of an entry of a type."""
    row = _row(name)
    only_on_page = row is not None and not row.exported and name not in added_fields
    return not only_on_page and is_public(name, kind, added_fields)


def _row(name: str) -> PublicField | None:
    return PUBLIC_FIELDS.get(name) or PUBLIC_FIELDS.get(_REPEATED_FIELD.sub("", name))
