"""Cells over HTTP: who answers for each, the card, geometry once an edition."""

from __future__ import annotations

from tests.api.conftest import As
from tests.office.visited import BIG, MIDDLE, SMALL

ON = {"on": "2015-05-20"}


def test_the_list_says_who_answers_and_carries_no_geometry_unless_asked(reads: As) -> None:
    reader = reads("reader")
    rows = {row["code"]: row for row in reader.get("/cells", params=ON).json()["items"]}
    assert len(rows) == 14
    assert (rows[SMALL]["who_name"], rows[SMALL]["attended"], rows[SMALL]["parent"]) == ("李一", True, MIDDLE)
    assert (rows[MIDDLE]["who_name"], rows[MIDDLE]["how"], rows[MIDDLE]["attended"]) == ("周书记", "parent", False)
    assert "geometry" not in rows[SMALL]
    with_it = reader.get("/cells", params=ON | {"geometry": True, "level": "small", "cell": MIDDLE}).json()["items"]
    assert [row["geometry"]["type"] for row in with_it] == ["Polygon", "Polygon"]


def test_geometry_comes_once_an_edition_and_then_never_again(reads: As) -> None:
    reader = reads("reader")
    got = reader.get("/grid/1/cells")
    assert got.headers["Content-Type"] == "application/geo+json"
    assert len(got.json()["features"]) == 14
    assert {one["id"] for one in reads("reader", SMALL).get("/grid/1/cells").json()["features"]} == {SMALL}
    assert reader.get("/grid/1/cells", headers={"If-None-Match": got.headers["ETag"]}).status_code == 304
    other = reads("reader", SMALL).get("/grid/1/cells", headers={"If-None-Match": got.headers["ETag"]})
    assert other.status_code == 200
    assert reader.get("/grid/99/cells").status_code == 404


def test_the_card_tells_who_figures_duties_gaps_issues_and_history(reads: As) -> None:
    card = reads("leader").get(f"/cells/{SMALL}", params=ON).json()
    assert (card["level"], card["parent"], card["children"]) == ("small", MIDDLE, [])
    assert (card["answer"]["name"], card["answer"]["chain"][0]["cell"]) == ("李一", SMALL)
    assert (card["figures"]["coverage.layer:households"], card["figures"]["ledger.eligible"]) == (2, 2)
    assert {"duty": "households_2015", "state": "met", "count": 1} in card["duties"]
    assert card["open_issues"] == len(card["first_issues"]) == 1
    assert [(one["id"], one["valid_from"]) for one in card["editions"]] == [(1, "2015-01-01")]
    assert [(one["who"], one["name"]) for one in card["posts"]] == [("7", "李一")]


def test_the_card_of_a_cell_sums_what_lies_below_it(reads: As) -> None:
    reader = reads("reader")
    small, big = (reader.get(f"/cells/{code}", params=ON).json() for code in (SMALL, BIG))
    gaps = {one["kind"]: one["gaps"] for one in big["gaps"]}
    listed = reader.get("/gaps", params=ON | {"cell": BIG, "limit": 1000}).json()["items"]
    assert gaps == {kind: sum(one["kind"] == kind for one in listed) for kind in {one["kind"] for one in listed}}
    assert sum(one["gaps"] for one in small["gaps"]) < sum(gaps.values())


def test_what_is_sensitive_has_not_even_a_count_on_the_card(reads: As, works: As) -> None:
    stranger, his = (client.get(f"/cells/{SMALL}", params=ON).text for client in (reads("leader"), works("cadre", "7")))
    assert "care" not in stranger
    assert "care_monthly" in his, "he answers there"
