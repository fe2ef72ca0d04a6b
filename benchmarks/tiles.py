"""Vector tiles of 100,000 points and 2,000 cells: gridmap.maps.tiles beside mapbox-vector-tile, both in one run.

Both start with features on the map of the web and an index of where they lie, which is what a service keeps between
requests, and end with the bytes of the tile. What both say is compared first: the same features with the same
attributes in each layer. The tile in the middle, of three zooms; best of several rounds, the two in turn within each.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial

import geopandas as gpd
import mapbox_vector_tile
import numpy as np
import shapely

from benchmarks.link import VERTICES, best, scattered, show
from benchmarks.partition import partition
from gridmap.maps.tiles.encode import BUFFER, EXTENT, encode
from gridmap.maps.tiles.prepared import Prepared
from gridmap.maps.tiles.squares import tile_bounds, tiles_over

Tile = tuple[int, int, int]


def things(cells: gpd.GeoDataFrame, count: int) -> gpd.GeoDataFrame:
    """Points over the cells with a name, a count, a share and a kind each."""
    rng = np.random.default_rng(2)
    columns = {
        "name": [f"T{i}" for i in range(count)],
        "visits": rng.integers(0, 5, count),
        "share": rng.integers(0, 100, count) / 100,
        "kind": rng.choice(["households", "businesses", "rentals"], count),
    }
    return gpd.GeoDataFrame(columns, geometry=scattered(cells, count, seed=1).to_numpy(), crs=cells.crs)


def theirs(layers: dict[str, gpd.GeoDataFrame]) -> Callable[[Tile], bytes]:
    """Return the same encoder by mapbox-vector-tile: an index, a cut by shapely, the library's own rounding."""
    ready = {
        name: (web.geometry.array, web.sindex, web.drop(columns="geometry").to_dict("records"))
        for name, web in ((name, frame.to_crs("EPSG:3857")) for name, frame in layers.items())
    }

    def tile(at: Tile) -> bytes:
        west, south, east, north = tile_bounds(*at)
        more = (east - west) * BUFFER / EXTENT
        grown = (west - more, south - more, east + more, north + more)
        written = []
        for name, (shapes, index, rows) in ready.items():
            near = np.sort(index.query(shapely.box(*grown)))
            cut = shapely.clip_by_rect(np.asarray(shapes)[near], *grown)
            features = [
                {"geometry": shape, "properties": rows[i], "id": int(i)}
                for i, shape in zip(near, cut, strict=True)
                if not shape.is_empty
            ]
            written.append({"name": name, "features": features})
        options = {"quantize_bounds": (west, south, east, north), "extents": EXTENT}
        return mapbox_vector_tile.encode(written, default_options=options)

    return tile


def same(ours: bytes, other: bytes) -> int:
    """Return how many features a tile holds; stop the benchmark if the two tiles differ in one or its attributes."""
    read, also = mapbox_vector_tile.decode(ours), mapbox_vector_tile.decode(other)
    assert read.keys() == also.keys()
    for name, layer in read.items():
        facts, others = (
            {feature["id"]: feature["properties"] for feature in one["features"]} for one in (layer, also[name])
        )
        # The library drops what shrinks to nothing at the border of the buffer.
        assert all(facts[id_] == row for id_, row in others.items())
        assert len(others) >= 0.99 * len(facts)
    return sum(len(layer["features"]) for layer in read.values())


def asked() -> tuple[dict[str, gpd.GeoDataFrame], tuple[float, float], int]:
    """Return the layers that the command line asks for, their middle in degrees, and the rounds."""
    ask = argparse.ArgumentParser(description="Print the table.")
    ask.add_argument("--points", type=int, default=100_000)
    ask.add_argument("--cells", type=int, default=2000)
    ask.add_argument("--rounds", type=int, default=3)
    given = ask.parse_args()
    cells = partition(given.cells, VERTICES, seed=1)
    layers = {"things": things(cells, given.points), "cells": cells}
    west, south, east, north = cells.to_crs("EPSG:4326").total_bounds
    return layers, ((west + east) / 2, (south + north) / 2), given.rounds


def main() -> None:
    """Print the table."""
    layers, middle, rounds = asked()
    print(f"{'':<52} {'ratio':>6}   wanted")
    for named, some in {**{name: {name: frame} for name, frame in layers.items()}, "both": layers}.items():
        ready, peer = {name: Prepared.of(frame) for name, frame in some.items()}, theirs(some)
        for z in (13, 14, 15):
            at = next(iter(tiles_over((*middle, *middle), z)))
            count = same(encode(ready, *at), peer(at))
            taken = best(rounds, ours=partial(encode, ready, *at), theirs=partial(peer, at))
            detail = ", ".join(f"{name} {seconds * 1000:.1f} ms" for name, seconds in taken.items())
            title = f"{named}, a tile of z{z}, {count:,} features"
            show(f"{title}: mapbox-vector-tile / encode", taken["theirs"] / taken["ours"], ">= 10", detail)


if __name__ == "__main__":
    main()
