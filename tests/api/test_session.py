"""Signing in over HTTP: the cookie, who may send it, from where, and one's own password."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gridmap.office.accounts import change_account, disable, new_account
from gridmap.office.auditing import read_audit
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.api.conftest import As
from tests.office.signing import PASSWORD, Door

NEW = "nobody left behind here"


@pytest.fixture
def clerk(office: Office, door: Door) -> dict[str, str]:
    """What a clerk types."""
    new_account(LOCAL_ADMINISTRATOR, office, "w040", "clerk", password=PASSWORD, scope=["440307010001"])
    return {"name": "w040", "password": PASSWORD}


class TestTheCookie:
    def test_is_for_this_host_over_tls_and_for_no_script(self, nobody: TestClient, clerk: dict[str, str]) -> None:
        begun = nobody.post("/session", json=clerk)
        assert begun.json()["account"] == "w040"
        name, *rest = begun.headers["Set-Cookie"].split("; ")
        assert name.startswith("__Host-gridmap=gms_")
        assert {one.lower() for one in rest} == {"path=/", "secure", "httponly", "samesite=strict"}
        assert nobody.get("/me").json()["scope"] == ["440307010001"]

    def test_on_this_machine_there_is_one_without_tls(self, app: FastAPI, clerk: dict[str, str]) -> None:
        at_home = TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000))
        assert at_home.post("/session", json=clerk).headers["Set-Cookie"].startswith("gridmap=gms_")
        assert at_home.get("/me").status_code == 200

    @pytest.mark.parametrize(
        ("url", "peer"),
        [("http://office.test", "127.0.0.1"), ("http://127.0.0.1", "192.0.2.1"), ("http://localhost.test", "::1")],
    )
    def test_nowhere_else_a_password_is_taken_without_tls(
        self, app: FastAPI, clerk: dict[str, str], url: str, peer: str
    ) -> None:
        told = TestClient(app, base_url=url, client=(peer, 50000)).post("/session", json=clerk)
        assert (told.status_code, told.json()["code"]) == (403, "api.no_tls")
        assert "Set-Cookie" not in told.headers

    def test_without_the_prefix_it_is_nobodys_over_tls(self, nobody: TestClient, clerk: dict[str, str]) -> None:
        token = nobody.post("/session", json=clerk).cookies["__Host-gridmap"]
        nobody.cookies.clear()
        assert nobody.get("/me", headers={"Cookie": f"gridmap={token}"}).status_code == 401
        assert nobody.get("/me", headers={"Cookie": f"__Host-gridmap={token}"}).status_code == 200

    def test_signing_out_ends_the_session(self, signed_in: As) -> None:
        clerk = signed_in("clerk")
        kept = dict(clerk.cookies)
        ended = clerk.delete("/session")
        assert ended.status_code == 204
        assert ended.headers["Clear-Site-Data"] == '"cache"'
        assert not clerk.cookies
        clerk.cookies.update(kept)
        assert clerk.get("/me").status_code == 401
        assert clerk.delete("/session").status_code == 204


class TestWhatIsRefused:
    @pytest.mark.parametrize("name", ["w040", "w041", "w040\x00", "字"])
    def test_all_that_is_wrong_gets_one_answer(self, nobody: TestClient, clerk: dict[str, str], name: str) -> None:
        told = nobody.post("/session", json={"name": name, "password": "not the right sentence"})
        assert (told.status_code, told.json()["code"]) == (401, "office.sign_in_refused")

    def test_a_password_is_never_told_back(self, nobody: TestClient) -> None:
        told = nobody.post("/session", json={"name": ["w040"], "password": PASSWORD, "more": PASSWORD})
        assert told.status_code == 422
        assert PASSWORD not in told.text
        assert nobody.post("/session", json={"name": "w040", "password": PASSWORD * 100}).status_code == 422

    def test_the_delay_is_told(self, nobody: TestClient, clerk: dict[str, str]) -> None:
        wrong = {**clerk, "password": "not the right sentence"}
        told = [nobody.post("/session", json=wrong) for _ in range(5)][-1]
        assert (told.status_code, told.headers["Retry-After"]) == (429, "2")

    def test_the_delay_is_that_of_the_address_behind_a_trusted_proxy(
        self, app: FastAPI, office: Office, clerk: dict[str, str]
    ) -> None:
        app.state.office.settings = replace(app.state.office.settings, trusted_proxies=("10.0.0.0/8",))
        wrong = {**clerk, "password": "not the right sentence"}
        proxy = TestClient(app, base_url="http://office.test", client=("10.0.0.9", 50000))
        over = {"X-Forwarded-Proto": "https"}

        def tried(by: TestClient, forwarded: str) -> int:
            return by.post("/session", json=wrong, headers={**over, "X-Forwarded-For": forwarded}).status_code

        assert {tried(proxy, "198.51.100.7, 192.0.2.1, 10.1.1.1") for _ in range(4)} == {401}
        assert tried(proxy, "203.0.113.9, 192.0.2.1") == 429
        assert tried(proxy, "192.0.2.2") == 401
        # Of anybody else nothing that is forwarded is believed.
        other = TestClient(app, base_url="https://office.test", client=("203.0.113.1", 50000))
        codes = [other.post("/session", json=wrong, headers={"X-Forwarded-For": f"192.0.2.{n}"}) for n in range(9, 16)]
        assert codes[-1].status_code == 429


class TestAnotherSitesPage:
    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Origin": "https://elsewhere.test"},
            {"Origin": "null"},
            {"Origin": "https://office.test.elsewhere.test"},
            {"Origin": "https://office.test:8443"},
            {"Origin": "https://[office"},
            {"Referer": "https://elsewhere.test/office.test"},
            {"Origin": "https://elsewhere.test", "Referer": "https://office.test/"},
        ],
    )
    def test_changes_nothing(self, signed_in: As, headers: dict[str, str]) -> None:
        clerk = signed_in("clerk")
        del clerk.headers["Origin"]
        told = clerk.delete("/session", headers=headers)
        assert (told.status_code, told.json()["code"]) == (403, "api.origin")
        told = clerk.post("/me/password", json={"password": PASSWORD, "new": NEW}, headers=headers)
        assert (told.status_code, told.json()["code"]) == (403, "api.origin")
        assert clerk.get("/me", headers=headers).status_code == 200

    @pytest.mark.parametrize(
        "headers", [{"Origin": "https://office.test"}, {"Referer": "https://office.test:443/sign-in?x=1"}]
    )
    def test_our_own_does(self, signed_in: As, headers: dict[str, str]) -> None:
        clerk = signed_in("clerk")
        del clerk.headers["Origin"]
        assert clerk.delete("/session", headers=headers).status_code == 204

    def test_signs_nobody_in(self, nobody: TestClient, clerk: dict[str, str]) -> None:
        told = nobody.post("/session", json=clerk, headers={"Origin": "https://elsewhere.test"})
        assert told.status_code == 403

    def test_uses_no_remembered_password_of_basic(self, as_role: As, app: FastAPI) -> None:
        token = as_role("clerk").headers["Authorization"].removeprefix("Bearer ")
        browser = TestClient(app, base_url="https://office.test")
        told = browser.post("/me/password", json={}, auth=("x", token), headers={"Origin": "https://elsewhere.test"})
        assert (told.status_code, told.json()["code"]) == (403, "api.origin")


class TestOneself:
    def test_rights_are_those_of_the_moment(self, signed_in: As, office: Office) -> None:
        clerk = signed_in("clerk")
        assert "import" in clerk.get("/me").json()["acts"]
        change_account(LOCAL_ADMINISTRATOR, office, "clerk-1", "reader")
        me = clerk.get("/me").json()
        assert (me["role"], me["acts"]) == ("reader", ["read"])
        disable(LOCAL_ADMINISTRATOR, office, "clerk-1")
        assert clerk.get("/me").status_code == 401

    def test_a_new_password_ends_every_other_session(self, signed_in: As, nobody: TestClient) -> None:
        clerk = signed_in("clerk")
        assert nobody.post("/session", json={"name": "clerk-1", "password": PASSWORD}).status_code == 200
        weak = clerk.post("/me/password", json={"password": PASSWORD, "new": "short"})
        assert (weak.status_code, len(weak.json()["faults"])) == (422, 1)
        wrong = clerk.post("/me/password", json={"password": NEW, "new": NEW})
        assert wrong.status_code == 401
        assert clerk.post("/me/password", json={"password": PASSWORD, "new": NEW}).status_code == 200
        assert (clerk.get("/me").status_code, nobody.get("/me").status_code) == (200, 401)
        assert nobody.post("/session", json={"name": "clerk-1", "password": NEW}).status_code == 200

    def test_a_token_has_no_password(self, as_role: As) -> None:
        told = as_role("clerk").post("/me/password", json={"password": PASSWORD, "new": NEW})
        assert (told.status_code, told.json()["code"]) == (403, "api.session_wanted")

    def test_coming_and_going_is_audited(self, signed_in: As, office: Office) -> None:
        signed_in("clerk").delete("/session")
        acts = read_audit(LOCAL_ADMINISTRATOR, office, limit=2)
        assert acts["action"].tolist() == ["sign_out", "sign_in"]
        assert acts["detail"].tolist()[1] == {"by": "password"}
