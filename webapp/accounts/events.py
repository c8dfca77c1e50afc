"""Security events: sign-ins, failures, and changes of editors, each a line of JSON.

Those of the site are in its log; those of commands in the system's log, with the facility auth.
docs/decisions/editing-security.md lists them.
"""

import json
import logging
import syslog
from typing import Final, Literal

logger: Final = logging.getLogger("webapp.security")

Event = Literal[
    "signed_in",
    "sign_in_failed",
    "sign_in_limited",
    "signed_out",
    "request_refused",
    "link_created",
    "sessions_ended",
    "editor_added",
    "editor_removed",
]


def log_event(event: Event, editor: str = "", **details: object) -> None:
    """Write an event of the site. No detail is ever a secret or its hash."""
    logger.info(event, extra={"fields": {"event": event, "editor": editor, **details}})


def log_command(event: Event, editor: str = "", **details: object) -> None:
    """Write an event of a command to the system's log, if there is one."""
    fields = {"event": event, "editor": editor, "way": "command", **details}
    syslog.openlog("octavo", 0, syslog.LOG_AUTH)
    syslog.syslog(syslog.LOG_INFO, json.dumps(fields))
