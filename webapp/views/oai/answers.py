"""The address /oai: the six verbs of OAI-PMH."""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from ...catalog import Harvested
from ...formats.web.scholar import Addresses
from ...formats.xml import dublin_core, mods
from ...records import Record
from ...site import site
from ...store.harvest_lists import Wanted
from ..http.responses import catalog, visible
from ..urls import absolute_urls
from . import envelope, tokens
from .arguments import TOKEN, check
from .dates import read_range, written
from .errors import ProtocolError

logger = logging.getLogger(__name__)

blueprint = Blueprint("oai", __name__)

MAX_BODY: Final = 16_384  # bytes of a request sent by POST
HEADERS_PER_PAGE: Final = 1000
LIFE_OF_TOKENS: Final = timedelta(days=7)  # as validators demand one; they stay valid after it
_MAX_LOGGED: Final = 1000  # publications that cannot be described, each logged once by a process
_logged: set[int] = set()


class Format(NamedTuple):
    """A format of descriptions, and the function that writes them."""

    schema: str
    namespace: str
    write: Callable[[Record, Addresses, Sequence[Record]], str]


FORMATS: Final[Mapping[str, Format]] = {
    "oai_dc": Format(dublin_core.SCHEMA, dublin_core.NAMESPACE, dublin_core.write),
    "mods": Format(mods.SCHEMA, mods.NAMESPACE, mods.write),
}


@blueprint.route("/oai", methods=["GET", "POST"])
def oai() -> ResponseReturnValue:
    """Answer a harvester. Faults of the protocol have status 200, too."""
    request.max_content_length = request.max_form_memory_size = MAX_BODY
    pairs = [*request.args.items(multi=True), *request.form.items(multi=True)]
    # Before anything is read: what is saved from now on has a later time.
    _, now = catalog().harvest.times()
    shown: dict[str, str] = {}
    try:
        verb, arguments = check(pairs)
        shown = {"verb": verb, **arguments}
        content = f"<{verb}>{_VERBS[verb](arguments)}</{verb}>"
    except ProtocolError as error:
        content = envelope.error(error)
        shown = {} if error.code in ("badVerb", "badArgument") else shown
    response = Response(envelope.answer(now, _base(), shown, content), mimetype="text/xml")
    response.headers["Cache-Control"] = "no-store"
    return response


def _base() -> str:
    return absolute_urls().oai()


def _domain() -> str:
    return site().settings.oai_domain


def _identify(_arguments: Mapping[str, str]) -> str:
    settings = site().settings
    values = {
        "repositoryName": settings.title or _domain(),
        "baseURL": _base(),
        "protocolVersion": "2.0",
        "adminEmail": settings.oai_admin,
        "earliestDatestamp": written(catalog().harvest.times()[0]),
        "deletedRecord": "persistent",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
    }
    return envelope.identity(values, _domain())


def _list_formats(arguments: Mapping[str, str]) -> str:
    if identifier := arguments.get("identifier"):
        _find(identifier)
    return "".join(
        f"<metadataFormat><metadataPrefix>{name}</metadataPrefix><schema>{row.schema}</schema>"
        f"<metadataNamespace>{row.namespace}</metadataNamespace></metadataFormat>"
        for name, row in FORMATS.items()
    )


def _list_sets(arguments: Mapping[str, str]) -> str:
    if TOKEN in arguments:
        raise ProtocolError("badResumptionToken", "All sets are in one answer, without a token.")
    return envelope.sets(catalog().harvest.sets()) or _no_sets()


def _no_sets() -> str:
    raise ProtocolError("noSetHierarchy", "There are no sets yet.")


def _get_record(arguments: Mapping[str, str]) -> str:
    found = _find(arguments["identifier"])
    return _record(found, _format(arguments["metadataPrefix"]))


def _list_identifiers(arguments: Mapping[str, str]) -> str:
    return _page("ListIdentifiers", arguments, HEADERS_PER_PAGE)


