"""GeoJSON of 2,000 cells: gridmap.maps.geojson.to_geojson beside GeoDataFrame.to_json, the same cells in the same run.

Both start with a frame in degrees and end with text; both say the same, which is checked first. Best of several
rounds, the two in turn within each.
"""

from __future__ import annotations

import argparse
import json

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.link import VERTICES, best, show
from benchmarks.partition import partition
from gridmap.maps.geojson import CENTIMETRE, to_geojson


def same(cells: gpd.GeoDataFrame) -> None:
    """Stop the benchmark if the two texts differ in a property or in where a cell lies."""
    ours = json.loads(to_geojson(cells))["features"]
    theirs = json.loads(cells.to_json(drop_id=True))["features"]
    assert [one["properties"] for one in ours] == [one["properties"] for one in theirs]
    shapes = [shapely.from_geojson([json.dumps(one["geometry"]) for one in side]) for side in (ours, theirs)]
    assert np.all(shapely.equals_exact(*shapes, tolerance=1e-12, normalize=True))


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=main.__doc__)
    ask.add_argument("--cells", type=int, default=2000)
    ask.add_argument("--rounds", type=int, default=5)
    given = ask.parse_args()
    cells = partition(given.cells, VERTICES, seed=1).to_crs("EPSG:4326")
    same(cells)
    taken = best(
        given.rounds,
        ours=lambda: to_geojson(cells),
        rounded=lambda: to_geojson(cells, decimals=CENTIMETRE),
        theirs=lambda: cells.to_json(drop_id=True),
    )
    detail = ", ".join(f"{name} {seconds:.3f} s" for name, seconds in taken.items())
    print(f"{'':<52} {'ratio':>6}   wanted")
    title = f"{len(cells):,} cells of {VERTICES} vertices"
    show(f"{title}: to_json / to_geojson", taken["theirs"] / taken["ours"], ">= 5", detail)
    show(f"{title}: to_json / rounded", taken["theirs"] / taken["rounded"], ">= 5", "")


if __name__ == "__main__":
    main()
