"""TLS checks the certificate for the name of the host, although an address is connected to."""

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from tests.conftest import require_program
from tests.services.clocks import FakeClock
from tests.services.fake import ADDRESS, Fake
from webapp.errors import NotFetchedError
from webapp.services.client import Client

HOST = "dblp.org"
URL = f"https://{HOST}/rec/journals/sand/GrainD20.bib"


@contextmanager
def serve_tls(fake: Fake, folder: Path, name: str) -> Iterator[str]:
    """Serve with a certificate for a name, which signs itself; yield the origin."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [
            *(
                require_program("openssl", package="openssl"),
                "req",
                "-x509",
                "-nodes",
                "-days",
                "2",
            ),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", f"/CN={name}"),
            *("-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = make_server(ADDRESS, 0, fake.application, threaded=True, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"https://{ADDRESS}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("name", "is_trusted", "is_accepted"),
    [(HOST, True, True), (HOST, False, False), ("other.example.org", True, False)],
)
def test_only_a_trusted_certificate_for_the_name_is_accepted(
    name: str,
    is_trusted: bool,
    is_accepted: bool,
    fake: Fake,
    clock: FakeClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serve_tls(fake, tmp_path, name) as origin:
        if is_trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        host = replace(fake.hosts[HOST], origin=origin)
        client = Client("ada@example.org", "", tmp_path / "cache", {HOST: host}, clock)
        if is_accepted:
            assert client.get(URL).status == 200
        else:
            with pytest.raises(NotFetchedError, match="no certificate that this machine trusts"):
                client.get(URL)
            assert fake.requests == []
        client.close()
