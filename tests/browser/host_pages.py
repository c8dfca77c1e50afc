"""Pages of other sites that show lists, served from another origin."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

HOSTILE = (
    "<style>* { all: unset; color: red !important } a, ul, li { display: none !important }</style>"
)
STRICT = (
    "default-src 'none'; script-src {0}; connect-src {0}; frame-src {0}; "
    "style-src 'self'; img-src data:"
)


def list_line(site: str, query: str, attributes: str = "") -> str:
    """Return the line that the page beside the exports shows for a script."""
    return (
        f'<script type="module" src="{site}/embed.js"></script>'
        f'<octavo-list query="{query}"{attributes}><a href="{site}/">Publications</a></octavo-list>'
    )


def frame_line(site: str, query: str, attributes: str = "") -> str:
    """Return the line for a frame."""
    return (
        f'<iframe src="{site}/embed?{query}" title="Publications" width="100%" height="120" '
        f'frameborder="0"{attributes}></iframe>'
    )


def page(body: str, head: str = "", attributes: str = ' lang="en"') -> str:
    return (
        f"<!doctype html><html{attributes}><head><title>Host</title>"
        f'<link rel="icon" href="data:,">{head}</head>'
        f"<body><main><h1>Host</h1>{body}</main></body></html>"
    )


@contextmanager
def host_of(pages: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    """Serve pages, each with its content security policy, by path; yield the origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            html, policy = pages.get(self.path, ("", ""))
            self.send_response(200 if html else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_args: object) -> None:
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
