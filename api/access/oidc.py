"""Signing in by the office's own identity provider: OpenID Connect's code flow, with PKCE, nonce and state.

Of what the provider says only its subject is taken; which account that is, the administrator has said before. The
library is an extra (`gridmap-office[oidc]`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from fastapi import Request

from api.reading import office_of
from gridmap.errors import NotFoundError, RefusedError, StoreError

if TYPE_CHECKING:
    import httpx2

SECRET_VARIABLE = "GRIDMAP_OIDC_SECRET"  # noqa: S105  its name
LASTS_SECONDS = 600
_KNOWN_SECONDS = 3600
_WAIT_SECONDS = 5.0
_LEEWAY_SECONDS = 60
# Signatures alone that only the provider can make.
_SIGNED = ["RS256", "PS256", "ES256", "ES384", "RS384", "RS512", "EdDSA", "Ed25519"]


@dataclass(frozen=True, slots=True)
class Errand:
    """What the browser carries to the provider and back, in a signed cookie: nothing that it could not know."""

    state: str
    nonce: str
    verifier: str
    until: float


@dataclass(frozen=True, slots=True)
class Provider:
    """The identity provider of an office."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    transport: httpx2.BaseTransport | None = field(default=None, repr=False)

    def sealed(self, errand: Errand) -> str:
        """Return an errand as a text that nobody else can make."""
        said = base64.urlsafe_b64encode(orjson.dumps(asdict(errand))).decode()
        return f"{said}.{self._seal(said)}"

    def opened(self, sealed: str, state: str) -> Errand:
        """Return the errand of a sealed text. Raises RefusedError unless it is ours, of this `state`, and not over."""
        said, _, seal = sealed.partition(".")
        if not hmac.compare_digest(seal.encode(), self._seal(said).encode()):
            raise RefusedError("api.oidc_failed")
        errand = Errand(**orjson.loads(base64.urlsafe_b64decode(said)))
        if not hmac.compare_digest(state.encode(), errand.state.encode()) or time.time() > errand.until:
            raise RefusedError("api.oidc_failed")
        return errand

    def leave(self, known: dict[str, Any], return_to: str) -> tuple[str, Errand]:
        """Return the address at the provider to which the browser goes, and the errand with which it comes back."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        with self._client(return_to) as client:
            address, _ = client.create_authorization_url(
                known["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return str(address), Errand(state, nonce, verifier, time.time() + LASTS_SECONDS)

    def subject(self, known: dict[str, Any], errand: Errand, code: str, return_to: str) -> str:
        """Return whom the provider has let in, by the code that the browser brings back. Raises RefusedError."""
        from authlib.common.errors import AuthlibBaseError
        from authlib.oidc.core import CodeIDToken
        from httpx2 import HTTPError
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        try:
            with self._client(return_to) as client:
                given = client.fetch_token(known["token_endpoint"], code=code, code_verifier=errand.verifier)
                keys = client.request("GET", known["jwks_uri"], withhold_token=True).raise_for_status().json()
            told = jwt.decode(given["id_token"], KeySet.import_key_set(keys), algorithms=_SIGNED)
            wanted = {"iss": self.issuer, "aud": self.client_id}
            rules = {name: {"essential": True, "value": value} for name, value in wanted.items()}
            facts = {"nonce": errand.nonce, "client_id": self.client_id, "access_token": given.get("access_token")}
            claims = CodeIDToken(told.claims, told.header, rules, facts)
            claims.validate(leeway=_LEEWAY_SECONDS)
            return str(claims["sub"])
        except HTTPError:
            raise StoreError("api.oidc_unreachable") from None
        except (AuthlibBaseError, JoseError, KeyError, TypeError, ValueError):
            # What exactly did not fit is for the provider's log; here it would help who tries.
            raise RefusedError("api.oidc_failed") from None

    def known(self) -> dict[str, Any]:
        """Return what the provider says of itself. Raises StoreError if it does not answer, or is another one."""
        from httpx2 import HTTPError

        try:
            with self._client("") as client:
                address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
                found: dict[str, Any] = client.request("GET", address, withhold_token=True).raise_for_status().json()
            if found["issuer"] != self.issuer:
                raise ValueError(self.issuer)
            return {name: found[name] for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        except (HTTPError, KeyError, TypeError, ValueError):
            raise StoreError("api.oidc_unreachable") from None

    def _client(self, return_to: str) -> Any:  # noqa: ANN401  the library has no types
        from authlib.integrations.httpx_client import OAuth2Client

        return OAuth2Client(
            self.client_id,
            self.secret,
            scope="openid",
            redirect_uri=return_to,
            code_challenge_method="S256",
            timeout=_WAIT_SECONDS,
            transport=self.transport,
        )

    def _seal(self, said: str) -> str:
        key = hashlib.sha256(b"gridmap oidc errand" + self.secret.encode()).digest()
        return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def provider_of(request: Request) -> Provider:
    """Return the office's identity provider. NotFoundError where there is none, RefusedError without the extra."""
    settings = office_of(request).settings
    secret = os.environ.get(SECRET_VARIABLE, "")
    if not (settings.oidc_issuer and settings.oidc_client_id and secret):
        raise NotFoundError("api.oidc_off", variable=SECRET_VARIABLE)
    try:
        import authlib.integrations.httpx_client  # noqa: F401
    except ImportError:
        raise RefusedError("api.oidc_absent") from None
    transport = getattr(request.app.state, "oidc_transport", None)
    return Provider(settings.oidc_issuer, settings.oidc_client_id, secret, transport)


def known_of(request: Request, provider: Provider) -> dict[str, Any]:
    """Return what the provider says of itself, asked for again after an hour."""
    until, known = getattr(request.app.state, "oidc_known", (0.0, {}))
    if time.monotonic() >= until:
        known = provider.known()
        request.app.state.oidc_known = (time.monotonic() + _KNOWN_SECONDS, known)
    return dict(known)
