"""`ogrinfo`, as an administrator has it from his system, reads and filters every collection, and a tile from a file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import mapbox_vector_tile
import pytest
from fastapi import FastAPI
from owslib.ogcapi.features import Features

from gridmap.maps.tiles.squares import tiles_over
from gridmap.office.collected import collected
from gridmap.office.collections import collections
from tests.api.conftest import As
from tests.api.test_ogc_readers import FILTERS, PLANNER, TODAY, WEST_HALF, Served, served, there

__all__ = ["served"]

REQUIRED = "GRIDMAP_REQUIRE_OGRINFO"
Ogrinfo = Callable[..., str]
# A street lamp of the village, and what else there is of it in a tile.
LAMP, ITS_CELL = "L2", "440307010001101"


@pytest.fixture(scope="session")
def ogrinfo() -> Ogrinfo:
    """Runs ogrinfo; a token is the password of HTTP basic, as a user of GDAL sends it.

    Where ogrinfo is not installed the test is skipped, or fails if GRIDMAP_REQUIRE_OGRINFO is 1.
    """
    path = shutil.which("ogrinfo")
    if path is None:
        reason = "no ogrinfo on this machine: sudo apt-get install gdal-bin"
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)

    def run(*words: str, token: str = "") -> str:
        signed = {"GDAL_HTTP_USERPWD": f"anybody:{token}", "GDAL_HTTP_AUTH": "BASIC"} if token else {}
        told = subprocess.run(
            [path, "-ro", *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env={**os.environ, **signed},
        )
        assert not told.returncode, told.stderr
        assert not re.search("ERROR|Warning", told.stderr), told.stderr
        return told.stdout

    return run


def ids(told: str) -> list[str]:
    """The ids of the rows that ogrinfo printed."""
    found = re.findall(r"^  id \(String\) = (.*)$", told, re.MULTILINE)
    assert len(found) == len(re.findall(r"^OGRFeature\(", told, re.MULTILINE))
    return found


def test_ogrinfo_lists_the_collections_and_reads_every_row_of_each(
    lived: FastAPI, served: Served, ogrinfo: Ogrinfo
) -> None:
    names = list(collections(PLANNER, lived.state.office))
    told = ogrinfo(f"OAPIF:{served.address}", token=served.token)
    assert re.findall(r"^\d+: (\w+)", told, re.MULTILINE) == names
    read = {
        name: ids(ogrinfo(f"OAPIF:{served.address}", name, "-oo", "PAGE_SIZE=3", token=served.token)) for name in names
    }
    assert read == {name: there(lived, name) for name in names}
    assert sum(map(len, read.values())) > 40


@pytest.mark.parametrize(("layer", "where", "cql"), FILTERS)
def test_ogrinfo_filters_there_as_the_service_and_owslib_do(
    served: Served, ogrinfo: Ogrinfo, layer: str, where: str, cql: str
) -> None:
    served.asked.clear()
    read = ids(ogrinfo(f"OAPIF:{served.address}", layer, "-where", where, token=served.token))
    client = Features(served.address, headers={"Authorization": f"Bearer {served.token}"})
    told = client.collection_items(layer, filter=cql, limit=1000)
    assert sorted(read) == sorted(row["id"] for row in told["features"])
    assert len(read) == told["numberMatched"] > 0


def test_ogrinfo_asks_for_a_box_and_is_refused_without_a_token(served: Served, ogrinfo: Ogrinfo) -> None:
    west, south, east, north = map(str, WEST_HALF)
    told = ogrinfo(f"OAPIF:{served.address}", "cells_small", "-spat", west, south, east, north, token=served.token)
    assert len(ids(told)) == 4
    with pytest.raises(AssertionError, match="401"):
        ogrinfo(f"OAPIF:{served.address}")


def test_ogrinfo_reads_the_rows_of_a_tile_from_a_file(
    lived: FastAPI, reads: As, ogrinfo: Ogrinfo, tmp_path: Path
) -> None:
    lamp = collected(PLANNER, lived.state.office, "streetlights", on=TODAY).set_index("id").geometry[LAMP]
    (at,) = tiles_over((lamp.x, lamp.y) * 2, 14)
    content = reads("reader").get("/tiles/cells,streetlights/{}/{}/{}".format(*at)).content
    # GDAL knows where a tile lies by the folders that it is in.
    file = tmp_path / str(at[0]) / str(at[1]) / f"{at[2]}.mvt"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    for layer, held in mapbox_vector_tile.decode(content).items():
        told = ogrinfo(str(file), layer, "-oo", "CLIP=NO")
        assert sorted(ids(told)) == sorted(row["properties"]["id"] for row in held["features"])
        assert 'EPSG",3857' in told
    told = ogrinfo(str(file), "streetlights", "-where", f"id = '{LAMP}' AND status = 'dark'")
    assert ids(told) == [LAMP]
