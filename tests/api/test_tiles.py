"""Vector tiles: every row that its reader may see, on the map or counted; never where a home is."""

from __future__ import annotations

import datetime as dt
import gzip
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pytest
import shapely
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pyproj import Transformer

from gridmap.errors import NotFoundError
from gridmap.maps.tiles.squares import tile_bounds, tiles_over
from gridmap.office.collected import collected
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.kept_tiles import kept_tiles
from gridmap.office.tiling import Tiling, tile
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.store.engine import Store, Transaction
from gridmap.store.scope import Scope
from tests.api.conftest import As
from tests.maps.tiles.reading import by_gdal
from tests.office.conftest import CLOCK, SOUTH, STEP, WEST, Sheet

TODAY = CLOCK.today()
SECRETS = ("张三", "李四", "王五", "陈婆", "王母路", "葵涌路", "H1", "H2", "C1")
BIG, FAR_BIG, SMALL = "440307010001", "440307010002", "440307010001101"
WHOLE = (WEST - STEP, SOUTH - STEP, WEST + 6 * STEP, SOUTH + 6 * STEP)


def read(client: TestClient, names: str, at: tuple[int, int, int], **query: Any) -> dict[str, Any]:
    told = client.get(f"/tiles/{names}/{at[0]}/{at[1]}/{at[2]}", params=query)
    assert told.status_code == 200, told.text
    found: dict[str, Any] = mapbox_vector_tile.decode(told.content) if told.content else {}
    return found


def facts(client: TestClient, name: str, z: int, **query: Any) -> list[dict[str, Any]]:
    """Return the attributes of what the tiles of a zoom hold, once each."""
    tiles = [read(client, name, at, **query) for at in tiles_over(WHOLE, z)]
    rows = [row["properties"] for one in tiles for row in one.get(name, {"features": []})["features"]]
    return [dict(row) for row in {tuple(sorted(row.items())): row for row in rows}.values()]


@pytest.mark.parametrize("name", ["cells_big", "cells_middle", "cells_small", "enterprises", "streetlights", "issues"])
def test_every_placed_row_of_a_collection_is_in_the_tiles_of_a_zoom(lived: FastAPI, reads: As, name: str) -> None:
    rows = collected(Person("somebody", "reader"), lived.state.office, name, on=TODAY, homes=False)
    placed = rows[rows.geometry.notna()]
    assert len(placed) > 1
    for z in (13, 15):
        assert {row["id"] for row in facts(reads("reader"), name, z)} == set(placed["id"])


def test_a_point_lies_where_it_is_within_a_unit(lived: FastAPI, reads: As) -> None:
    row = collected(Person("somebody", "reader"), lived.state.office, "streetlights", on=TODAY).to_crs(3857).iloc[0]
    place = row.geometry
    (at,) = tiles_over((*_degrees(place), *_degrees(place)), 16)
    west, south, east, _ = tile_bounds(*at)
    unit = (east - west) / 4096
    found = next(
        one
        for one in read(reads("reader"), "streetlights", at)["streetlights"]["features"]
        if one["properties"]["id"] == row["id"]
    )
    x, y = found["geometry"]["coordinates"]
    assert abs(west + x * unit - place.x) <= unit
    assert abs(south + y * unit - place.y) <= unit


def _degrees(place: shapely.Point) -> tuple[float, float]:
    lon, lat = Transformer.from_crs(3857, 4326, always_xy=True).transform(place.x, place.y)
    return lon, lat


@pytest.mark.parametrize(("z", "level"), [(12, "small"), (10, "middle"), (6, "big")])
def test_below_zoom_13_points_are_counts_of_cells_and_none_is_lost(
    lived: FastAPI, reads: As, z: int, level: str
) -> None:
    client = reads("reader")
    grid = collected(Person("somebody", "reader"), lived.state.office, f"cells_{level}", on=TODAY)
    for name in ("streetlights", "enterprises", "issues"):
        rows = facts(client, name, z)
        counts = [row for row in rows if "count" in row]
        assert counts == rows
        assert {row["code"] for row in counts if "code" in row} <= set(grid["code"])
        want = len(collected(Person("somebody", "reader"), lived.state.office, name, on=TODAY))
        assert sum(row["count"] for row in counts) == want


def test_things_are_counted_by_cells_of_the_level_asked_for(reads: As) -> None:
    rows = facts(reads("reader"), "streetlights", 12, level="big")
    assert {row["code"]: row["count"] for row in rows} == {BIG: 3, FAR_BIG: 1}
    assert {row["level"] for row in facts(reads("reader"), "cells", 12, level="middle")} == {"middle"}
    assert {row["level"] for row in facts(reads("reader"), "cells", 12)} == {"small"}


