"""The commands `sign-in`, `editors` and `sessions`."""

from collections import Counter
from collections.abc import Sequence

import click

from ..accounts import links, sessions
from ..accounts.events import log_command
from ..config import Settings
from ..curation.reports import brief
from ..site import site
from ..store.connections import Database
from ..store.sessions import Session
from .command import Command
from .common import the_catalog, waits_for_locks
from .exits import Refused
from .output import echo_json

SHORT = 12  # characters of a hash that name a session


@click.command("sign-in", cls=Command)
@click.argument("name")
@click.option(
    "--site",
    "address",
    metavar="ADDRESS",
    help="The address of the site; by default https:// and the first of the setting hosts.",
)
@waits_for_locks
def sign_in_command(name: str, address: str | None) -> None:
    """Print an address that signs an editor in. It works once, for ten minutes.

    Example: octavo sign-in ada
    """
    database, settings = _database_and_settings()
    if settings.sign_in != "link":
        raise Refused(
            f"sign_in = {settings.sign_in!r} in the settings: editors sign in on the site itself. "
            'To sign in with an address: sign_in = "link"'
        )
    if name not in settings.editors:
        names = ", ".join(settings.editors)
        raise Refused(f"There is no editor {name!r}. The setting editors has: {names}")
    root = (address or _site_address(settings)).rstrip("/")
    secret = links.make_link(database, name)
    log_command("link_created", name)
    click.echo(f"{root}/edit/sign-in?link={secret}")


def _site_address(settings: Settings) -> str:
    """Return the address of the site. Raises Refused if the settings name only groups of hosts."""
    for host in settings.hosts:
        if not host.startswith("."):
            return f"https://{host}"
    raise Refused(
        "The setting hosts has no whole name. Add one, or: --site https://pubs.example.org"
    )


@click.command("editors", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def editors_command(as_json: bool) -> None:
    """List the editors, and in how many browsers each is signed in.

    The setting editors names them. To sign one in: octavo sign-in NAME

    Example: octavo editors
    """
    database, settings = _database_and_settings()
    found = sessions.list_sessions(database, settings)
    counts = Counter(session.editor for session in found)
    if as_json:
        echo_json([{"name": name, "sessions": counts[name]} for name in settings.editors])
        return
    for name in settings.editors:
        noun = "session" if counts[name] == 1 else "sessions"
        click.echo(f"{name}  {counts[name]} {noun}")


@click.command("sessions", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.option("--end", "ended", metavar="ID", help="End the session with this id.")
@click.option("--end-all", is_flag=True, help="End every session, or those of --editor.")
@click.option("--editor", metavar="NAME", default="", help="Only the sessions of this editor.")
@waits_for_locks
def sessions_command(as_json: bool, ended: str | None, end_all: bool, editor: str) -> None:
    """List the browsers in which editors are signed in, or end sessions.

    Example: octavo sessions --end-all
    """
    database, settings = _database_and_settings()
    found = [
        session
        for session in sessions.list_sessions(database, settings, editor)
        if not ended or session.hash.startswith(ended)
    ]
    if ended is not None and (len(found) != 1 or len(ended) < SHORT):
        raise Refused(f"There is no session {ended!r}. To list them: octavo sessions")
    if ended or end_all:
        _end(database, found, as_json)
    elif as_json:
        echo_json([_as_json(session) for session in found])
    else:
        for session in found:
            seen = f"{session.last_seen:%Y-%m-%d %H:%M} UTC"
            agent = brief(session.agent, 100)
            click.echo(f"{session.hash[:SHORT]}  {session.editor}  last seen {seen}  {agent}")


def _end(database: Database, found: Sequence[Session], as_json: bool) -> None:
    for session in found:
        sessions.end_session(database, session.hash)
        log_command("sessions_ended", session.editor)
    if as_json:
        echo_json({"ended": len(found)})
    else:
        click.echo(f"Ended {len(found)} {'session' if len(found) == 1 else 'sessions'}.")


def _as_json(session: Session) -> dict[str, str]:
    return {
        "id": session.hash[:SHORT],
        "editor": session.editor,
        "created": session.created.isoformat(),
        "last_seen": session.last_seen.isoformat(),
        "expires": session.expires.isoformat(),
        "agent": session.agent,
    }


def _database_and_settings() -> tuple[Database, Settings]:
    """Return both. Raises Refused if there is no database, or the settings name no editors."""
    database, settings = the_catalog().database, site().settings
    if not settings.editors:
        raise Refused(
            "There are no editors. To let Ada edit in the browser, add to site.toml: "
            'editors = ["ada"]'
        )
    return database, settings
