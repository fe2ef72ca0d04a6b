"""Tiles over HTTP from one PostGIS: the service beside tipg, both one process of uvicorn, asked by the same clients.

20,000 lamps in an office kept in PostgreSQL (a cluster of its own that goes at the end). tipg serves the same lamps
from a table of its own in that database, ready for it: plain columns, an indexed place in EPSG:3857, no rights to look
at. The first tile is told by itself: the service makes the layer ready for all that follow, as after each change of
the register. Then every tile of an area is asked for once (`anew`: each is cut), and again (`kept` by the
service); best of five rounds, the two in turn. What both say is compared.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import mapbox_vector_tile
import numpy as np
import pandas as pd

from benchmarks.link import VERTICES, scattered, show
from benchmarks.partition import partition
from gridmap.grid.grid import Grid
from gridmap.maps.tiles.squares import tiles_over
from gridmap.office.grids import publish_grid
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.setup import found_office
from gridmap.office.tokens import new_token
from gridmap.office.wiring import open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR as ME
from gridmap.settings import DATABASE_VARIABLE, Settings
from tests.cluster import OWNER, Cluster, programs, running

LAMPS, CLIENTS, MOST, ROUNDS = 20_000, 4, 150, 5
_EXTENT = 4096
DAY = dt.date(2015, 1, 1)
_LAMPS = """
CREATE TABLE peer.lamps AS
SELECT v.id, f.key, v.fields::jsonb ->> 'status' AS status, v.valid_from, l.code AS cell, l.how AS link_how, v.geom_3857
  FROM public.version v JOIN public.feature f ON f.id = v.feature_id
  LEFT JOIN public.link l ON l.version_id = v.id
"""


def build(home: Path, folder: Path, url: str) -> tuple[float, float, float, float]:
    """Found the office with its cells and lamps; return the box of the cells in degrees."""
    settings = Settings(lang="en", requests_a_minute=0, requests_a_minute_address=0)
    found_office(ME, home, name="lamps", settings=settings, database=url)
    cells = partition(500, VERTICES, seed=1)
    spots = scattered(cells, LAMPS, seed=2).to_crs("EPSG:4326")
    rng = np.random.default_rng(3)
    rows = {"灯杆编号": [f"L{number}" for number in range(LAMPS)], "状态": rng.choice(["正常", "不亮"], LAMPS)}
    pd.DataFrame({**rows, "经度": spots.x, "纬度": spots.y}).to_csv(folder / "lamps.csv", index=False)
    with open_office(home) as office:
        publish_grid(ME, office, Grid(cells), name="cells", valid_from=DAY)
        source = Source(folder / "lamps.csv", crs="EPSG:4326")
        assert import_register(ME, office, "streetlights", source, Terms(on=DAY)).counts["added"] == LAMPS
    west, south, east, north = cells.to_crs("EPSG:4326").total_bounds
    return west, south, east, north


@contextmanager
def served(app: list[str], env: Mapping[str, str], ready: str) -> Iterator[int]:
    """Serve an application on a free port until the end."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    words = [sys.executable, "-m", "uvicorn", *app, "--port", str(port), "--log-level", "error", "--no-access-log"]
    quiet = subprocess.DEVNULL  # a line of log for each tile would drown the table
    process = subprocess.Popen(words, env={**os.environ, **env}, stdout=quiet, stderr=quiet)
    try:
        for _ in range(600):
            try:
                status, _ = ask(http.client.HTTPConnection("127.0.0.1", port, timeout=5), ready, {})
                if status < 500:
                    break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def ask(line: http.client.HTTPConnection, path: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """Return the status and the body of an answer, unpacked."""
    line.request("GET", path, headers={"Accept-Encoding": "gzip", **headers})
    answer = line.getresponse()
    body = answer.read()
    return answer.status, gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body


def rate(port: int, paths: list[str], headers: Mapping[str, str]) -> float:
    """Return how many tiles a second some clients get, each tile asked for once; stop at one that fails."""

    def some(share: list[str]) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for path in share:
            status, _ = ask(line, path, headers)
            assert status in {200, 204}, (path, status)
        line.close()

    begin = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(some, [paths[number::CLIENTS] for number in range(CLIENTS)]))
    return len(paths) / (time.perf_counter() - begin)


