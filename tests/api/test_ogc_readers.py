"""GDAL's OAPIF driver and OWSLib read every row of a served office, and filter as the service does."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from owslib.ogcapi.features import Features

from gridmap.office.collected import collected
from gridmap.office.collections import collections
from gridmap.office.tokens import new_token
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from tests.office.conftest import CLOCK

TODAY = CLOCK.today()
PLANNER = Person("somebody", "planner")
WEST_HALF = (114.481, 22.591, 114.4889, 22.599)
# In a process of its own: GDAL waits for the service without letting any other thread of its process go on.
READER = """
import json, sys
import pyogrio
found = []
for asked in json.load(sys.stdin):
    bbox = asked.pop("bbox", None)
    frame = pyogrio.read_dataframe(sys.argv[1], bbox=None if bbox is None else tuple(bbox), **asked)
    shapes = [None if one is None else one.wkb_hex for one in frame.geometry]
    found.append({"ids": sorted(frame["id"]), "bounds": list(frame.total_bounds), "shapes": shapes})
json.dump(found, sys.stdout)
"""


@dataclass(frozen=True)
class Served:
    """An office on a loopback port, and the queries that it was asked."""

    address: str
    token: str
    asked: list[str]

    def gdal(self, *asked: dict[str, Any]) -> list[dict[str, Any]]:
        """Return what GDAL reads for each of these."""
        told = subprocess.run(
            [sys.executable, "-c", READER, f"OAPIF:{self.address}"],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
            env={**os.environ, "GDAL_HTTP_USERPWD": f"anybody:{self.token}", "GDAL_HTTP_AUTH": "BASIC"},
        )
        read: list[dict[str, Any]] = json.loads(told.stdout)
        return read


@pytest.fixture(scope="module")
def served(lived: FastAPI) -> Iterator[Served]:
    """The village after its year, served to a planner's token."""
    token = new_token(LOCAL_ADMINISTRATOR, lived.state.office, label="gis", role="planner", scope=None).token
    asked: list[str] = []

    async def noted(scope: Any, receive: Any, send: Any) -> None:
        asked.append(scope.get("query_string", b"").decode())
        await lived(scope, receive, send)

    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(noted, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield Served(f"http://127.0.0.1:{door.getsockname()[1]}/ogc", token, asked)
        server.should_exit = True
        thread.join(10)


def there(lived: FastAPI, name: str) -> list[str]:
    ids: list[str] = collected(PLANNER, lived.state.office, name, on=TODAY)["id"].tolist()
    return ids


def test_gdal_reads_every_row_of_every_collection(lived: FastAPI, served: Served) -> None:
    names = [name for name in collections(PLANNER, lived.state.office) if there(lived, name)]
    assert {"cells_small", "households", "streetlights", "gaps", "issues"} <= set(names)
    read = served.gdal(*({"layer": name, "PAGE_SIZE": 3} for name in names))
    assert [one["ids"] for one in read] == [there(lived, name) for name in names]


FILTERS = [
    ("streetlights", "status = 'dark'", "status = 'dark'"),
    ("streetlights", "status <> 'dark' OR status IS NULL", "status <> 'dark' OR status IS NULL"),
    ("cells_small", "name LIKE 'small 1%' AND NOT attended = 1", "name LIKE 'small 1%' AND NOT attended"),
    ("cells_small", "name ILIKE 'SMALL 0%'", "CASEI(name) LIKE 'small 0%'"),
    ("gaps", "since > '2015-06-01'", "since > DATE('2015-06-01')"),
    ("gaps", "measure >= 1 AND measure < 5", "measure >= 1 AND measure < 5"),
    ("issues", "reported_at >= '2015-05-04T11:30:00Z'", "reported_at >= TIMESTAMP('2015-05-04T11:30:00Z')"),
    ("issues", "state IN ('closed', 'filed')", "state IN ('closed', 'filed')"),
]


def test_gdal_filters_as_the_service_does(lived: FastAPI, served: Served) -> None:
    served.asked.clear()
    read = served.gdal(*({"layer": layer, "where": where} for layer, where, _ in FILTERS))
    assert sum("filter=" in one for one in served.asked) >= len(FILTERS) - 1, "it filters there, not here"
    assert not [one for one in served.asked if "datetime=" in one]
    client = Features(served.address, headers={"Authorization": f"Bearer {served.token}"})
    for (layer, where, cql), one in zip(FILTERS, read, strict=True):
        told = client.collection_items(layer, filter=cql, limit=1000)
        assert one["ids"] == sorted(row["id"] for row in told["features"]), where
        assert told["numberMatched"] == len(one["ids"])
        assert 0 < len(one["ids"]) < len(there(lived, layer)) or "since" in where


def test_gdal_finds_the_same_in_a_box_and_in_each_system(lived: FastAPI, served: Served) -> None:
    systems = ("OGC:CRS84", "EPSG:4326", "EPSG:3857", "EPSG:4547", "EPSG:4490")
    whole = served.gdal(
        {"layer": "cells_small", "bbox": WEST_HALF}, *({"layer": "cells_small", "CRS": one} for one in systems)
    )
    assert len(whole[0]["ids"]) == 4
    for one, expected in zip(whole[1:], systems, strict=True):
        assert one["ids"] == there(lived, "cells_small")
        west, south, *_ = one["bounds"]
        degrees = expected not in {"EPSG:3857", "EPSG:4547"}
        assert (abs(west - 114.48) < 1e-9 and abs(south - 22.59) < 1e-9) is degrees
    metres = whole[4]["bounds"]
    assert metres[2] - metres[0] == pytest.approx(2059, abs=5), "four blocks of half a hundredth of a degree, in metres"


def test_owslib_reads_what_there_is(lived: FastAPI, served: Served) -> None:
    client = Features(served.address, headers={"Authorization": f"Bearer {served.token}"})
    assert client.feature_collections() == list(collections(PLANNER, lived.state.office))
    assert any(one.endswith("cql2-text") for one in client.conformance()["conformsTo"])
    for name in client.feature_collections():
        told = client.collection_items(name, limit=10_000)
        assert [row["id"] for row in told["features"]] == there(lived, name)
        assert "geometry" in client.collection_queryables(name)["properties"]
    boxed = client.collection_items("cells_small", bbox=list(WEST_HALF))
    assert boxed["numberMatched"] == 4
    assert client.collection_item("cells_small", there(lived, "cells_small")[0])["type"] == "Feature"
