"""Features over HTTP: masked lists, one's card, looking in what is masked, revealing it with a reason."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import As
from tests.office.visited import SMALL

ON = {"on": "2015-05-20"}
HEAD = "张三"


def last_audit(administers: TestClient) -> dict[str, object]:
    row: dict[str, object] = administers.get("/audit", params={"sort": "-seq", "limit": 1}).json()["items"][0]
    return row


def test_layers_are_those_that_exist_for_who_asks(reads: As, works: As, administers: TestClient) -> None:
    names = {one["name"] for one in reads("reader").get("/layers").json()}
    assert "households" in names
    assert "care_places" not in names
    for other in (works("cadre", "7"), administers):
        layers = {one["name"]: one for one in other.get("/layers").json()}
        assert layers["care_places"]["sensitive"]
    marks = {one["name"]: one["mark"] for one in layers["households"]["fields"]}
    assert (marks["head"], marks["people"]) == ("personal", "public")


def test_the_place_of_a_home_is_for_who_answers_there(reads: As, works: As) -> None:
    box = {"bbox": "114,22,115,23"}
    path = "/features/households"
    rows = reads("clerk").get(path, params=ON).json()["items"]
    assert len(rows) == 4
    assert {row["geometry"] for row in rows} == {None}
    assert reads("clerk").get(path, params=ON | box).json()["count"] == 0, "no box finds it"
    his = {row["key"]: row["geometry"] for row in works("cadre", "7").get(path, params=ON).json()["items"]}
    assert his["H1"]["type"] == "Point"
    assert his["H3"] is None
    assert reads("reader").get("/features/streetlights", params=ON | box).json()["count"] == 4


def test_no_personal_field_is_in_a_list_or_on_a_card(reads: As, administers: TestClient) -> None:
    for client in (reads("planner"), administers):
        for path in ("/features/households", "/features/households/H1"):
            told = client.get(path, params=ON).text
            assert HEAD not in told
            assert "王母路" not in told


def test_a_sensitive_layer_does_not_exist_for_others(reads: As, works: As) -> None:
    for path in ("/features/care_places", "/features/care_places/C1"):
        assert reads("leader").get(path, params=ON).status_code == 403
        assert works("cadre", "7").get(path, params=ON).status_code == 200
    assert works("cadre", "9").get("/features/care_places", params=ON).json()["count"] == 0
    assert works("cadre", "9").get("/features/care_places/C1", params=ON).status_code == 404


def test_the_card_tells_cell_answer_duties_and_visits(works: As, reads: As) -> None:
    his = works("cadre", "7").get("/features/households/H1", params=ON).json()
    assert (his["feature"]["cell"], his["answer"]["name"]) == (SMALL, "李一")
    assert [(one["duty"], one["state"]) for one in his["duties"]] == [("households_2015", "met")]
    assert [one["outcome"] for one in his["visits"]] == ["met"]
    other = reads("reader").get("/features/households/H1", params=ON).json()
    assert [(one["outcome"], one["at"]) for one in other["visits"]] == [(None, None)]
    assert reads("reader").get("/features/households/H9", params=ON).status_code == 404
    assert reads("reader").get("/features/dragons", params=ON).status_code == 404


def test_a_reader_may_not_look_in_a_personal_field(reads: As) -> None:
    asked = {"field": "head", "text": HEAD, "reason": "curious", **ON}
    assert reads("reader").post("/features/households/search", json=asked).status_code == 403
    assert reads("planner").post("/features/households/search", json=asked).status_code == 403


def test_who_may_reveal_finds_by_a_personal_field_and_the_audit_knows(administers: TestClient) -> None:
    asked = {"field": "head", "text": " 张 三", "reason": "a call came in", **ON}
    found = administers.post("/features/households/search", json=asked)
    assert [row["key"] for row in found.json()["items"]] == ["H1"]
    assert HEAD not in found.text
    row = last_audit(administers)
    assert (row["action"], row["detail"]) == (
        "search",
        {"fields": ["head"], "layer": "households", "reason": "a call came in", "rows": 1},
    )


def test_who_answers_finds_in_his_cells_alone(works: As) -> None:
    his = works("cadre", "7")
    path, why = "/features/households/search", {"reason": "a visit", **ON}
    assert his.post(path, json={"field": "address", "text": "王母路", **why}).json()["count"] == 2
    assert his.post(path, json={"field": "head", "text": "王五", **why}).json()["count"] == 0, "another's"


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"text": "张"}, 422), ({"reason": " "}, 422), ({"field": "dragon"}, 404), ({"more": 1}, 422), ({"text": 7}, 422)],
)
def test_a_search_that_cannot_be_is_told_without_its_text(
    administers: TestClient, wrong: dict[str, object], status: int
) -> None:
    told = administers.post(
        "/features/households/search", json={"field": "head", "text": HEAD, "reason": "a call"} | wrong
    )
    assert told.status_code == status, told.text
    assert HEAD not in told.text


def test_a_public_field_needs_no_reason(reads: As) -> None:
    asked = {"field": "name", "text": "电子", **ON}
    assert reads("reader").post("/features/enterprises/search", json=asked).json()["count"] == 1


def test_a_reveal_is_in_the_audit_before_the_value_leaves(administers: TestClient) -> None:
    asked = {"keys": ["H1", "H2"], "fields": ["head"], "reason": "a call", **ON}
    told = administers.post("/features/households/reveal", json=asked).json()
    assert told["items"] == [{"key": "H1", "head": HEAD}, {"key": "H2", "head": "李四"}]
    row = last_audit(administers)
    assert row["detail"] == {"fields": ["head"], "keys": ["H1", "H2"], "layer": "households", "reason": "a call"}


def test_a_reveal_is_for_who_may_or_answers_there(reads: As, works: As, administers: TestClient) -> None:
    path = "/features/households/reveal"
    asked = {"keys": ["H1"], "fields": ["head"], "reason": "a call", **ON}
    assert reads("clerk").post(path, json=asked).status_code == 403
    assert works("cadre", "9").post(path, json=asked).status_code == 403
    assert works("cadre", "7").post(path, json=asked).json()["items"] == [{"key": "H1", "head": HEAD}]
    before = last_audit(administers)["seq"]
    for wrong, status in (
        ({"keys": ["H9"]}, 404),
        ({"fields": ["people"]}, 422),
        ({"reason": ""}, 422),
        ({"keys": []}, 422),
    ):
        assert administers.post(path, json=asked | wrong).status_code == status
    assert last_audit(administers)["seq"] == before, "nothing was revealed and nothing is claimed"