def keys(port: int, path: str, headers: Mapping[str, str], name: str) -> set[str]:
    """Return the keys of the lamps in a tile, without its buffer: tipg leaves out what lies there."""
    _, body = ask(http.client.HTTPConnection("127.0.0.1", port, timeout=60), path, headers)
    (layer,) = mapbox_vector_tile.decode(body).values()
    inside = [row for row in layer["features"] if all(0 < one < _EXTENT for one in row["geometry"]["coordinates"])]
    return {row["properties"][name] for row in inside}


def compare(ours: int, theirs: int, token: str, box: tuple[float, float, float, float]) -> None:
    """Print the first tile, and two lines for each zoom."""
    own = {"Authorization": f"Bearer {token}"}
    (first,) = tiles_over((box[0], box[1]) * 2, 18)
    ready, there = 1 / rate(ours, [_ours(first)], own), 1 / rate(theirs, [_theirs(first)], {})
    show(
        "lamps, the first tile of all: tipg / service", there / ready, "", f"service {ready:.2f} s, tipg {there:.2f} s"
    )
    for z in (13, 14, 15, 16):
        tiles = list(tiles_over(box, z))
        tiles = tiles[:: max(1, len(tiles) // MOST)]
        peer = [_theirs(at) for at in tiles]
        anew = kept = other = 0.0
        for turn in range(ROUNDS):
            # What will be known then is not kept yet.
            mine = [f"{_ours(at)}?as_of={2100 + turn}-01-01T00:00:00Z" for at in tiles]
            anew, other = max(anew, rate(ours, mine, own)), max(other, rate(theirs, peer, {}))
            kept = max(kept, rate(ours, mine, own))
        middle = len(tiles) // 2
        assert keys(ours, mine[middle], own, "id") == keys(theirs, peer[middle], {}, "key")
        detail = f"{len(tiles)} tiles: anew {anew:.0f}/s, kept {kept:.0f}/s, tipg {other:.0f}/s"
        show(f"lamps, z{z}, each tile cut anew: service / tipg", anew / other, ">= 2", detail)
        show(f"lamps, z{z}, asked for again: service / tipg", kept / other, ">= 2", detail)


def _ours(at: tuple[int, int, int]) -> str:
    return "/tiles/streetlights/{}/{}/{}".format(*at)


def _theirs(at: tuple[int, int, int]) -> str:
    return "/collections/peer.lamps/tiles/WebMercatorQuad/{}/{}/{}?geom-column=geom_3857".format(*at)


def bench(cluster: Cluster, folder: Path) -> None:
    """Build the office, serve it both ways, print the table."""
    cluster.prepare()
    name = cluster.new_database()
    home, url = folder / "home", cluster.url(name, OWNER)
    os.environ[DATABASE_VARIABLE] = url
    box = build(home, folder, url)
    with open_office(home) as office:
        token = new_token(ME, office, label=secrets.token_hex(4), role="reader").token
    index = "CREATE INDEX ON peer.lamps USING gist (geom_3857)"
    cluster.run("CREATE SCHEMA peer", _LAMPS, "ALTER TABLE peer.lamps ADD PRIMARY KEY (id)", index, database=name)
    cluster.run("ANALYZE", database=name)
    theirs = cluster.url(name).replace("+psycopg", "")
    # As it comes it leaves out of a tile all but 10,000 rows, and tells nobody.
    more = {"TIPG_MAX_FEATURES_PER_TILE": str(LAMPS), "TIPG_CATALOG_TTL": "0"}
    tipg = {"DATABASE_URL": theirs, "TIPG_DB_SCHEMAS": '["peer"]', **more}
    ours = {"GRIDMAP_HOME": str(home)}
    with (
        served(["--factory", "api.main:create"], ours, "/ready") as mine,
        served(["tipg.main:app"], tipg, "/healthz") as peer,
    ):
        compare(mine, peer, token, box)


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=main.__doc__)
    asked.parse_args()
    place = programs()
    if place is None:
        asked.error("no PostgreSQL with PostGIS here")
    print(f"{'':<52} {'ratio':>6}   wanted")
    with tempfile.TemporaryDirectory() as folder, running(place) as cluster:
        bench(cluster, Path(folder))


if __name__ == "__main__":
    main()
