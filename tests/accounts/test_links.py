"""A link works once, for ten minutes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from tests.conftest import BOTH_DATABASES
from tests.editors import EDITING, age
from tests.sites import Site, site
from webapp.accounts.links import LIFETIME, make_link, sign_in_by_link
from webapp.accounts.tokens import hash_of, is_form_token, make_form_token, make_secret
from webapp.errors import SignInError
from webapp.site import site as parts_of
from webapp.store.connections import reading

DATABASES = BOTH_DATABASES


__all__ = ["site"]

USES = 8


def test_of_many_uses_at_once_one_wins(site: Site) -> None:
    parts = parts_of(site(**EDITING).application)
    database, settings = parts.catalog.database, parts.settings
    start = Barrier(USES)
    secret = make_link(database, "ada")

    def use(_number: int) -> str:
        start.wait()
        try:
            return sign_in_by_link(database, settings, secret, "Test")[0]
        except SignInError:
            return ""

    with ThreadPoolExecutor(USES) as threads:
        assert sorted(threads.map(use, range(USES))) == [""] * (USES - 1) + ["ada"]


def test_a_link_expires(site: Site) -> None:
    client = site(**EDITING)
    parts = parts_of(client.application)
    database, settings = parts.catalog.database, parts.settings
    early, late = make_link(database, "ada"), make_link(database, "ada")
    age(client, LIFETIME - timedelta(minutes=1))
    assert sign_in_by_link(database, settings, early, "Test")[0] == "ada"
    age(client, timedelta(minutes=2))
    with pytest.raises(SignInError):
        sign_in_by_link(database, settings, late, "Test")


def test_a_link_of_a_former_editor_is_refused_as_an_unknown_one(site: Site) -> None:
    parts = parts_of(site(**EDITING).application)
    database, settings = parts.catalog.database, parts.settings
    messages = set()
    for secret in (make_link(database, "mallory"), make_secret(), "", "x" * 43, "é" * 43, "a" * 99):
        with pytest.raises(SignInError) as refused:
            sign_in_by_link(database, settings, secret, "Test")
        messages.add(str(refused.value))
    assert len(messages) == 1


def test_the_database_has_no_secret(site: Site) -> None:
    parts = parts_of(site(**EDITING).application)
    database, settings = parts.catalog.database, parts.settings
    link = make_link(database, "ada")
    _, session = sign_in_by_link(database, settings, link, "Test")
    with reading(database) as connection:
        dump = str(
            [
                connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608
                for table in ("sessions", "sign_in_links")
            ]
        )
    assert link not in dump
    assert session not in dump
    assert hash_of(session) in dump


def test_a_form_token_belongs_to_one_secret() -> None:
    first, second = make_secret(), make_secret()
    token = make_form_token(first)
    assert is_form_token(token, first)
    assert not is_form_token(token, second)
    assert not is_form_token(make_form_token(""), first)
    for text in ("", "=", "a", token[1:], f" {token}", f"{token}=", token.replace("=", ""), "é"):
        assert not is_form_token(text, first), text
