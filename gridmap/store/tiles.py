"""Vector tiles that PostGIS cuts by itself, from the places that it keeps on the map of the web."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from types import MappingProxyType

from sqlalchemy import func, select, text

from gridmap.errors import StoreError
from gridmap.layer import Layer
from gridmap.store.dialects import on_postgres
from gridmap.store.engine import Transaction
from gridmap.store.tables import feature

EXTENT = 4096
BUFFER = 64
"""Units of a tile's side, and around it: as `maps.tiles` has them."""
HELD = 100_000
"""The database cuts the layers of more features than these; a smaller one is held ready, and cut from there faster."""
_TYPES = MappingProxyType({"integer": "bigint", "number": "double precision", "boolean": "boolean"})

# A shape that vanishes between two units is drawn as a point of it: no feature of the tile is lost. A line's cell is
# that of its longest piece, as `registers.features` has it.
_TILE = """
WITH edge AS (
  SELECT ST_TileEnvelope(:z, :x, :y) AS square, ST_TileEnvelope(:z, :x, :y, margin => :margin) AS grown
), box AS (SELECT edge.*, ST_Transform(grown, 4326) AS degrees FROM edge)
SELECT ST_AsMVT(shown, :name, :extent, 'shape') FROM (
  SELECT coalesce(
      ST_AsMVTGeom(v.geom_3857, box.square, :extent, :buffer),
      ST_AsMVTGeom(ST_PointOnSurface(ST_Intersection(v.geom_3857, box.grown)), box.square, :extent, :buffer)
    ) AS shape, f.key AS id, {fields} l.code AS cell, l.how AS link_how, v.valid_from, v.valid_to
  FROM box CROSS JOIN public.version v JOIN public.feature f ON f.id = v.feature_id
    {told}
    LEFT JOIN LATERAL (
      SELECT code, how FROM public.link WHERE version_id = v.id AND edition_id = :edition
      ORDER BY code IS NULL, length_m DESC NULLS LAST, code, part LIMIT 1
    ) l ON true
  WHERE f.layer = :layer AND v.valid_from <= :on AND (v.valid_to IS NULL OR v.valid_to > :on)
    AND v.id IN (
      SELECT public.versions_in(ST_XMin(degrees), ST_YMin(degrees), ST_XMax(degrees), ST_YMax(degrees)) FROM box
    )
    AND (CAST(:codes AS text[]) IS NULL OR l.code = ANY (CAST(:codes AS text[])))
  ORDER BY f.key
) shown WHERE shape IS NOT NULL
"""


def cuts_tiles(tx: Transaction, layer: Layer) -> bool:
    """Return whether the database shall cut the tiles of a layer: it can, and the layer is more than one holds ready.

    Counted are the features in the scope of the transaction, of any day.
    """
    if not on_postgres(tx.connection):
        return False
    some = select(feature.c.id).where(feature.c.layer == layer.name).limit(HELD + 1).subquery()
    return tx.connection.execute(select(func.count()).select_from(some)).scalar_one() > HELD


def features_tile(
    tx: Transaction,
    layer: Layer,
    at: tuple[int, int, int],
    *,
    on: dt.date,
    edition_id: int | None,
    codes: Collection[str] | None,
) -> bytes:
    """Return a layer of a tile (zoom, column, row): the features of a day, each once; b"" where none is.

    Attributes: id (the key), the public fields, cell and link_how (in that edition), valid_from, valid_to; null is left
    out. `codes` keeps what is linked in these cells (null: all, unlinked ones too). Raises StoreError where the store
    is no database of PostgreSQL.
    """
    if not on_postgres(tx.connection):
        raise StoreError("store.cuts_no_tiles")
    quote = tx.connection.dialect.identifier_preparer.quote_identifier
    names = {one.name: _TYPES.get(one.type, "text") for one in layer.fields if one.mark == "public"}
    told = {name: kind for name, kind in names.items() if name != layer.key}
    fields = "".join(f"{'f.key' if name == layer.key else f'r.{quote(name)}'} AS {quote(name)}, " for name in names)
    columns = ", ".join(f"{quote(name)} {kind}" for name, kind in told.items())
    record = f"CROSS JOIN LATERAL jsonb_to_record(v.fields::jsonb) AS r({columns})" if told else ""
    z, x, y = at
    given = {
        "z": z,
        "x": x,
        "y": y,
        "extent": EXTENT,
        "buffer": BUFFER,
        "margin": BUFFER / EXTENT,
        "name": layer.name,
        "layer": layer.name,
        "on": on.isoformat(),
        "edition": edition_id,
        "codes": None if codes is None else sorted(codes),
    }
    # Names of fields are of the program, and quoted; whatever is asked for is bound.
    statement = _TILE.format(fields=fields, told=record).replace("::jsonb", r"\:\:jsonb")
    made = tx.connection.execute(text(statement), given).scalar_one()
    return bytes(made) if made else b""