@pytest.mark.parametrize("z", [3, 11, 12, 13, 15])
def test_a_home_is_a_count_of_its_cell_at_every_zoom(works: As, reads: As, z: int) -> None:
    for client in (reads("planner"), works("cadre", "7"), works("leader", "9")):
        rows = facts(client, "households", z)
        assert rows
        assert all(set(row) == {"code", "count"} for row in rows)


@pytest.mark.parametrize("z", [0, 9, 12, 13, 15])
def test_no_tile_holds_a_personal_value_or_a_home(lived: FastAPI, reads: As, works: As, z: int) -> None:
    for client in (reads("planner"), reads("auditor"), works("cadre", "7"), works("leader", "9")):
        names = [one["id"] for one in client.get("/ogc/collections").json()["collections"]]
        for at in tiles_over(WHOLE, z):
            told = client.get(f"/tiles/{','.join(names)}/{at[0]}/{at[1]}/{at[2]}").content
            assert [one for one in SECRETS if one.encode() in told] == []


def test_a_sensitive_layer_is_there_for_those_responsible_alone(reads: As, works: As) -> None:
    assert reads("reader").get("/tiles/care_places/14/0/0").status_code == 404
    assert reads("reader").get("/tiles/cells,care_places/tilejson").status_code == 404
    assert facts(works("cadre", "7"), "care_places", 14) == [{"code": SMALL, "count": 1}]
    assert facts(works("cadre", "9"), "care_places", 14) == []


def test_a_scope_and_a_cell_cut_every_collection(reads: As) -> None:
    part = reads("planner", BIG)
    for name in ("cells", "streetlights", "households", "gaps", "issues"):
        for z in (12, 14):
            for row in facts(part, name, z) + facts(reads("planner"), name, z, cell=BIG):
                cells = [row.get(column) for column in ("cell", "code", "small", "middle", "big")]
                assert all(cell is None or cell.startswith(BIG) for cell in cells), (name, row)
    assert {row["code"] for row in facts(part, "cells", 14)} < {
        row["code"] for row in facts(reads("planner"), "cells", 14)
    }


def test_what_a_tile_cannot_show_is_told(lived: FastAPI, reads: As) -> None:
    body = reads("planner").get("/tiles/cells,streetlights,households,gaps/tilejson?level=small").json()
    assert [one["id"] for one in body["vector_layers"]] == ["cells", "streetlights", "households", "gaps"]
    for one in body["vector_layers"]:
        name = "cells_small" if one["id"] == "cells" else one["id"]
        rows = collected(Person("p", "planner"), lived.state.office, name, on=TODAY, homes=False)
        assert one["rows"] == len(rows)
        homes = name == "households"
        assert one["unplaced"] == (rows["cell"].isna() if homes else rows.geometry.isna()).sum()
        assert ("count" in one["fields"]) is (name != "cells_small")
    (address,) = body["tiles"]
    assert address.endswith("/tiles/cells,streetlights,households,gaps/{z}/{x}/{y}?level=small")
    west, south, east, north = body["bounds"]
    (at,) = tiles_over(((west + east) / 2, (south + north) / 2) * 2, 13)
    there = address.format(z=at[0], x=at[1], y=at[2])
    assert reads("planner").get(there).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["cells/23/0/0", "cells/-1/0/0", "cells/3/8/0", "cells/3/0/-1", "nothing/3/0/0", "/3/0/0", "cells_huge/3/0/0"],
)
def test_a_tile_that_is_none_is_not_found(reads: As, address: str) -> None:
    told = reads("reader").get(f"/tiles/{address}")
    assert told.status_code == 404
    assert told.json()["error"] == "NotFoundError"


def test_what_cannot_be_asked_is_told(reads: As) -> None:
    client = reads("reader")
    assert client.get("/tiles/cells/a/0/0").status_code == 422
    assert client.get("/tiles/cells/3/0/0?level=huge").status_code == 422
    assert client.get("/tiles/cells/3/0/0?cell=nowhere").status_code == 404
    many = ",".join(f"x{number}" for number in range(17))
    assert client.get(f"/tiles/{many}/3/0/0").json()["code"] == "office.many_collections"


def test_a_tile_where_nothing_is_has_no_byte(reads: As) -> None:
    told = reads("reader").get("/tiles/cells,streetlights/13/0/0")
    assert (told.status_code, told.content) == (200, b"")
    assert "etag" in told.headers


