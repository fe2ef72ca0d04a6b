"""Signing in by an identity provider: nobody comes in whom the administrator has not bound to an account."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from api.access import oidc
from gridmap.office.accounts import bind_identity, disable, new_account
from gridmap.office.auditing import read_audit
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.api.conftest import As
from tests.office.signing import PASSWORD, Door

ISSUER, CLIENT, SECRET = "https://login.example.test/office", "gridmap", "between the two of us"
SUBJECT = "f3b1-77"


@dataclass
class Provider:
    """An identity provider in this process; it lets everybody in as `subject`."""

    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    subject: str = SUBJECT
    claims: dict[str, object] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    issuer: str = ISSUER
    signing: RSAKey | None = None
    up: bool = True

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if not self.up:
            raise httpx2.ConnectError("down")
        path = request.url.path.removeprefix("/office")
        if path == "/.well-known/openid-configuration":
            places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            return httpx2.Response(
                200, json={"issuer": self.issuer} | {name: f"{ISSUER}/{end}" for name, end in places.items()}
            )
        if path == "/keys":
            return httpx2.Response(200, json=KeySet([self.key]).as_dict(private=False))
        return self.token(request)

    def authorize(self, address: str) -> dict[str, str]:
        """Let somebody in at the provider's page; return what the browser brings back."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        return {"state": self.asked["state"], "code": "the-code"}

    def token(self, request: httpx2.Request) -> httpx2.Response:
        given = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        challenge = base64.urlsafe_b64encode(hashlib.sha256(given["code_verifier"].encode()).digest()).rstrip(b"=")
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        right = challenge.decode() == self.asked["code_challenge"] and self.asked["code_challenge_method"] == "S256"
        same = given["redirect_uri"] == self.asked["redirect_uri"]
        if not (right and same and given["code"] == "the-code" and request.headers["authorization"] == basic):
            return httpx2.Response(400, json={"error": "invalid_grant"})
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": self.subject,
            "nonce": self.asked["nonce"],
            "iat": now,
            "exp": now + 300,
        }
        told = {name: value for name, value in (claims | self.claims).items() if value is not None}
        token = jwt.encode({"alg": "RS256", "kid": "k1"}, told, self.signing or self.key)
        return httpx2.Response(200, json={"access_token": "a", "token_type": "Bearer", "id_token": token})


@pytest.fixture
def provider(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """The office's provider."""
    made = Provider()
    app.state.oidc_transport = httpx2.MockTransport(made)
    app.state.office.settings = replace(app.state.office.settings, oidc_issuer=ISSUER, oidc_client_id=CLIENT)
    monkeypatch.setenv(oidc.SECRET_VARIABLE, SECRET)
    return made


@pytest.fixture
def bound(app: FastAPI, provider: Provider, door: Door) -> Office:
    """An office where one account is bound to the subject; it has no password."""
    office: Office = app.state.office
    new_account(LOCAL_ADMINISTRATOR, office, "w040", "clerk", identity=SUBJECT)
    return office


def come_back(nobody: TestClient, provider: Provider) -> httpx2.Response:
    left = nobody.get("/session/oidc", follow_redirects=False)
    assert left.status_code == 303, left.text
    return nobody.get("/session/oidc/return", params=provider.authorize(left.headers["Location"]))


def test_who_is_bound_is_signed_in(bound: Office, provider: Provider, nobody: TestClient) -> None:
    back = come_back(nobody, provider)
    assert back.status_code == 200
    assert 'content="0;url=/"' in back.text
    assert nobody.get("/me").json()["account"] == "w040"
    assert provider.asked["scope"] == "openid"
    cookies = {one.partition("=")[0]: one.lower() for one in back.headers.get_list("set-cookie")}
    assert "samesite=strict" in cookies["__Host-gridmap"]
    assert "max-age=0" in cookies["__Host-gridmap-oidc"]
    last = read_audit(LOCAL_ADMINISTRATOR, bound, limit=1).iloc[0]
    assert (last["action"], last["detail"]) == ("sign_in", {"by": "identity"})


def test_who_is_not_bound_comes_not_in_and_no_account_is_made(
    bound: Office, provider: Provider, nobody: TestClient
) -> None:
    provider.subject = "somebody else"
    told = come_back(nobody, provider)
    assert (told.status_code, told.json()["code"]) == (403, "office.identity_refused")
    assert "somebody" not in told.text
    assert nobody.get("/me").status_code == 401
    assert read_audit(LOCAL_ADMINISTRATOR, bound, limit=1)["subject"].tolist() == ["account unknown"]


@pytest.mark.parametrize("shut", [disable, lambda *who: bind_identity(*who, None)])
def test_nor_who_is_disabled_or_bound_no_more(
    bound: Office, provider: Provider, nobody: TestClient, shut: Callable[..., object]
) -> None:
    come_back(nobody, provider)
    shut(LOCAL_ADMINISTRATOR, bound, "w040")
    assert nobody.get("/me").status_code == 401
    assert come_back(nobody, provider).status_code == 403


def test_an_account_without_a_password_has_none(bound: Office, nobody: TestClient) -> None:
    assert nobody.post("/session", json={"name": "w040", "password": PASSWORD}).status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"iss": "https://another.test"},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
        {"azp": "another"},
    ],
)
def test_what_the_provider_says_is_looked_at(
    bound: Office, provider: Provider, nobody: TestClient, claims: dict[str, object]
) -> None:
    provider.claims = claims
    told = come_back(nobody, provider)
    assert (told.status_code, told.json()["code"]) == (403, "api.oidc_failed")
    assert nobody.get("/me").status_code == 401


