"""What `octavo export --site` needs of the application: its responses, and a notice on stderr."""

import sys
from collections.abc import Iterable, Iterator
from contextvars import Context
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import current_app

from ..static_site.export import Response, export_site
from ..static_site.folder import replaced_folder
from ..static_site.pages import ORIGIN
from .exits import Refused


def write_site(folder: Path, address: str) -> None:
    """Write the site as files into a folder, for visitors at `address`."""
    client = current_app.test_client()

    def fetch(url: str) -> Response:
        # In an empty context: within that of the command, requests would share flask.g.
        context = Context()
        response = context.run(client.get, url, base_url=ORIGIN)
        return Response(
            response.status_code,
            response.mimetype or "",
            response.location or "",
            _in_context(context, response.iter_encoded()),
            partial(context.run, response.close),
        )

    with replaced_folder(folder) as draft:
        site = export_site(fetch, draft, _with_slash(address), _notice)
    _clear_notice()
    click.echo(f"{len(site.kinds)} files are in {folder}. To look at them, open index.html.")
    for url in site.missing:
        click.echo(f"{url}: this is linked, but the site does not have it.", err=True)


def _in_context(context: Context, chunks: Iterable[bytes]) -> Iterator[bytes]:
    remaining = iter(chunks)
    while (chunk := context.run(next, remaining, None)) is not None:
        yield chunk


def _with_slash(address: str) -> str:
    """Return an address with a slash at its end. Raises Refused for one that is none."""
    parts = urlsplit(address)
    is_plain = (
        parts.scheme in ("http", "https") and parts.netloc and not (parts.query + parts.fragment)
    )
    if address and not is_plain:
        raise Refused(f"{address}: an address begins with https://, as https://ada.github.io/pubs.")
    return f"{address.rstrip('/')}/" if address else ""


def _notice(files: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{files} files", nl=False, err=True)


def _clear_notice() -> None:
    if sys.stderr.isatty():
        click.echo("\r", nl=False, err=True)
