"""Reading answers: hostile input, like any file. What cannot be used does not stay in the cache."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from ..errors import NotFetchedError
from ..formats.encoding import remove_controls
from .client import JSON, Answer, Client
from .exchange import LATER

T = TypeVar("T")

_NO_SUCH_ITEM: Final = frozenset({404, 410})
_PAGE = re.compile(rb"\s*+(?:<!doctype html|<html)", re.IGNORECASE)
_LONGEST_NAME: Final = 200


def get_parsed(
    client: Client,
    url: str,
    parse: Callable[[Answer], T],
    accept: str = JSON,
    max_age: float = 0.0,
    headers: Mapping[str, str] | None = None,
) -> T | None:
    """Return what `parse` makes of an answer; None if the service has no such item.

    Raises NotFetchedError.
    """
    answer = client.get(url, accept, max_age, headers)
    if answer.status in _NO_SUCH_ITEM:
        return None
    if answer.status == 409:  # of ORCID
        raise NotFetchedError(
            f"{answer.service} answered 409: the record is deactivated or locked. Ask its owner, "
            "or remove it from site.toml."
        )
    if answer.status != 200:
        raise NotFetchedError(
            f"{answer.service} answered {answer.status}, so it does not understand the request. "
            "Check the identifier."
        )
    try:
        return parse(answer)
    except NotFetchedError:
        client.forget(url, accept)
        raise


def json_of(answer: Answer) -> Any:
    """Return the JSON of an answer. Raises NotFetchedError."""
    check_text(answer)
    try:
        return json.loads(answer.body)
    except json.JSONDecodeError as error:
        is_cut = error.pos >= len(error.doc.rstrip()) - 1 or "Unterminated" in error.msg
        what = "sent half an answer" if is_cut else "sent something that is not JSON"
        raise NotFetchedError(f"{answer.service} {what}. {LATER}") from None
    except (ValueError, RecursionError):
        raise NotFetchedError(
            f"{answer.service} sent something that is not JSON. {LATER}"
        ) from None


def check_text(answer: Answer) -> None:
    """Raise NotFetchedError if an answer is empty or a web page."""
    if not answer.body.strip():
        raise NotFetchedError(f"{answer.service} sent an empty answer. {LATER}")
    if _PAGE.match(answer.body):
        raise NotFetchedError(
            f"{answer.service} sent a web page in place of data; it may be overloaded. {LATER}"
        )


def unknown_format(service: str, missing: str) -> NotFetchedError:
    """Return the exception for an answer without something that is always there."""
    return NotFetchedError(
        f"{service} answered in a way this version does not know (no {missing}). Update Octavo, "
        "or report it."
    )


def other_item(service: str, requested: str, described: str) -> NotFetchedError:
    """Return the exception for an answer about another item than the one asked for."""
    return NotFetchedError(
        f"{service} answered with {brief(described) or 'an item without an identifier'} when asked "
        f"for {brief(requested)}. Check the identifier."
    )


def member(value: Any, path: str, kind: type[T], service: str) -> T:
    """Return the value at a path such as "message.items". Raises NotFetchedError without one."""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, kind):
        raise unknown_format(service, path)
    return value


def usable(rows: list[Any], is_usable: Callable[[Any], bool], what: str, service: str) -> list[Any]:
    """Return the usable rows of a list. Raises NotFetchedError if none of them is."""
    usable_rows = [row for row in rows if is_usable(row)]
    if rows and not usable_rows:
        raise unknown_format(service, what)
    return usable_rows


def brief(text: str) -> str:
    """Return a text of others for a message: one line, not too long."""
    line = " ".join(remove_controls(text).split())
    return line if len(line) <= _LONGEST_NAME else f"{line[:_LONGEST_NAME]}…"