def test_nobody_else_signs_for_the_provider(bound: Office, provider: Provider, nobody: TestClient) -> None:
    provider.signing = RSAKey.generate_key(2048, {"kid": "k1"})
    assert come_back(nobody, provider).json()["code"] == "api.oidc_failed"


def test_what_the_browser_brings_back_is_what_it_was_given(
    bound: Office, provider: Provider, nobody: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = nobody.get("/session/oidc", follow_redirects=False)
    back = provider.authorize(left.headers["Location"])
    sealed = nobody.cookies["__Host-gridmap-oidc"]
    for params, cookie in (
        ({**back, "state": "another"}, sealed),
        ({**back, "code": ""}, sealed),
        ({**back, "code": "another"}, sealed),
        ({}, sealed),
        (back, sealed + "0"),
        (back, "." + sealed),
        (back, ""),
    ):
        nobody.cookies.set("__Host-gridmap-oidc", cookie, domain="office.test", path="/")
        told = nobody.get("/session/oidc/return", params=params)
        assert (told.status_code, told.json()["code"]) == (403, "api.oidc_failed"), params
    nobody.cookies.set("__Host-gridmap-oidc", sealed, domain="office.test", path="/")
    later = time.time() + oidc.LASTS_SECONDS + 1
    with monkeypatch.context() as patched:
        patched.setattr(oidc.time, "time", lambda: later)
        assert nobody.get("/session/oidc/return", params=back).status_code == 403
    assert nobody.get("/session/oidc/return", params=back).status_code == 200


def test_one_that_does_not_answer_or_is_another_is_told(provider: Provider, nobody: TestClient) -> None:
    provider.up = False
    told = nobody.get("/session/oidc", follow_redirects=False)
    assert (told.status_code, told.json()["code"]) == (503, "api.oidc_unreachable")
    provider.up, provider.issuer = True, "https://another.test"
    assert nobody.get("/session/oidc", follow_redirects=False).status_code == 503


def test_without_one_it_is_said_what_is_wanted(
    nobody: TestClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "authlib.integrations.httpx_client", None)
    told = nobody.get("/session/oidc", follow_redirects=False)
    assert (told.status_code, told.json()["code"]) == (501, "api.oidc_absent")
    monkeypatch.delenv(oidc.SECRET_VARIABLE)
    told = nobody.get("/session/oidc/return")
    assert (told.status_code, told.json()["code"]) == (404, "api.oidc_off")


def test_an_identity_is_one_accounts(app: FastAPI, provider: Provider, signed_in: As) -> None:
    admin = signed_in("administrator")
    new = {"name": "w040", "role": "clerk", "identity": SUBJECT}
    made = admin.post("/accounts", json=new)
    assert (made.status_code, made.json()["by_password"], made.json()["by_identity"]) == (201, False, True)
    assert SUBJECT not in made.text + admin.get("/accounts").text
    assert admin.post("/accounts", json={**new, "name": "w041"}).json()["code"] == "store.identity_bound"
    taken = admin.put("/accounts/administrator-1/identity", json={"identity": SUBJECT})
    assert (taken.status_code, taken.json()["code"]) == (409, "store.identity_bound")
    assert admin.put("/accounts/w040/identity", json={"identity": "字"}).status_code == 422
    assert admin.put("/accounts/w040/identity", json={"identity": SUBJECT}).json() == {"sessions": 0}
    assert admin.put("/accounts/w040/identity", json={"identity": None}).status_code == 200
    assert admin.put("/accounts/administrator-1/identity", json={"identity": SUBJECT}).json() == {"sessions": 1}
