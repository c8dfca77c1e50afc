"""The site as deployed: gunicorn on a socket that outlives it, behind nginx with TLS."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The settings in octavo.service for a site behind nginx.
BEHIND_NGINX = {"OCTAVO_PROXIES": "1", "OCTAVO_ACCEL_LOCATION": "/octavo-files/"}

# Socket activation as systemd does it: the process in LISTEN_PID inherits the socket as file 3.
_ACTIVATE = 'exec env LISTEN_PID=$$ LISTEN_FDS=1 "$0" "$@" 3<&0 </dev/null'


def listening(path: Path) -> socket.socket:
    """Return a Unix socket like octavo.socket's: connections wait while gunicorn is down."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen(2048)
    return listener


@contextmanager
def gunicorn(
    instance: Path, listener: socket.socket, settings: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run gunicorn for an instance folder until the block ends, and wait until it is ready.

    It writes to server.log in the folder.
    """
    notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notices.settimeout(0.5)
    address = f"\0octavo-{os.getpid()}-{notices.fileno()}"
    notices.bind(address)
    environment = {
        **os.environ,
        "OCTAVO_INSTANCE": str(instance),
        "NOTIFY_SOCKET": address.replace("\0", "@"),
        **(settings or {}),
    }
    command = ["sh", "-c", _ACTIVATE, sys.executable]
    with (instance / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "-m", "gunicorn"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            stdin=listener.fileno(),
            start_new_session=True,
        )
    try:
        _wait_for(process, notices, instance)
        yield process
    finally:
        notices.close()
        end(process)


def _wait_for(process: subprocess.Popen[bytes], notices: socket.socket, instance: Path) -> None:
    while process.poll() is None:
        with suppress(TimeoutError):
            if b"READY=1" in notices.recv(4096):
                return
    raise RuntimeError((instance / "server.log").read_text()[-2000:])


def end(process: subprocess.Popen[bytes]) -> None:
    """Stop gunicorn, by force if needed: a worker that is just starting ignores the signal."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@dataclass(frozen=True)
class Front:
    """A running nginx: `port` is that of TLS."""

    port: int
    plain_port: int
    prefix: str = ""
    log: Path = Path(os.devnull)  # of requests

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}{self.prefix}"


@contextmanager
def nginx(
    folder: Path,
    upstream: Path,
    prefix: str = "",
    changes: Mapping[str, str] | None = None,
    commands: str = ":",
) -> Iterator[Front]:
    """Run Debian's nginx in front of a Unix socket, with the guide's changes and deploy/'s files.

    In those files, paths and ports are replaced, and the texts in `changes`; then `commands` run in
    their folder. The owner's files are in `instance` in the folder. With a prefix,
    nginx-subpath.conf is included in another site's server.
    """
    _make_certificate(folder)
    front = Front(*_free_ports(), prefix, folder / "octavo.access.log")
    (folder / "octavo").mkdir()
    (folder / "checkout").symlink_to(ROOT)  # ROOT may have blanks and quotes in its name
    for file in (ROOT / "deploy").glob("nginx*.conf"):
        (folder / "octavo" / file.name).write_text(
            _placed(file.read_text(), folder, upstream, front, changes or {})
        )
    subprocess.run(["sh", "-c", commands], check=True, cwd=folder / "octavo")
    site = "include octavo/nginx.conf;"
    if prefix:
        server = f"listen 127.0.0.1:{front.port} ssl http2; {_certificate(folder)}"
        other = "location / { return 200 'another site'; } include octavo/nginx-subpath.conf;"
        site = f"include octavo/nginx-common.conf; server {{ {server} {other} }}"
    main = folder / "nginx.conf"
    main.write_text(_DEBIAN.format(folder=folder, site=site, user=_user()))
    subprocess.run(["sh", "-c", _guide_limits(main)], check=True)
    # nginx listens before it goes into the background, so there is nothing to wait for.
    command = ["nginx", "-p", str(folder), "-c", str(main)]
    subprocess.run([*command, "-e", str(folder / "error.log")], check=True)
    try:
        yield front
    finally:
        subprocess.run([*command, "-s", "stop"], check=True, stderr=subprocess.DEVNULL)


@contextmanager
def deployed(
    instance: Path,
    prefix: str = "",
    settings: Mapping[str, str] = BEHIND_NGINX,
    changes: Mapping[str, str] | None = None,
) -> Iterator[Front]:
    """Run nginx in front of gunicorn over an instance folder. Both write into its parent folder."""
    folder = instance.parent
    with (
        listening(folder / "octavo.sock") as listener,
        gunicorn(instance, listener, settings),
        nginx(folder, folder / "octavo.sock", prefix, changes) as front,
    ):
        yield front


# The relevant parts of Debian's nginx.conf.
_DEBIAN = """
{user}
worker_processes auto;
pid {folder}/nginx.pid;
error_log {folder}/error.log;

events {{
    worker_connections 768;
}}

http {{
    sendfile on;
    tcp_nopush on;
    gzip on;
    types {{ text/css css; text/javascript js; image/svg+xml svg; text/plain txt; }}
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


def _guide_limits(main: Path) -> str:
    """Return the guide's command that raises nginx's limits, for another file."""
    guide = (ROOT / "deploy" / "README.md").read_text()
    command = re.search(r"^sed -i .* /etc/nginx/nginx\.conf$", guide, re.MULTILINE)
    return command[0].replace("/etc/nginx/nginx.conf", shlex.quote(str(main))) if command else ":"


def _user() -> str:
    """Let root's nginx keep its user: another one could not enter a test's folder."""
    return "user root;" if os.geteuid() == 0 else ""


def _placed(
    text: str, folder: Path, upstream: Path, front: Front, changes: Mapping[str, str]
) -> str:
    """Return a file of deploy/ with the paths and ports of this machine."""
    for old, new in changes.items():
        text = text.replace(old, new)
    text = text.replace("/run/octavo.sock", str(upstream))
    text = text.replace("/srv/octavo/", f"{folder}/checkout/")
    text = text.replace("/var/lib/octavo-files", str(folder / "instance" / "files"))
    text = text.replace("/var/log/nginx/", f"{folder}/")
    text = text.replace("/run/octavo-pages", f"{folder}/pages")
    text = re.sub(r"listen \[::\]:.*?;", "", text)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{front.plain_port};")
    text = text.replace("listen 443 ", f"listen 127.0.0.1:{front.port} ")
    text = text.replace("server_name pubs.example.org;", "server_name localhost;")
    return re.sub(r"ssl_certificate .*\n.*;", _certificate(folder), text)


def _certificate(folder: Path) -> str:
    return f"ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;"


def _make_certificate(folder: Path) -> None:
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run([*command.split(), *names, *files], check=True, capture_output=True)


def _free_ports() -> tuple[int, int]:
    """Return two free ports. Both sockets stay open until both ports are known."""
    with socket.socket() as first, socket.socket() as second:
        for probe in (first, second):
            probe.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]
