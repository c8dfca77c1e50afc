"""The table of the hosts that may be asked, and how politely."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Host:
    """A row: what a host is called in messages, and what it asks of its clients.

    `remedy` is what to do if the host refuses, or is overloaded and would allow more with a key.
    `key_variable` names the variable of the environment with the owner's key. `timeout` is in
    seconds of silence. `origin` is where the host is reached, "https://" and its name by default.
    `allowed_addresses` are accepted although they are private: a test has its own server there.
    """

    service: str
    pace: float = 1.0  # seconds between the starts of two requests
    remedy: str = "Check the contact address, and ask its operators whether they block this server."
    key_variable: str = ""
    timeout: float = 30.0
    origin: str = ""
    allowed_addresses: frozenset[str] = frozenset()


# The sources of the paces are in docs/decisions/services.md.
HOSTS: Final[Mapping[str, Host]] = {
    "api.crossref.org": Host(  # and faster if its headers allow it
        "Crossref", 0.5, "It may have blocked this server by hand: write to support@crossref.org."
    ),
    "api.datacite.org": Host("DataCite", 0.35),
    "doi.org": Host("doi.org", 0.5),
    "data.crossref.org": Host("Crossref", 0.5),
    "data.medra.org": Host("mEDRA", 1.0),
    "export.arxiv.org": Host("arXiv", 3.0),
    "eutils.ncbi.nlm.nih.gov": Host(
        "PubMed",
        0.34,
        "It allows more with a free key from ncbi.nlm.nih.gov in the variable OCTAVO_NCBI_KEY.",
        "OCTAVO_NCBI_KEY",
    ),
    "pub.orcid.org": Host("ORCID", 0.2),
    "dblp.org": Host("dblp", 1.5),
    "api.openalex.org": Host(
        "OpenAlex",
        0.2,
        "It needs a free key from openalex.org in the variable OCTAVO_OPENALEX_KEY.",
        "OCTAVO_OPENALEX_KEY",
    ),
    "api.zotero.org": Host("Zotero", 0.5),
    "api.unpaywall.org": Host("Unpaywall", 0.2),
    "openlibrary.org": Host("Open Library", 1.0),
}

KEY_VARIABLES: Final = frozenset(host.key_variable for host in HOSTS.values()) - {""}
