"""Vector tiles of 100,000 points and 2,000 cells: gridmap.maps.tiles beside DuckDB's ST_AsMVT, z13 to z15.

Both keep the features in memory on the map of the web with an index of where they lie, and end with the bytes of the
tile; what both say is compared first. DuckDB needs its extension `spatial`, which is not pinned: its maker gives it as
a download, and the package of it on PyPI is somebody else's. Tiles around the middle, all of a round one after the
other; best of several rounds, the two in turn.
"""

from __future__ import annotations

import argparse
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import duckdb
import geopandas as gpd
import mapbox_vector_tile

from benchmarks.link import VERTICES, best, show
from benchmarks.partition import partition
from benchmarks.tiles import Tile, things
from gridmap.maps.tiles.encode import BUFFER, EXTENT, encode
from gridmap.maps.tiles.prepared import Prepared
from gridmap.maps.tiles.squares import tile_bounds, tiles_over


def spatial() -> duckdb.DuckDBPyConnection:
    """Return a connection with the extension loaded, on as many threads as it likes."""
    connection = duckdb.connect(config={"allow_unsigned_extensions": True})
    found = find_spec("duckdb_extension_spatial")
    places = [*(found.submodule_search_locations or ())] if found else []
    files = [file for place in places for file in Path(place).rglob(f"*{duckdb.__version__}/*.duckdb_extension")]
    connection.execute(f"LOAD '{files[0]}'" if files else "LOAD spatial")
    return connection


class Peer:
    """The same tiles by DuckDB."""

    def __init__(self, layers: dict[str, gpd.GeoDataFrame]) -> None:
        self.connection = spatial()
        for name, frame in layers.items():
            web = frame.to_crs("EPSG:3857")
            rows = web.drop(columns="geometry").assign(id=range(len(web)), wkb=list(web.geometry.to_wkb()))
            self.connection.register("given", rows)
            self.connection.execute(
                f"CREATE TABLE {name} AS SELECT * EXCLUDE wkb, ST_GeomFromWKB(wkb) AS geom FROM given"
            )
            self.connection.execute(f"CREATE INDEX of_{name} ON {name} USING RTREE (geom)")
            self.connection.unregister("given")

    def tile(self, layers: dict[str, gpd.GeoDataFrame], at: Tile) -> bytes:
        """Return the tile of these layers."""
        return b"".join(self._layer(name, [str(one) for one in frame.columns], at) for name, frame in layers.items())

    def _layer(self, name: str, columns: list[str], at: Tile) -> bytes:
        west, south, east, north = tile_bounds(*at)
        more = (east - west) * BUFFER / EXTENT
        kept = ", ".join(f"'{one}': {one}" for one in columns if one != "geometry")
        box = f"{{'min_x': {west}, 'min_y': {south}, 'max_x': {east}, 'max_y': {north}}}::BOX_2D"
        grown = f"ST_MakeEnvelope({west - more}, {south - more}, {east + more}, {north + more})"
        statement = f"""
            SELECT ST_AsMVT({{'shape': shape, 'id': id, {kept}}}, '{name}', {EXTENT}, 'shape', 'id') FROM (
              SELECT *, ST_AsMVTGeom(geom, {box}, {EXTENT}, {BUFFER}, true) AS shape
              FROM {name} WHERE ST_Intersects(geom, {grown})
            ) WHERE shape IS NOT NULL"""
        found = self.connection.execute(statement).fetchone()
        return bytes(found[0]) if found and found[0] else b""


def same(ours: bytes, other: bytes) -> int:
    """Return how many features a tile holds; stop the benchmark if the two tiles differ in one or its attributes."""
    read, also = (mapbox_vector_tile.decode(one) for one in (ours, other))
    assert read.keys() == also.keys()
    for name, layer in read.items():
        facts, others = (
            {feature["id"]: feature["properties"] for feature in one["features"]} for one in (layer, also[name])
        )
        assert all(facts[number] == row for number, row in others.items())
        assert len(others) >= 0.99 * len(facts), "the other drops what shrinks to nothing at the border"
    return sum(len(layer["features"]) for layer in read.values())


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=main.__doc__)
    ask.add_argument("--points", type=int, default=100_000)
    ask.add_argument("--cells", type=int, default=2000)
    ask.add_argument("--rounds", type=int, default=3)
    given = ask.parse_args()
    cells = partition(given.cells, VERTICES, seed=1)
    layers = {"things": things(cells, given.points), "cells": cells}
    try:
        peer = Peer(layers)
    except duckdb.Error:
        print("left out: DuckDB's extension spatial is not installed here")
        return
    ready = {name: Prepared.of(frame) for name, frame in layers.items()}
    west, south, east, north = cells.to_crs("EPSG:4326").total_bounds
    middle = ((west + east) / 2, (south + north) / 2)
    print(f"DuckDB {duckdb.__version__}")
    print(f"{'':<52} {'ratio':>6}   wanted")
    for named in (*layers, "both"):
        some = layers if named == "both" else {named: layers[named]}
        own = {name: ready[name] for name in some}
        for z in (13, 14, 15):
            at = next(iter(tiles_over((*middle, *middle), z)))
            count = same(encode(own, *at), peer.tile(some, at))
            taken = best(given.rounds, ours=partial(encode, own, *at), theirs=partial(peer.tile, some, at))
            detail = ", ".join(f"{name} {seconds * 1000:.1f} ms" for name, seconds in taken.items())
            title = f"{named}, a tile of z{z}, {count:,} features"
            show(f"{title}: DuckDB / encode", taken["theirs"] / taken["ours"], ">= 3", detail)


if __name__ == "__main__":
    main()
