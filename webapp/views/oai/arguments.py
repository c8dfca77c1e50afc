"""The arguments of a request, checked as the protocol demands."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from .errors import ProtocolError

TOKEN: Final = "resumptionToken"  # noqa: S105  the name of an argument

SET: Final = re.compile(r"[A-Za-z0-9_.!~*'()-]+(:[A-Za-z0-9_.!~*'()-]+)*")
_PREFIX = re.compile(r"[A-Za-z0-9_.!~*'()-]+")


class Verb(NamedTuple):
    """The arguments that a verb needs and may have, and whether a token may replace them."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    has_token: bool = False


_LIST: Final = Verb(("metadataPrefix",), ("from", "until", "set"), has_token=True)
VERBS: Final[Mapping[str, Verb]] = {
    "Identify": Verb(),
    "ListMetadataFormats": Verb(optional=("identifier",)),
    "ListSets": Verb(has_token=True),
    "ListIdentifiers": _LIST,
    "ListRecords": _LIST,
    "GetRecord": Verb(("identifier", "metadataPrefix")),
}


def check(pairs: Iterable[tuple[str, str]]) -> tuple[str, dict[str, str]]:
    """Return the verb and the arguments of a request. Raises ProtocolError."""
    arguments: dict[str, str] = {}
    repeated = []
    for name, value in pairs:
        repeated += [name] if name in arguments else []
        arguments.setdefault(name, value)
    verb = arguments.pop("verb", "")
    if verb not in VERBS or "verb" in repeated:
        known = ", ".join(VERBS)
        raise ProtocolError("badVerb", f"The argument verb must be given once, as one of {known}.")
    if repeated:
        raise ProtocolError("badArgument", f"{_shown(repeated[0])} is given more than once.")
    _check_names(verb, arguments)
    _check_values(arguments)
    return verb, arguments


def _check_names(verb: str, arguments: Mapping[str, str]) -> None:
    row = VERBS[verb]
    allowed = (*row.required, *row.optional, *([TOKEN] if row.has_token else []))
    if unknown := [name for name in arguments if name not in allowed]:
        raise ProtocolError("badArgument", f"{verb} has no argument {_shown(unknown[0])}.")
    if TOKEN in arguments:
        if arguments.keys() != {TOKEN}:
            raise ProtocolError("badArgument", f"{TOKEN} excludes all other arguments.")
        return
    if missing := [name for name in row.required if not arguments.get(name)]:
        raise ProtocolError("badArgument", f"{verb} needs the argument {missing[0]}.")


def _check_values(arguments: Mapping[str, str]) -> None:
    for name, pattern in (("set", SET), ("metadataPrefix", _PREFIX)):
        if name in arguments and not pattern.fullmatch(arguments[name]):
            raise ProtocolError("badArgument", f"{name} has characters that it cannot have.")
    if empty := [name for name in ("from", "until", "identifier") if arguments.get(name) == ""]:
        raise ProtocolError("badArgument", f"{empty[0]} is empty.")


def _shown(name: str) -> str:
    return name[:100]
