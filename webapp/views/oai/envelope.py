"""The XML of answers: the envelope, headers and records."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from ...formats.xml.writing import attributes, element, text
from ...store.harvest_lists import Item
from .arguments import SET
from .dates import written
from .errors import ProtocolError

_NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/"
_START: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<OAI-PMH xmlns="{_NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{_NAMESPACE} {_NAMESPACE}OAI-PMH.xsd">\n'
)
_IDENTIFIER: Final = "http://www.openarchives.org/OAI/2.0/oai-identifier"


def answer(now: datetime, base: str, arguments: Mapping[str, str], content: str) -> str:
    """Return an answer; `arguments` are those of a request that the protocol allows."""
    request = f"<request{attributes(arguments)}>{text(base)}</request>\n"
    date = element("responseDate", written(now))
    return f"{_START}{date}\n{request}{content}\n</OAI-PMH>\n"


def error(problem: ProtocolError) -> str:
    return f'<error code="{problem.code}">{text(str(problem))}</error>'


def header(item: Item, domain: str) -> str:
    """Return the header of an item, with the sets that the protocol can name."""
    status = ' status="deleted"' if item.is_deleted else ""
    sets = "".join(element("setSpec", spec) for spec in item.sets if SET.fullmatch(spec))
    name = f"<identifier>{identifier(item.id, domain)}</identifier>"
    return f"<header{status}>{name}<datestamp>{written(item.at)}</datestamp>{sets}</header>"


def record(item: Item, domain: str, description: str) -> str:
    """Return a record; a deleted one has no description."""
    metadata = "" if item.is_deleted else f"<metadata>{description}</metadata>"
    return f"<record>{header(item, domain)}{metadata}</record>\n"


def identifier(id_: int, domain: str) -> str:
    """Return the identifier of a publication by its id, which never changes."""
    return f"oai:{domain}:{id_}"


def resumption(token: str, total: int, cursor: int, expires: datetime) -> str:
    """Return where a list goes on; without a token, that it ends. `cursor` counts from 0."""
    values = {"completeListSize": str(total), "cursor": str(cursor)}
    if token:
        values = {"expirationDate": written(expires), **values}
    return f"<resumptionToken{attributes(values)}>{token}</resumptionToken>"


def sets(rows: Iterable[tuple[str, str]]) -> str:
    """Return the sets with their names."""
    named = (
        element("setSpec", spec) + element("setName", text(name) or spec)
        for spec, name in rows
        if SET.fullmatch(spec)
    )
    return "".join(f"<set>{row}</set>" for row in named)


def identity(values: Mapping[str, str], domain: str) -> str:
    """Return what the site states of itself, and how its identifiers are made."""
    named = "".join(f"<{name}>{text(value)}</{name}>\n" for name, value in values.items())
    start = f'xmlns="{_IDENTIFIER}" xsi:schemaLocation="{_IDENTIFIER} {_IDENTIFIER}.xsd"'
    parts = {
        "scheme": "oai",
        "repositoryIdentifier": domain,
        "delimiter": ":",
        "sampleIdentifier": identifier(1, domain),
    }
    described = "".join(f"<{name}>{value}</{name}>" for name, value in parts.items())
    compression = "<compression>gzip</compression><compression>deflate</compression>\n"
    description = f"<oai-identifier {start}>{described}</oai-identifier>"
    return f"{named}{compression}<description>{description}</description>"
