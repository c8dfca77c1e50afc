"""Security events: sign-ins, failures, and changes of editors, each a line of JSON in the log."""

import logging
from typing import Final, Literal

logger: Final = logging.getLogger("webapp.security")

Event = Literal[
    "link_created",
    "signed_in",
    "sign_in_failed",
    "sign_in_limited",
    "signed_out",
    "sessions_ended",
    "request_refused",
    "editor_added",
    "editor_removed",
]


def log_event(event: Event, editor: str = "", **details: object) -> None:
    """Write an event. No detail is ever a secret, an address with one, or its hash."""
    fields = {"event": event, "editor": editor, **details}
    text = " ".join(
        f"{name}={value!r}" for name, value in fields.items() if value not in ("", None)
    )
    logger.warning(text, extra={"fields": fields})
