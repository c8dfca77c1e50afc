"""Signing in at a provider of OpenID Connect, with the extra octavo[oidc].

DESIGN. The code flow with PKCE: https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth.
The browser keeps the random values of a flow in a cookie, so that nothing is stored before someone
has signed in. The id token is checked with the provider's keys, and only algorithms with a pair of
keys are accepted. Authlib and what it needs are imported when they are used: sites that sign in
otherwise do not install them.
"""

import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any, Final

from ..config import Settings
from ..errors import ConfigurationError, SignInError
from .tokens import make_secret

SECRET_VARIABLE: Final = "OCTAVO_OIDC_SECRET"  # noqa: S105  the name of a variable
ALGORITHMS: Final = ("RS256", "ES256", "PS256", "EdDSA", "RS384", "ES384", "RS512", "ES512")
TIMEOUT: Final = 10.0  # seconds
METADATA_LIFETIME: Final = 3600.0  # seconds
LEEWAY: Final = 60  # seconds between the provider's clock and ours
MAX_CLAIM: Final = 200  # characters
_PARTS: Final = 3
_ADDRESSES: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_DISCOVERY: Final = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Flow:
    """The random values of one sign-in."""

    state: str = field(default_factory=make_secret)
    nonce: str = field(default_factory=make_secret)
    verifier: str = field(default_factory=make_secret)

    def __str__(self) -> str:
        return f"{self.state}.{self.nonce}.{self.verifier}"

    @classmethod
    def parse(cls, text: str) -> "Flow | None":
        """Return the flow that `str` made this text of; None for any other text."""
        parts = text.split(".")
        return cls(*parts) if len(parts) == _PARTS and all(parts) else None


class Provider:
    """A provider, as the settings name it."""

    def __init__(self, settings: Settings, secret: str) -> None:
        self._settings = settings
        self._secret = secret
        self._metadata: Mapping[str, Any] = {}
        self._read_at = 0.0

    def authorization_url(self, redirect_uri: str, flow: Flow) -> str:
        """Return the address at the provider where a flow begins. Raises SignInError."""
        with self._session(redirect_uri) as session:
            endpoint = self._discover(session)["authorization_endpoint"]
            url, _ = session.create_authorization_url(
                endpoint, state=flow.state, nonce=flow.nonce, code_verifier=flow.verifier
            )
        return str(url)

    def finish(self, redirect_uri: str, flow: Flow, answer: Mapping[str, str]) -> str:
        """Return the name of who signed in, from the answer of the provider in the address.

        Raises SignInError.
        """
        state, issuer = answer.get("state", ""), answer.get("iss", self._settings.oidc_issuer)
        if not hmac.compare_digest(state.encode(), flow.state.encode()):
            raise SignInError("The sign-in was not begun in this browser.")
        if issuer != self._settings.oidc_issuer or not answer.get("code"):
            raise SignInError("The provider did not sign in.")
        with self._session(redirect_uri) as session:
            metadata = self._discover(session)
            token = self._fetch(
                session.fetch_token,
                metadata["token_endpoint"],
                code=answer["code"],
                code_verifier=flow.verifier,
            )
            keys = self._get(session, str(metadata["jwks_uri"]))
        return self._name(self._claims(str(token.get("id_token", "")), keys, flow.nonce))

    def _session(self, redirect_uri: str) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self._settings.oidc_client,
            self._secret,
            scope="openid email profile",
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )

    def _discover(self, session: Any) -> Mapping[str, Any]:
        """Return the provider's description of itself."""
        if not self._metadata or time.monotonic() - self._read_at > METADATA_LIFETIME:
            issuer = str(self._settings.oidc_issuer)
            metadata = self._get(session, issuer.rstrip("/") + _DISCOVERY)
            if metadata.get("issuer") != issuer:
                raise SignInError("The provider calls itself by another name than oidc_issuer.")
            if not all(isinstance(metadata.get(name), str) for name in _ADDRESSES):
                raise SignInError("The provider does not state its addresses.")
            self._metadata, self._read_at = metadata, time.monotonic()
        return self._metadata

    def _get(self, session: Any, url: str) -> dict[str, Any]:
        answer = self._fetch(session.get, url, withhold_token=True)
        try:
            values = answer.json() if answer.ok else None
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise SignInError(f"The provider has no JSON object at {url}.")
        return values

    def _fetch(self, method: Any, url: str, **values: Any) -> Any:
        from authlib.common.errors import AuthlibBaseError
        from requests import RequestException

        try:
            return method(url, timeout=TIMEOUT, allow_redirects=False, **values)
        except (AuthlibBaseError, RequestException, ValueError) as error:
            raise SignInError(f"The provider did not answer: {type(error).__name__}.") from None

    def _claims(self, token: str, keys: dict[str, Any], nonce: str) -> Mapping[str, Any]:
        """Return what an id token states, once it is proved to be for this site and flow."""
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": str(self._settings.oidc_issuer)},
            aud={"essential": True, "value": self._settings.oidc_client},
            nonce={"essential": True, "value": nonce},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        )
        try:
            decoded = jwt.decode(token, KeySet.import_key_set(keys), ALGORITHMS)  # type: ignore[arg-type]
            registry.validate(decoded.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise SignInError(f"The id token is not valid: {type(error).__name__}.") from None
        return decoded.claims

    def _name(self, claims: Mapping[str, Any]) -> str:
        claim = self._settings.oidc_claim
        if claim == "email" and claims.get("email_verified") is not True:
            raise SignInError("The provider has not verified the email address.")
        name = claims.get(claim)
        if not isinstance(name, str) or not 0 < len(name) <= MAX_CLAIM:
            raise SignInError(f"The provider does not state {claim}.")
        return name


def make_provider(settings: Settings, environment: Mapping[str, str]) -> Provider | None:
    """Return the provider of the settings; None if editors do not sign in there.

    Raises ConfigurationError if something is missing.
    """
    if not settings.editors or settings.sign_in != "oidc":
        return None
    if not all(map(find_spec, ("authlib", "joserfc", "requests"))):
        raise ConfigurationError(
            'sign_in = "oidc": the packages for it are not installed. Run make install-oidc, or '
            "install octavo[oidc]"
        )
    secret = environment.get(SECRET_VARIABLE, "")
    if not secret:
        raise ConfigurationError(
            f'sign_in = "oidc": the environment has no {SECRET_VARIABLE}, the secret that the '
            "provider gave this site"
        )
    return Provider(settings, secret)
