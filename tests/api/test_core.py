"""The service's own rules: who nobody is, how errors are told, when nothing is sent again."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import As

HEAD = {"cell": "440307010001"}


def test_it_lives_for_everybody(nobody: TestClient) -> None:
    assert nobody.get("/health").json() == {"status": "ok"}
    assert nobody.get("/ready").json() == {"status": "ok"}


def test_nobody_gets_nothing_else(nobody: TestClient) -> None:
    refused = nobody.get("/who", params=HEAD)
    assert refused.status_code == 401
    assert refused.json()["code"] == "office.no_session"
    assert refused.headers["WWW-Authenticate"].startswith("Basic")


def test_a_token_works_as_bearer_and_as_the_password_of_basic(as_role: As) -> None:
    reader = as_role("reader")
    assert reader.get("/who", params=HEAD).status_code == 200
    token = reader.headers["Authorization"].removeprefix("Bearer ")
    assert TestClient(reader.app).get("/who", params=HEAD, auth=("anything", token)).status_code == 200
    assert TestClient(reader.app).get("/who", params=HEAD, auth=("anything", token + "x")).status_code == 401


def test_what_does_not_fit_is_told_without_the_value(as_role: As) -> None:
    told = as_role("reader").get("/who", params={"lon": "somebody", "lat": 200})
    assert told.status_code == 422
    assert [fault["column"] for fault in told.json()["faults"]] == ["lon", "lat"]
    assert "somebody" not in told.text


@pytest.mark.parametrize(("lang", "word"), [("zh", "缺少"), ("en", "nothing at this address")])
def test_errors_are_told_in_the_language_asked_for(nobody: TestClient, lang: str, word: str) -> None:
    told = nobody.get("/nowhere", headers={"Accept-Language": lang})
    assert told.status_code == 404
    assert told.json()["code"] == "api.no_such_page"
    assert (word in told.json()["sentence"]) is (lang == "en")


def test_what_has_not_changed_is_not_sent_again(as_role: As) -> None:
    reader = as_role("reader")
    first = reader.get("/who", params=HEAD)
    assert first.headers["Cache-Control"] == "private, must-revalidate"
    again = reader.get("/who", params=HEAD, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = as_role("leader").get("/who", params=HEAD, headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_every_answer_has_the_headers_that_keep_it_in_its_place(nobody: TestClient) -> None:
    for path in ("/health", "/nowhere", "/who"):
        headers = nobody.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Request-Id"]


def test_the_description_says_how_one_is_known_and_where_one_must_be(nobody: TestClient) -> None:
    told = nobody.get("/openapi.json").json()
    schemes = told["components"]["securitySchemes"]
    assert {(one["type"], one.get("scheme", one.get("in"))) for one in schemes.values()} == {
        ("apiKey", "cookie"),
        ("http", "bearer"),
        ("http", "basic"),
    }
    open_ones = {path for path, acts in told["paths"].items() for one in acts.values() if "security" not in one}
    assert open_ones == {"/health", "/ready", "/session", "/session/oidc", "/session/oidc/return"}
    for path in open_ones - {"/session"}:
        assert nobody.get(path).status_code != 401
    assert any(one["name"] == "If-Match" for one in told["paths"]["/visits/{visit}"]["patch"]["parameters"])
