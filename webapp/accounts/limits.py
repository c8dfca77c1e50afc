"""How often one network may fail to sign in.

A link has 256 random bits, so guessing one is hopeless. The limit bounds what attempts cost.
"""

from datetime import timedelta
from typing import Final

from ..errors import SignInLimitError
from ..store import sessions
from ..store.connections import Database, reading, writing

PERIOD: Final = timedelta(minutes=15)
MAX_FAILURES: Final = 10  # of a network in a period
# Where visitors cannot be told apart, one of them must not lock out all editors.
MAX_OF_ALL: Final = 100


def check_failures(database: Database, network: str) -> None:
    """Raise SignInLimitError if a network, "" if unknown, has failed too often to sign in."""
    with reading(database) as connection:
        failures = sessions.count_failures(connection, network, PERIOD)
    if failures >= (MAX_FAILURES if network else MAX_OF_ALL):
        raise SignInLimitError("Too many attempts to sign in failed. Try again in 15 minutes.")


def note_failure(database: Database, network: str) -> None:
    """Count a failed sign-in of a network."""
    with writing(database) as connection:
        sessions.add_failure(connection, network, PERIOD)
