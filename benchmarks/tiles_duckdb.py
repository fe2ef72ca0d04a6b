"""Vector tiles of 100,000 points and 2,000 cells: gridmap.maps.tiles beside DuckDB's ST_AsMVT, z13 to z15.

Both keep the features in memory on the map of the web with an index of where they lie, and end with the bytes of the
tile; what both say is compared first. DuckDB needs its extension `spatial`, which is not pinned: its maker gives it as
a download, and the package of it on PyPI is somebody else's. Tiles around the middle, all of a round one after the
other; best of several rounds, the two in turn.
"""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec
from pathlib import Path

import duckdb
import geopandas as gpd

from benchmarks.link import best, show
from benchmarks.tiles import Tile, asked, same
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


def main() -> None:
    """Print the table."""
    layers, middle, rounds = asked()
    try:
        peer = Peer(layers)
    except duckdb.Error:
        print("left out: DuckDB's extension spatial is not installed here")
        return
    ready = {name: Prepared.of(frame) for name, frame in layers.items()}
    print(f"DuckDB {duckdb.__version__}")
    print(f"{'':<52} {'ratio':>6}   wanted")
    for named in (*layers, "both"):
        some = layers if named == "both" else {named: layers[named]}
        own = {name: ready[name] for name in some}
        for z in (13, 14, 15):
            at = next(iter(tiles_over((*middle, *middle), z)))
            count = same(encode(own, *at), peer.tile(some, at))
            taken = best(rounds, ours=partial(encode, own, *at), theirs=partial(peer.tile, some, at))
            detail = ", ".join(f"{name} {seconds * 1000:.1f} ms" for name, seconds in taken.items())
            title = f"{named}, a tile of z{z}, {count:,} features"
            show(f"{title}: DuckDB / encode", taken["theirs"] / taken["ours"], ">= 3", detail)


if __name__ == "__main__":
    main()
