"""Who may try a database that is away."""

import threading
from contextlib import suppress

import pytest

from webapp.errors import DatabaseUnavailableError
from webapp.store.availability import Availability


def fail(availability: Availability) -> None:
    with suppress(DatabaseUnavailableError), availability.attempt():
        raise DatabaseUnavailableError("gone")


def test_attempts_fail_at_once_until_it_is_time_for_another() -> None:
    availability = Availability()
    availability.interval = 3600
    fail(availability)
    for _ in range(3):
        with pytest.raises(DatabaseUnavailableError, match="gone"), availability.attempt():
            pytest.fail("this reached the database")


def test_the_first_attempt_that_succeeds_ends_the_outage() -> None:
    availability = Availability()
    availability.interval = 1e-9
    fail(availability)
    with availability.attempt():
        pass
    assert availability.error is None


def test_one_attempt_is_made_at_a_time_and_its_own_thread_goes_on() -> None:
    availability = Availability()
    availability.interval = 1e-9
    fail(availability)
    refused = []

    def try_beside() -> None:
        with pytest.raises(DatabaseUnavailableError), availability.attempt():
            pytest.fail("two tried at once")
        refused.append(True)

    with availability.attempt():
        thread = threading.Thread(target=try_beside)
        thread.start()
        thread.join()
        with availability.attempt():
            pass
    assert refused
    assert availability.error is None


def test_another_error_ends_an_attempt_and_shows_nothing() -> None:
    availability = Availability()
    availability.interval = 1e-9
    fail(availability)
    with pytest.raises(KeyError), availability.attempt():
        raise KeyError
    assert availability.error
    with availability.attempt():
        pass
    assert availability.error is None


def test_commands_make_every_attempt() -> None:
    availability = Availability()
    fail(availability)
    with availability.attempt():
        pass
    assert availability.error is None
