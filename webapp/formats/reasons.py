"""The reasons of problems in files, the worst first, with what a report calls them."""

from collections.abc import Mapping
from typing import Final

REASONS: Final[Mapping[str, str]] = {
    # Something of the file is left out.
    "reader-fault": "not read because of a fault in Octavo",
    "took-too-long": "not read because reading takes too long",
    "broken-json": "broken JSON",
    "broken-xml": "broken XML",
    "broken-yaml": "broken YAML",
    "not-an-entry": "text that does not begin an entry",
    "empty-entry": "empty entries",
    "second-entry": "entries after the first, where one is edited",
    "junk-in-entry": "words that are no field",
    "too-much-inherited": "fields of a parent that are too long",
    "too-long-string": "macros that are too long",
    "too-many-people": "too many people",
    "too-many-tags": "too many tags",
    "too-many-links": "too many links",
    # Something may have been read in another way than it is meant.
    "unclosed-entry": "entries without an end",
    "missing-brace": "missing braces",
    "missing-quote": "missing quotation marks",
    "extra-brace": "braces too many",
    "missing-comma": "missing commas",
    "unquoted-value": "values without braces",
    "duplicate-key": "keys that two entries have",
    "duplicate-field": "fields that an entry has twice",
    "unsafe-key": "keys that BibTeX does not accept",
    "missing-crossref": "parents that the file lacks",
    "missing-xref": "related entries that the file lacks",
    "missing-xdata": "shared data that the file lacks",
    "looks-like-two": "several people in one name",
    "undefined-string": "macros without a definition",
    "undecoded-latex": "unknown LaTeX macros",
    "unknown-type": "unknown types",
    "no-type": "entries without a type",
    "bad-doi": "wrong DOIs",
    "bad-link": "wrong links",
    "bad-orcid": "wrong ORCID iDs",
    "unassigned-orcid": "ORCID iDs of an unknown author",
    "implausible-year": "years that are not plausible",
    # Something is missing.
    "absent-file": "files that are not there",
    "no-title": "no title",
    "no-year": "no year",
    "no-key": "no key",
    # Of a catalog, not a file: see curation.checks.
    "unknown-featured": "settings that name an unknown publication",
    "empty-list": "lists without publications",
    "same-work": "possible versions of one work",
    "scholar-authors": "no authors, which Google Scholar wants",
    "scholar-abstract": "no abstract, which Google Scholar wants",
    "scholar-pdf": "no PDF, which Google Scholar wants",
}
