"""Accounts and tokens over HTTP: for administrators of the whole office, as the errands allow."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import As
from tests.office.signing import PASSWORD

NEW = {"name": "w040", "role": "clerk", "password": PASSWORD}


@pytest.fixture
def admin(signed_in: As) -> TestClient:
    """An administrator of the whole office."""
    return signed_in("administrator")


class TestAccounts:
    def test_one_is_made_listed_and_shown_without_its_password(self, admin: TestClient) -> None:
        made = admin.post("/accounts", json={**NEW, "scope": ["440307010001"]})
        assert made.status_code == 201, made.text
        assert made.json()["scope"] == ["440307010001"]
        assert (made.json()["by_password"], made.json()["by_identity"]) == (True, False)
        listed = admin.get("/accounts", params={"sort": "-name"}).json()
        assert [one["name"] for one in listed["items"]] == ["w040", "administrator-1"]
        shown = admin.get("/accounts/W040")
        assert shown.json() == made.json()
        assert listed["items"][0].keys() == shown.json().keys()
        assert not {"password", "password_hash", "identity"} & shown.json().keys()

    @pytest.mark.parametrize(
        ("given", "status", "code"),
        [
            ({"role": "king"}, 422, "office.account_role"),
            ({"name": "a b"}, 422, "office.account_name"),
            ({"password": "short"}, 422, "faults.many"),
            ({"password": None}, 422, "office.account_way"),
            ({"identity": "subject-1"}, 422, "office.no_issuer"),
            ({"scope": ["999"]}, 404, "office.account_cells"),
            ({"cadre": "nobody"}, 404, "store.unknown_cadre"),
            ({"name": "administrator-1"}, 409, "store.account_exists"),
            ({"more": 1}, 422, "faults.many"),
        ],
    )
    def test_what_cannot_be_is_refused(
        self, admin: TestClient, given: dict[str, object], status: int, code: str
    ) -> None:
        told = admin.post("/accounts", json={**NEW, **given})
        assert (told.status_code, told.json()["code"]) == (status, code)
        assert PASSWORD not in told.text

    def test_rights_change_upon_the_state_that_was_seen(self, admin: TestClient) -> None:
        tag = admin.post("/accounts", json=NEW).headers["ETag"]
        assert admin.get("/accounts/w040").headers["ETag"] == tag
        rights = {"role": "leader", "scope": ["440307010002"]}
        assert admin.put("/accounts/w040", json=rights).status_code == 428
        changed = admin.put("/accounts/w040", json=rights, headers={"If-Match": tag})
        assert (changed.status_code, changed.json()["role"]) == (200, "leader")
        assert admin.put("/accounts/w040", json=rights, headers={"If-Match": tag}).status_code == 412
        assert admin.put("/accounts/w041", json=rights, headers={"If-Match": tag}).status_code == 404

    def test_disabled_it_signs_in_no_more(self, admin: TestClient, nobody: TestClient) -> None:
        admin.post("/accounts", json=NEW)
        sign_in = {"name": "w040", "password": PASSWORD}
        assert nobody.post("/session", json=sign_in).status_code == 200
        assert admin.post("/accounts/w040/disable").json() == {"sessions": 1}
        assert nobody.post("/session", json=sign_in).status_code == 401
        assert admin.post("/accounts/w040/enable").status_code == 204
        assert nobody.post("/session", json=sign_in).status_code == 200
        assert admin.put("/accounts/w040/password", json={"password": "the other sentence"}).json() == {"sessions": 1}
        assert nobody.get("/me").status_code == 401
        assert admin.post("/accounts/w041/disable").status_code == 404

    @pytest.mark.parametrize(("role", "cells"), [("leader", ()), ("administrator", ("440307010001",))])
    def test_for_nobody_else(self, signed_in: As, role: str, cells: tuple[str, ...]) -> None:
        other = signed_in(role, *cells)
        assert {
            other.get("/accounts").status_code,
            other.get(f"/accounts/{role}-1").status_code,
            other.post("/accounts", json=NEW).status_code,
            other.put(f"/accounts/{role}-1", json={"role": "reader"}, headers={"If-Match": "*"}).status_code,
            other.put(f"/accounts/{role}-1/password", json={"password": PASSWORD}).status_code,
            other.put(f"/accounts/{role}-1/identity", json={"identity": None}).status_code,
            other.post(f"/accounts/{role}-1/disable").status_code,
            other.post(f"/accounts/{role}-1/enable").status_code,
            other.get("/tokens").status_code,
            other.post("/tokens", json={"label": "qgis", "role": "reader"}).status_code,
            other.delete("/tokens/1").status_code,
        } == {403}


class TestTokens:
    def test_one_is_told_once_and_holds_until_revoked(self, admin: TestClient) -> None:
        made = admin.post("/tokens", json={"label": "qgis", "role": "reader", "days": 3})
        assert made.status_code == 201
        token = made.json()["token"]
        bearer = TestClient(admin.app, base_url="https://office.test", headers={"Authorization": f"Bearer {token}"})
        assert bearer.get("/me").json()["role"] == "reader"
        listed = admin.get("/tokens")
        assert [(one["label"], one["holds"]) for one in listed.json()["items"]] == [("qgis", True)]
        assert token not in listed.text
        assert admin.delete(f"/tokens/{made.json()['id']}").status_code == 204
        assert bearer.get("/me").status_code == 401
        assert admin.delete("/tokens/99").status_code == 404

    @pytest.mark.parametrize(
        ("given", "status"),
        [
            ({"role": "administrator"}, 403),
            ({"role": None}, 422),
            ({"role": "reader", "account": "administrator-1"}, 422),
            ({"role": "reader", "days": 367}, 422),
            ({"role": "reader", "label": "  "}, 422),
            ({"role": "reader", "scope": ["999"]}, 404),
            ({"role": None, "account": "w041"}, 404),
        ],
    )
    def test_what_cannot_be_is_refused(self, admin: TestClient, given: dict[str, object], status: int) -> None:
        assert admin.post("/tokens", json={"label": "qgis", **given}).status_code == status
