"""Signing in with an address that works once."""

from datetime import timedelta
from typing import Final

from ..config import Settings
from ..errors import SignInError
from ..store import sessions
from ..store.connections import Database, writing
from .sessions import start_session
from .tokens import hash_of, is_secret, make_secret

LIFETIME: Final = timedelta(minutes=10)  # of a link


def make_link(database: Database, editor: str) -> str:
    """Store a link for an editor and return its secret."""
    secret = make_secret()
    with writing(database) as connection:
        sessions.add_link(connection, hash_of(secret), editor, LIFETIME)
    return secret


def sign_in_by_link(
    database: Database, settings: Settings, secret: str, agent: str
) -> tuple[str, str]:
    """Use a link; return the editor and the secret of a new session.

    Raises SignInError if the link is unknown, used or expired: the answer is the same for all.
    """
    if is_secret(secret):
        with writing(database) as connection:
            editor = sessions.use_link(connection, hash_of(secret))
            if editor in settings.editors:
                return editor, start_session(connection, editor, agent)
    raise SignInError("The address was used already, or is older than ten minutes.")
