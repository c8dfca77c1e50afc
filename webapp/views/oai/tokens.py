"""Resumption tokens: where a list goes on.

A token says all that is needed for the next page, so it needs no memory here and stays valid for
ever. Its checksum is no protection, only a test of damage: what a token can ask for, anyone can.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import astuple, dataclass, replace

from ...store.harvest_lists import Place
from .errors import ProtocolError

_VERSION = "1"
_MAX_LENGTH = 2000  # characters
_MAX_NUMBER = 1 << 31  # larger ones are no numbers of a row
_CHECKSUM = 6  # bytes


@dataclass(frozen=True, slots=True)
class Token:
    """The arguments of a list as they were written, and the last item so far."""

    verb: str
    prefix: str
    set_spec: str
    begin: str
    end: str
    after: Place
    seen: int  # items on the pages so far

    def write(self, site: str) -> str:
        """Return the token as text; `site` is the domain of the site, whose own tokens it reads."""
        *arguments, after, seen = astuple(self)
        text = "|".join((_VERSION, *arguments, *map(str, after), str(seen))).encode()
        return urlsafe_b64encode(_checksum(text, site) + text).decode().rstrip("=")


def after(token: Token, place: Place, seen: int) -> Token:
    """Return the token of the same list that goes on after a place."""
    return replace(token, after=place, seen=seen)


def read(text: str, site: str, verb: str) -> Token:
    """Return the token that `write` made a text of.

    Raises ProtocolError for any other text, and for a token of another verb or site.
    """
    try:
        if len(text) > _MAX_LENGTH:
            raise ValueError("too long")
        decoded = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        checksum, payload = decoded[:_CHECKSUM], decoded[_CHECKSUM:]
        if checksum != _checksum(payload, site):
            raise ValueError("damaged")
        version, verb_, prefix, spec, begin, end, *rest = payload.decode().split("|")
        batch, id_, seen = map(int, rest)
        if version != _VERSION or not all(0 <= n < _MAX_NUMBER for n in (batch, id_, seen)):
            raise ValueError("out of range")
        token = Token(verb_, prefix, spec, begin, end, after=(batch, id_), seen=seen)
        if token.verb != verb or token.write(site) != text:
            raise ValueError("of another list")
    except (ValueError, TypeError):
        raise ProtocolError(
            "badResumptionToken", "This resumption token is not one of this list. Begin it again."
        ) from None
    return token


def _checksum(text: bytes, site: str) -> bytes:
    return hashlib.blake2b(text, digest_size=_CHECKSUM, person=site.encode()[:16]).digest()
