"""Secrets of sessions and links, their hashes, and the tokens of a session's forms."""

import base64
import hashlib
import hmac
import secrets
from typing import Final

SIZE: Final = 32  # bytes of a secret: 256 random bits
_LENGTH: Final = 43  # of a secret as text


def make_secret() -> str:
    """Return a new secret as text that fits into an address and a cookie."""
    return secrets.token_urlsafe(SIZE)


def hash_of(secret: str) -> str:
    """Return the SHA-256 of a secret, as it is stored; a salt adds nothing to 256 random bits."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def is_secret(text: str) -> bool:
    """Return whether a text has the form of a secret."""
    return len(text) == _LENGTH and text.isascii()


def make_form_token(secret: str) -> str:
    """Return a token for a form of the session with a secret; another one at every call.

    It is masked with random bytes, so that compressed pages reveal nothing about it (BREACH).
    """
    mask = secrets.token_bytes(SIZE)
    return _encode(mask + _xor(mask, _form_key(secret)))


def is_form_token(token: str, secret: str) -> bool:
    """Return whether a token is one of the session with a secret."""
    try:
        data = base64.b64decode(token.encode("ascii"), b"-_", validate=True)
    except ValueError:
        return False
    if len(data) != 2 * SIZE:
        return False
    return hmac.compare_digest(_xor(data[:SIZE], data[SIZE:]), _form_key(secret))


def _form_key(secret: str) -> bytes:
    return hmac.digest(secret.encode("utf-8", "replace"), b"forms", "sha256")


def _xor(first: bytes, second: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(first, second, strict=True))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii")
