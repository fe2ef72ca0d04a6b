"""OGC API Features: every row once, as the errands give it, in each system; nothing that tells a home to others."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gridmap.office.collected import collected
from gridmap.office.collections import collections
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from tests.api.conftest import As
from tests.office.conftest import CLOCK, SOUTH, STEP, WEST, Sheet
from tests.office.evenings import CANARIES, DAY, plan_by_hand

TODAY = CLOCK.today()
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
SECRETS = ("张三", "李四", "王五", "陈婆", "王母路", "葵涌路", "NEVER-SAID", "13800001111")
BIG, SMALL = "440307010001", "440307010001101"


def items(client: TestClient, name: str, **query: Any) -> dict[str, Any]:
    told = client.get(f"/ogc/collections/{name}/items", params=query)
    assert told.status_code == 200, told.text
    body: dict[str, Any] = told.json()
    return body


def ids(client: TestClient, name: str, **query: Any) -> list[str]:
    return [row["id"] for row in items(client, name, **query)["features"]]


def names(client: TestClient) -> list[str]:
    return [one["id"] for one in client.get("/ogc/collections").json()["collections"]]


def pages(client: TestClient, name: str, **query: Any) -> list[str]:
    """Return the ids of all pages, followed by their links."""
    address, found = f"/ogc/collections/{name}/items", []
    body = client.get(address, params=query).json()
    while True:
        found += [row["id"] for row in body["features"]]
        following = [link["href"] for link in body["links"] if link["rel"] == "next"]
        if not following:
            assert body["numberMatched"] == len(found)
            return found
        body = client.get(following[0]).json()


def test_every_address_that_a_document_names_is_there(reads: As) -> None:
    client, seen = reads("planner"), set()
    waiting = ["/ogc"]
    while waiting:
        address = waiting.pop()
        told = client.get(address)
        assert told.status_code == 200, address
        seen.add(address)
        if "json" in told.headers["content-type"] and "/items" not in address:
            text = told.text
            for link in [*_links(json.loads(text))]:
                if link not in seen and link not in waiting and link.startswith("https://office.test/"):
                    waiting.append(link)
    assert {"https://office.test/ogc/api", "https://office.test/ogc/conformance"} <= seen
    assert len([one for one in seen if "/queryables" in one]) >= len(names(client))


def _links(body: Any) -> list[str]:
    if isinstance(body, dict):
        own = [one["href"] for one in body.get("links", []) if isinstance(one, dict) and "href" in one]
        return own + [link for part in body.values() for link in _links(part)]
    return [link for part in body for link in _links(part)] if isinstance(body, list) else []


def test_every_row_of_every_collection_is_what_the_errand_gives(lived: FastAPI, reads: As) -> None:
    person = Person("somebody", "planner")
    office = lived.state.office
    client = reads("planner")
    assert names(client) == list(collections(person, office))
    rows = 0
    for name in names(client):
        want = collected(person, office, name, on=TODAY, lang="zh")
        assert pages(client, name, limit=3, lang="zh") == want["id"].tolist()
        got = items(client, name, limit=1000, lang="zh")["features"]
        shapes = [None if one["geometry"] is None else shapely.geometry.shape(one["geometry"]) for one in got]
        assert all(
            left is None if right is None else shapely.equals(left, right)
            for left, right in zip(shapes, want.geometry, strict=True)
        )
        rows += len(got)
    assert rows > 30


def test_a_row_has_an_address_of_its_own(reads: As) -> None:
    client = reads("reader")
    (row,) = items(client, "streetlights", filter="pole = 'L2'")["features"]
    told = client.get("/ogc/collections/streetlights/items/L2").json()
    assert {name: told[name] for name in row} == row
    assert client.get("/ogc/collections/streetlights/items/L99").status_code == 404
    assert client.get("/ogc/collections/streetlights/items/L2?on=2014-01-01").status_code == 404


@pytest.mark.parametrize(
    "address", ["", "/conformance", "/collections", "/collections/gaps", "/collections/gaps/items"]
)
def test_a_page_says_the_same_without_a_script(reads: As, address: str) -> None:
    client = reads("reader")
    told = client.get(f"/ogc{address}", headers={"Accept": "text/html,*/*"})
    assert told.headers["content-type"].startswith("text/html")
    assert "<script" not in told.text
    assert "script-src" not in told.headers["content-security-policy"]
    assert client.get(f"/ogc{address}?f=json").headers["content-type"] in {"application/json", "application/geo+json"}


def test_a_page_takes_no_markup_from_a_register(as_role: As, office: Office, sheet: Sheet) -> None:
    rows = sheet("b.xlsx", ("商户编号", "名称", "经度", "纬度"), ("<b>/?#1", "<script>alert(1)</script>", WEST, SOUTH))
    import_register(LOCAL_ADMINISTRATOR, office, "businesses", Source(rows, crs="EPSG:4326"), Terms(TODAY))
    client = as_role("reader")
    page = client.get("/ogc/collections/businesses/items?f=html").text
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page
    own = page.split('<tr><td><a href="')[1].split('"')[0]
    assert client.get(own.replace("&amp;", "&"), params={"f": "json"}).json()["id"] == "<b>/?#1"


@pytest.mark.parametrize(
    ("query", "status", "word"),
    [
        ({"filter": "telephone = '1'"}, 400, "pole"),
        ({"filter": "pole ="}, 400, "filter"),
        ({"filter": "TRUE", "filter-lang": "sql"}, 422, "filter-lang"),
        ({"telephone": "13800001111"}, 400, "pole"),
        ({"bbox": "1,2,3"}, 400, "bbox"),
        ({"bbox": "1,2,nan,4"}, 400, "bbox"),
        ({"bbox": "1,4,3,2"}, 400, "bbox"),
        ({"bbox": "1,2,3,4", "bbox-crs": f"{EPSG}2000"}, 400, f"{EPSG}4547"),
        ({"crs": "EPSG:4326"}, 400, f"{EPSG}4326"),
        ({"filter": "TRUE", "filter-crs": "x"}, 400, "filter-crs"),
        ({"datetime": "yesterday"}, 400, "datetime"),
        ({"datetime": "../.."}, 400, "datetime"),
        ({"power": "tall"}, 400, "power"),
        ({"limit": "0"}, 422, "limit"),
        ({"after": "nonsense"}, 422, "after"),
        ({"sortby": "telephone"}, 422, "pole"),
        ({"on": "2014-01-01", "cell": SMALL}, 404, "2014-01-01"),
        ({"cell": "nowhere"}, 404, "nowhere"),
    ],
)
def test_what_cannot_be_asked_is_told_by_name(reads: As, query: dict[str, str], status: int, word: str) -> None:
    told = reads("reader").get("/ogc/collections/streetlights/items", params=query)
    assert told.status_code == status, told.text
    assert word in told.text
    assert "13800001111" not in told.text


@pytest.mark.parametrize("address", ["", "/collections", "/collections/gaps/items", "/collections/gaps/items/x"])
def test_nobody_and_the_public_get_nothing(reads: As, nobody: TestClient, address: str) -> None:
    assert nobody.get(f"/ogc{address}").status_code == 401
    assert reads("public").get(f"/ogc{address}").status_code == 403


def test_a_filter_is_kept_from_page_to_page(reads: As) -> None:
    client = reads("reader")
    filtered = "name LIKE 'small %' AND S_INTERSECTS(geometry, BBOX(114.48, 22.59, 114.4899, 22.6))"
    assert pages(client, "cells_small", filter=filtered, limit=1) == ids(client, "cells_small", filter=filtered)
    assert len(ids(client, "cells_small", filter=filtered)) == 4
    inverse = {"op": "not", "args": [{"op": "like", "args": [{"property": "name"}, "small 0%"]}]}
    told = pages(client, "cells_small", **{"filter": json.dumps(inverse), "filter-lang": "cql2-json"}, limit=2)
    assert len(told) == 6


def test_rows_are_sorted_by_any_column(reads: As) -> None:
    client = reads("reader")
    down = pages(client, "cells_small", sortby="-name", limit=3)
    assert down == list(reversed(pages(client, "cells_small", sortby="+name", limit=3)))


def test_properties_are_asked_for_by_value(reads: As) -> None:
    client = reads("reader")
    assert ids(client, "streetlights", status="dark") == ids(client, "streetlights", filter="status = 'dark'") == ["L2"]
    assert ids(client, "cells_small", attended="true", code=SMALL) == [SMALL]
    assert ids(client, "cells_small", attended="false", code=SMALL) == []


@pytest.mark.parametrize(("code", "turned"), [(4326, True), (4490, True), (3857, False), (4547, True)])
def test_each_system_has_its_own_order_of_axes_and_finds_the_same(reads: As, code: int, turned: bool) -> None:
    client = reads("reader")
    uri = f"{EPSG}{code}"
    told = client.get("/ogc/collections/cells_small/items", params={"crs": uri})
    assert told.headers["Content-Crs"] == f"<{uri}>"
    rows = told.json()["features"]
    first = shapely.geometry.shape(rows[0]["geometry"])
    x, y = first.centroid.coords[0]
    east, north = (y, x) if turned else (x, y)
    assert (east > north) is (code in {4326, 4490, 3857})
    inner = first.buffer(-0.2 * (first.bounds[2] - first.bounds[0]))
    box = ",".join(str(one) for one in inner.bounds)
    assert ids(client, "cells_small", **{"bbox": box, "bbox-crs": uri}) == [rows[0]["id"]]
    filtered = f"S_WITHIN({inner.wkt}, geometry)"
    assert ids(client, "cells_small", **{"filter": filtered, "filter-crs": uri}) == [rows[0]["id"]]


def test_a_box_reaches_over_the_date_line(reads: As) -> None:
    client = reads("reader")
    assert len(ids(client, "cells_small", bbox="114.47,22,-170,23")) == 8
    assert ids(client, "cells_small", bbox="170,22,-170,23") == []


def test_a_time_picks_the_day_and_the_rows_that_hold_in_it(reads: As) -> None:
    client = reads("planner")
    lamp = ids(client, "issues", filter="closed_at IS NOT NULL")
    assert len(lamp) == 1
    assert lamp[0] in ids(client, "issues", datetime="2015-05-04/2015-05-04")
    assert lamp[0] not in ids(client, "issues", datetime="2015-06-01/..")
    assert lamp[0] not in ids(client, "issues", datetime="../2015-05-03")
    assert lamp[0] in ids(client, "issues", datetime="2015-05-04T12:00:00Z")
    assert ids(client, "issues", on="2015-05-03") == []
    assert ids(client, "streetlights", datetime="2014-12-31") == []


def test_a_home_has_no_place_for_others(reads: As) -> None:
    client = reads("planner")
    rows = items(client, "households")["features"]
    assert [row["id"] for row in rows] == ["H1", "H2", "H3", "H4"]
    assert [row["geometry"] for row in rows] == [None] * 4
    assert ids(client, "households", bbox="114,22,115,23") == []
    assert ids(client, "households", filter="S_INTERSECTS(geometry, BBOX(114, 22, 115, 23))") == []
    assert ids(client, "households", filter="S_DISJOINT(geometry, BBOX(114, 22, 115, 23))") == []


def test_a_home_has_a_place_for_those_who_answer_for_it_today(works: As) -> None:
    rows = items(works("cadre", "7"), "households")["features"]
    placed = {row["id"] for row in rows if row["geometry"] is not None}
    assert placed
    assert placed < {row["id"] for row in rows}
    assert {row["properties"]["cell"] for row in rows if row["id"] in placed} == {SMALL}


def test_a_gap_of_a_home_says_neither_which_nor_where(reads: As) -> None:
    rows = items(reads("planner"), "gaps", limit=1000, lang="en")["features"]
    homes = [row for row in rows if row["properties"]["subject"].startswith("households")]
    assert homes
    assert {row["properties"]["subject"] for row in homes} == {"households"}
    assert all(row["geometry"] is None for row in homes)
    assert len({row["id"] for row in rows}) == len(rows)


def test_a_sensitive_layer_is_there_for_those_responsible_alone(reads: As, works: As) -> None:
    reader = reads("reader")
    assert "care_places" not in names(reader)
    assert reader.get("/ogc/collections/care_places/items").status_code == 404
    assert "care_places" not in reader.get("/ogc/collections/gaps/items?limit=1000").text
    assert ids(works("cadre", "7"), "care_places") == ["C1"]
    assert ids(works("cadre", "9"), "care_places") == []


def test_a_scope_cuts_every_collection(reads: As) -> None:
    whole, part = reads("planner"), reads("planner", BIG)
    for name in names(part):
        rows = items(part, name, limit=1000)["features"]
        assert {row["id"] for row in rows} <= set(ids(whole, name, limit=1000))
        for row in rows:
            cells = [row["properties"].get(column) for column in ("cell", "code", "small", "middle", "big")]
            assert all(cell is None or cell.startswith(BIG) for cell in cells), (name, row)
    assert 0 < len(ids(part, "cells_small")) < len(ids(whole, "cells_small"))


def test_under_a_cell_lies_what_is_in_it_or_below(reads: As) -> None:
    client = reads("reader")
    assert ids(client, "cells_small", cell=BIG) == ids(client, "cells_small", filter=f"code LIKE '{BIG}%'")
    assert set(ids(client, "streetlights", cell=BIG)) == {"L1", "L2", "L3"}


@pytest.mark.parametrize("role", ["reader", "planner", "leader", "clerk", "auditor"])
def test_no_collection_holds_a_personal_value(lived: FastAPI, reads: As, role: str) -> None:
    client, layers = reads(role), lived.state.office.layers
    for name in names(client):
        for form in ("json", "html"):
            told = client.get(f"/ogc/collections/{name}/items", params={"f": form, "limit": 1000}).text
            assert [one for one in SECRETS if one in told] == [], name
        asked = client.get(f"/ogc/collections/{name}/queryables").json()["properties"]
        private = {one.name for one in layers[name].fields if one.mark != "public"} if name in layers else set()
        assert private.isdisjoint(asked)


def test_routes_show_no_home_and_no_way_to_one(as_role: As, office: Office, tmp_path: Path) -> None:
    plan_by_hand(office, tmp_path)
    client = as_role("planner")
    day = DAY.isoformat()
    legs = {row["properties"]["cadre"]: row for row in items(client, "route_legs", on=day)["features"]}
    assert set(legs) == {"7", "9"}, "that of 8 goes to a care place alone"
    assert legs["7"]["geometry"] is None
    assert legs["9"]["geometry"] is not None
    stops = items(client, "route_stops", on=day)["features"]
    assert [(row["properties"]["cadre"], row["properties"]["key"]) for row in stops] == [
        ("7", "S1"),
        ("7", None),
        ("9", "S2"),
        ("9", "S1"),
    ]
    for name in ("route_legs", "route_stops"):
        told = client.get(f"/ogc/collections/{name}/items", params={"on": day}).text
        assert [one for one in (*CANARIES, "H1", "H2", "C1") if one in told] == []
        assert as_role("reader").get(f"/ogc/collections/{name}").status_code == 404


def test_an_answer_is_sent_again_only_after_an_edit(as_role: As, office: Office, sheet: Sheet) -> None:
    client = as_role("reader")
    address = "/ogc/collections/streetlights/items"
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    place = (WEST + STEP / 2, SOUTH + STEP / 2)
    rows = sheet("l.xlsx", ("灯杆编号", "状态", "经度", "纬度"), ("L1", "正常", *place))
    import_register(
        LOCAL_ADMINISTRATOR, office, "streetlights", Source(rows, crs="EPSG:4326"), Terms(dt.date(2015, 1, 1))
    )
    after = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert after.status_code == 200
    assert [row["id"] for row in after.json()["features"]] == ["L1"]


def test_an_office_without_a_grid_has_collections_all_the_same(empty_office: Office) -> None:
    assert list(collections(LOCAL_ADMINISTRATOR, empty_office))[:3] == ["cells_big", "cells_middle", "cells_small"]
    assert collected(LOCAL_ADMINISTRATOR, empty_office, "streetlights", on=TODAY).empty
