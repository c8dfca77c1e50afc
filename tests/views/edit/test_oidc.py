"""Signing in at a provider of OpenID Connect, with a provider of the test."""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.editors import editing_site, site
from webapp.config import Settings

jose = pytest.importorskip("joserfc", reason="octavo[oidc] is not installed: make install-dev")
pytest.importorskip("authlib", reason="octavo[oidc] is not installed: make install-dev")

from joserfc import jwt  # noqa: E402
from joserfc.jwk import ECKey  # noqa: E402

__all__ = ["editing_site", "site"]

SECRET = "of this site"  # noqa: S105
CODE = "the code"


@dataclass
class Provider:
    """What the provider answers; a test changes parts of it."""

    issuer: str = ""
    key: Any = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "1"}))
    signing_key: Any = None
    algorithm: str = "ES256"
    claims: dict[str, Any] = field(default_factory=dict)  # changes; None removes a claim
    described_issuer: str = ""
    challenge: str = ""
    nonce: str = ""
    raw: bytes = b""  # the answer to everything

    def id_token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": "octavo",
            "sub": "ada",
            "nonce": self.nonce,
            "iat": now,
            "exp": now + 300,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": self.algorithm, "kid": "1"}
        return jwt.encode(header, claims, self.signing_key or self.key, algorithms=[self.algorithm])

    def answer(self, path: str, fields: dict[str, list[str]]) -> Any:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.described_issuer or self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        if path == "/keys":
            return {"keys": [self.key.as_dict(private=False)]}
        digest = sha256(fields["code_verifier"][0].encode()).digest()
        is_same = urlsafe_b64encode(digest).decode().rstrip("=") == self.challenge
        if fields["code"] != [CODE] or not is_same:
            return {"error": "invalid_grant"}
        return {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token()}


@pytest.fixture
def provider() -> Iterator[Provider]:
    described = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            fields = parse_qs(self.rfile.read(size).decode())
            answer = described.answer(self.path, fields)
            body = described.raw or json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815  the name that http.server looks for

        def log_message(self, *_args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        described.issuer = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield described
        server.shutdown()
        thread.join()


@pytest.fixture
def client(
    editing_site: Callable[..., FlaskClient], provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> FlaskClient:
    monkeypatch.setenv("OCTAVO_OIDC_SECRET", SECRET)
    return editing_site(sign_in="oidc", oidc_issuer=provider.issuer, oidc_client="octavo")


def begin(client: FlaskClient, provider: Provider) -> dict[str, str]:
    """Go to the provider; return what its answer will have."""
    answer = client.get("/edit/sign-in/provider")
    assert answer.status_code == 303, answer.text
    url = urlsplit(answer.headers["Location"])
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert asked["redirect_uri"] == "http://localhost/edit/sign-in/answer"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    provider.nonce, provider.challenge = asked["nonce"], asked["code_challenge"]
    return {"state": asked["state"], "code": CODE}


def finish(client: FlaskClient, answer: dict[str, str]) -> TestResponse:
    return client.get(f"/edit/sign-in/answer?{urlencode(answer)}")


def test_an_editor_signs_in_at_the_provider(client: FlaskClient, provider: Provider) -> None:
    assert 'href="/edit/sign-in/provider"' in client.get("/edit/sign-in").text
    answer = finish(client, begin(client, provider))
    assert answer.headers["Location"] == "/edit/"
    session, flow = answer.headers.getlist("Set-Cookie")
    assert session.startswith("__Host-octavo=")
    assert "Max-Age=43200" in session
    assert flow.startswith("__Host-octavo-flow=;")
    assert "<strong>ada</strong>" in client.get("/edit/sessions").text


def test_an_answer_is_used_once(client: FlaskClient, provider: Provider) -> None:
    answer = begin(client, provider)
    assert finish(client, answer).status_code == 303
    assert finish(client, answer).status_code == 403


def test_someone_else_is_no_editor(client: FlaskClient, provider: Provider) -> None:
    provider.claims = {"sub": "mallory"}
    answer = finish(client, begin(client, provider))
    assert answer.status_code == 403
    assert "<strong>mallory</strong>" in answer.text
    assert client.get("/edit/").status_code == 303


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "x"},
        {"state": ""},
        {"code": "x"},
        {"code": ""},
        {"iss": "https://evil.example"},
        {"error": "access_denied", "code": ""},
    ],
    ids=str,
)
def test_another_answer_is_refused(
    client: FlaskClient, provider: Provider, changes: dict[str, str]
) -> None:
    assert finish(client, begin(client, provider) | changes).status_code == 403
    assert client.get("/edit/").status_code == 303


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"sub": None},
        {"sub": 7},
        {"sub": ["ada"]},
    ],
    ids=str,
)
def test_a_token_for_someone_or_something_else_is_refused(
    client: FlaskClient, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    assert finish(client, begin(client, provider)).status_code == 403
    assert client.get("/edit/").status_code == 303


def test_a_token_with_another_key_is_refused(client: FlaskClient, provider: Provider) -> None:
    provider.signing_key = ECKey.generate_key("P-256", {"kid": "1"})
    assert finish(client, begin(client, provider)).status_code == 403


def test_an_answer_in_another_browser_is_refused(client: FlaskClient, provider: Provider) -> None:
    other = client.application.test_client()
    assert finish(other, begin(client, provider)).status_code == 403


@pytest.mark.parametrize("raw", [b"<html>", b"[]", b"{}", b"null", b'{"issuer": 7}'])
def test_a_provider_that_does_not_work_is_reported(
    client: FlaskClient, provider: Provider, raw: bytes
) -> None:
    provider.raw = raw
    answer = client.get("/edit/sign-in/provider")
    assert answer.status_code == 403
    assert "The log of the site says why." in answer.text


@pytest.mark.parametrize("raw", [b"<html>", b"[]", b"{}", b'{"id_token": 7}', b'{"keys": 7}'])
def test_a_wrong_answer_to_the_site_is_reported(
    client: FlaskClient, provider: Provider, raw: bytes
) -> None:
    answer = begin(client, provider)
    provider.raw = raw
    assert finish(client, answer).status_code == 403


def test_a_provider_with_another_name_is_refused(client: FlaskClient, provider: Provider) -> None:
    provider.described_issuer = "https://evil.example"
    assert client.get("/edit/sign-in/provider").status_code == 403


def test_an_email_address_counts_only_if_it_is_verified(
    editing_site: Callable[..., FlaskClient], provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCTAVO_OIDC_SECRET", SECRET)
    client = editing_site(
        sign_in="oidc",
        oidc_issuer=provider.issuer,
        oidc_client="octavo",
        oidc_claim="email",
        editors=("ada@example.org",),
    )
    for verified, status in ((True, 303), (False, 403), (None, 403), ("true", 403)):
        provider.claims = {"email": "ada@example.org", "email_verified": verified}
        assert finish(client, begin(client, provider)).status_code == status


def test_what_is_missing_is_named_at_the_start(
    editing_site: Callable[..., FlaskClient],
) -> None:
    complete = {"sign_in": "oidc", "oidc_issuer": "https://a.org", "oidc_client": "octavo"}
    with pytest.raises(Exception, match="OCTAVO_OIDC_SECRET"):
        editing_site(**complete)
    values = {"editors": ("ada",), "hosts": ("localhost",), **complete}
    with pytest.raises(ValueError, match="oidc_issuer and oidc_client"):
        Settings.model_validate({**values, "oidc_client": ""})
    with pytest.raises(ValueError, match="has an https:// address"):
        Settings.model_validate({**values, "oidc_issuer": "http://a.org"})