def _list_records(arguments: Mapping[str, str]) -> str:
    return _page("ListRecords", arguments, site().settings.oai_page_size)


def _page(verb: str, arguments: Mapping[str, str], size: int) -> str:
    """Return a page of a list, and where it goes on."""
    token = _token(verb, arguments)
    format_ = _format(token.prefix)
    first, last = read_range(token.begin, token.end)
    wanted = Wanted(first, last, token.set_spec)
    after = token.after if token.seen else None
    is_described = verb == "ListRecords"
    changes = catalog().harvest.changes(wanted, after, size, described=is_described)
    if not changes.items:
        raise ProtocolError("noRecordsMatch", "No publications match.")
    if is_described:
        content = "".join(_record(found, format_) for found in changes.items)
    else:
        content = "".join(envelope.header(found.item, _domain()) for found in changes.items)
    if changes.is_last and not token.seen:
        return content
    next_ = ""
    if not changes.is_last:
        seen = token.seen + len(changes.items)
        next_ = tokens.after(token, changes.items[-1].item.place, seen).write(_domain())
    expires = catalog().harvest.times()[1] + LIFE_OF_TOKENS
    total = token.seen + changes.remaining
    return content + envelope.resumption(next_, total, token.seen, expires)


def _token(verb: str, arguments: Mapping[str, str]) -> tokens.Token:
    """Return what is wanted as a token; that of the first page has seen nothing."""
    if text := arguments.get(TOKEN):
        return tokens.read(text, _domain(), verb)
    if TOKEN in arguments:
        raise ProtocolError("badResumptionToken", "The resumption token is empty.")
    return tokens.Token(
        verb=verb,
        prefix=arguments["metadataPrefix"],
        set_spec=arguments.get("set", ""),
        begin=arguments.get("from", ""),
        end=arguments.get("until", ""),
        after=(0, 0),
        seen=0,
    )


def _format(prefix: str) -> Format:
    if prefix not in FORMATS:
        known = " and ".join(FORMATS)
        raise ProtocolError("cannotDisseminateFormat", f"The formats are {known}.")
    return FORMATS[prefix]


def _find(identifier: str) -> Harvested:
    """Return the item with an identifier. Raises ProtocolError if harvesters never saw it."""
    start, _, number = identifier.rpartition(":")
    is_id = re.fullmatch("[1-9][0-9]{0,8}", number)  # PostgreSQL has no larger ones
    found = None
    if is_id and start == f"oai:{_domain()}":
        found = catalog().harvest.item(int(number), described=True)
    if found is None:
        raise ProtocolError("idDoesNotExist", "No publication has this identifier.")
    return found


def _record(found: Harvested, format_: Format) -> str:
    return envelope.record(found.item, _domain(), _description(found, format_))


def _description(found: Harvested, format_: Format) -> str:
    """Return the description of an item; one with its address alone if there is a fault in it.

    A header alone would stop a harvest, as some clients expect a description.
    """
    if found.item.is_deleted:
        return ""
    urls = absolute_urls()
    addresses = Addresses(urls.publication(found.slug), urls.file(""))
    if found.stored:
        try:
            versions = [visible(version) for version in found.versions]
            return format_.write(visible(found.stored.record), addresses, versions)
        except Exception as error:
            _log(found.item.id, error)
    else:
        _log(found.item.id, None)
    return format_.write(Record("", "misc"), addresses, ())


def _log(id_: int, error: Exception | None) -> None:
    if id_ not in _logged and len(_logged) < _MAX_LOGGED:
        _logged.add(id_)
        logger.error("Publication %s cannot be described for harvesters", id_, exc_info=error)


_VERBS: Final[Mapping[str, Callable[[Mapping[str, str]], str]]] = {
    "Identify": _identify,
    "ListMetadataFormats": _list_formats,
    "ListSets": _list_sets,
    "ListIdentifiers": _list_identifiers,
    "ListRecords": _list_records,
    "GetRecord": _get_record,
}
