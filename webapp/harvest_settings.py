"""The settings of the interface for harvesters, OAI-PMH."""

import re
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from .setting_types import Line

_SCHEME = "oai:"
# The domain of an identifier, as the guideline of OAI for identifiers has it.
_DOMAIN = re.compile(r"[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+", re.IGNORECASE)


def _oai_id(text: str) -> str:
    if text and not _DOMAIN.fullmatch(text.removeprefix(_SCHEME)):
        raise ValueError(
            "it is written as oai:pubs.example.org: a name with a dot, and a letter after each dot"
        )
    return text


OaiId = Annotated[Line, AfterValidator(_oai_id)]

OAI: Any = Field(
    False,
    description="let harvesters such as BASE and OpenAIRE read the publications at `/oai`, with "
    "OAI-PMH; needs `oai_admin`; see below",
)
OAI_ADMIN: Any = Field("", description="the address that harvesters write to, shown at `/oai`")
OAI_ID: Any = Field(
    "",
    description="the start of all identifiers at `/oai`: `oai:pubs.example.org`; by default the "
    "first of `hosts`; harvesters take publications with another one for new",
)
OAI_PAGE_SIZE: Any = Field(100, ge=20, le=1000, description="publications in an answer at `/oai`")


def identifier_domain(oai_id: str, hosts: Iterable[str]) -> str:
    """Return the domain in identifiers: that of `oai_id`, or the first host that can be one."""
    return next(filter(_DOMAIN.fullmatch, (oai_id.removeprefix(_SCHEME), *hosts)), "")


def check_harvest(admin: str, domain: str) -> None:
    """Raise ValueError unless harvesters get an address and identifiers."""
    if not admin:
        raise ValueError(
            "oai = true: oai_admin is empty. Harvesters need an address to write to: "
            'oai_admin = "ada@example.org", for example'
        )
    if not domain:
        raise ValueError(
            "oai = true: no name in hosts can begin identifiers. Set one that never changes: "
            'oai_id = "oai:pubs.example.org", for example'
        )