@pytest.mark.parametrize("address", ["/tiles/cells/3/0/0", "/tiles/cells/tilejson"])
def test_nobody_and_the_public_get_nothing(reads: As, nobody: TestClient, address: str) -> None:
    assert nobody.get(address).status_code == 401
    assert reads("public").get(address).status_code == 403


def test_a_tile_is_packed_for_those_who_can_unpack_it(lived: FastAPI, reads: As) -> None:
    client = reads("reader")
    (at,) = tiles_over((WEST + STEP, SOUTH + STEP) * 2, 14)
    address = f"/tiles/cells/{at[0]}/{at[1]}/{at[2]}"
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with client.stream("GET", address, headers={"Accept-Encoding": "br, gzip;q=0.5"}) as told:
        assert told.headers["content-encoding"] == "gzip"
        assert "Accept-Encoding" in told.headers["vary"]
        assert gzip.decompress(b"".join(told.iter_raw())) == plain.content
    refused = client.get(address, headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in refused.headers
    assert plain.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert plain.content == tile(Person("r", "reader"), lived.state.office, Tiling(("cells",), TODAY), at)


def test_gdal_reads_a_tile(lived: FastAPI, reads: As, tmp_path: Path) -> None:
    rows = collected(Person("r", "reader"), lived.state.office, "streetlights", on=TODAY).set_index("id")
    lamp = rows.geometry["L1"]
    (at,) = tiles_over((lamp.x, lamp.y) * 2, 14)
    told = reads("reader").get(f"/tiles/cells,streetlights/{at[0]}/{at[1]}/{at[2]}").content
    found = by_gdal(told, at, tmp_path, "streetlights").set_index("id")
    unit = (tile_bounds(*at)[2] - tile_bounds(*at)[0]) / 4096
    assert found.geometry["L1"].distance(rows.to_crs(3857).geometry["L1"]) <= unit
    assert found["status"]["L2"] == "dark"
    cells = by_gdal(told, at, tmp_path, "cells")
    assert cells.geometry.is_valid.all()
    assert set(cells["level"]) == {"small"}


def test_a_tile_is_sent_again_only_after_an_edit_of_what_it_shows(as_role: As, office: Office, sheet: Sheet) -> None:
    client = as_role("reader")
    (at,) = tiles_over((WEST + STEP / 2, SOUTH + STEP / 2) * 2, 14)
    address = f"/tiles/streetlights/{at[0]}/{at[1]}/{at[2]}"
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert first.content == b""
    rows = sheet("l.xlsx", ("灯杆编号", "状态", "经度", "纬度"), ("L1", "正常", WEST + STEP / 2, SOUTH + STEP / 2))
    import_register(
        LOCAL_ADMINISTRATOR, office, "streetlights", Source(rows, crs="EPSG:4326"), Terms(dt.date(2015, 1, 1))
    )
    after = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert after.status_code == 200
    (lamp,) = mapbox_vector_tile.decode(after.content)["streetlights"]["features"]
    assert lamp["properties"]["id"] == "L1"


def test_an_office_without_a_grid_has_tiles_of_all_but_cells(empty_office: Office) -> None:
    for z in (10, 14):
        assert tile(LOCAL_ADMINISTRATOR, empty_office, Tiling(("streetlights",), TODAY), (z, 0, 0)) == b""
        with pytest.raises(NotFoundError):
            tile(LOCAL_ADMINISTRATOR, empty_office, Tiling(("cells",), TODAY), (z, 0, 0))


def test_a_tile_that_is_kept_takes_one_look_into_the_store(
    lived: FastAPI, reads: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    (at,) = tiles_over((WEST, SOUTH) * 2, 13)
    client = reads("reader")
    first = read(client, "streetlights,cells", at)
    looks = []
    enter = Store.reading

    def reading(store: Store, scope: Scope) -> AbstractContextManager[Transaction]:
        looks.append(scope)
        return enter(store, scope)

    monkeypatch.setattr(Store, "reading", reading)
    assert read(client, "streetlights,cells", at) == first
    assert len(looks) == 1


def test_who_sees_the_same_shares_the_tiles_of_what_is_not_sensitive(lived: FastAPI, reads: As) -> None:
    (at,) = tiles_over((WEST, SOUTH) * 2, 13)
    first = read(reads("reader"), "streetlights", at)
    size = kept_tiles(lived.state.office).size
    assert size > 0
    assert read(reads("auditor"), "streetlights", at) == first
    assert kept_tiles(lived.state.office).size == size
    read(reads("reader", BIG), "streetlights", at)
    assert kept_tiles(lived.state.office).size > size
