"""Vector tiles: collections of the office as maps draw them, and what there is to draw (TileJSON 3.0)."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel

from api.access.asking import Asked, Asking
from api.access.fresh import fresh
from api.errors import declared
from api.params import AsOf, Cell, On, OnLevel
from gridmap.errors import NotFoundError
from gridmap.office.collected import bounds
from gridmap.office.tiling import DEEPEST, MOST, Tiling, depends, describe, tile

MVT = "application/vnd.mapbox-vector-tile"
# Deeper ones are there too, but a unit of these is 15 cm: a map enlarges them as well.
_LAST = 16
_WORLD = (-180.0, -85.05, 180.0, 85.05)
_TYPES = {"integer": "Number", "number": "Number", "boolean": "Boolean"}

ROUTER = APIRouter(prefix="/tiles", tags=["tiles"], responses=declared(404))


class LayerBody(BaseModel):
    """A layer of the tiles: its attributes; all its rows, and those of them that lie nowhere on the map."""

    id: str
    fields: dict[str, str]
    minzoom: int = 0
    maxzoom: int = _LAST
    rows: int
    unplaced: int


class TileJson(BaseModel):
    """What a map has to know of the tiles before it asks for one."""

    tilejson: str = "3.0.0"
    tiles: list[str]
    vector_layers: list[LayerBody]
    minzoom: int = 0
    maxzoom: int = _LAST
    bounds: list[float]


async def _tiling(
    *,
    collections: Annotated[str, Path(max_length=1000, description=f"collections, at the most {MOST}, commas between")],
    on: On,
    as_of: AsOf = None,
    cell: Cell = None,
    level: OnLevel = None,
) -> Tiling:
    return Tiling(tuple(collections.split(",")), on, as_of, level, cell)


Tiles = Annotated[Tiling, Depends(_tiling)]


def _look(request: Request, asked: Asking, tiling: Tiling) -> None:
    """Answer 304 where nothing has changed of what these collections depend on."""
    subjects, by_minute = depends(asked.person, asked.office, tiling)
    fresh(*subjects, by_minute=by_minute)(request, asked)


@ROUTER.get("/{collections}/tilejson")  # noqa: FAST003  its dependencies read them
def describe_tiles(request: Request, asked: Asked, tiling: Tiles) -> TileJson:
    """Say what the tiles of these collections tell, where they lie, and at which addresses."""
    _look(request, asked, tiling)
    layers = [
        LayerBody(
            id=one.name,
            fields={column.name: _TYPES.get(column.type, "String") for column in one.columns},
            rows=one.rows,
            unplaced=one.unplaced,
        )
        for one in describe(asked.person, asked.office, tiling)
    ]
    names = ",".join(quote(name, safe="") for name in tiling.names)
    query = f"?{request.url.query}" if request.url.query else ""
    address = f"{request.base_url}tiles/{names}/{{z}}/{{x}}/{{y}}{query}"
    return TileJson(tiles=[address], vector_layers=layers, bounds=list(_where(asked, tiling)))


def _where(asked: Asking, tiling: Tiling) -> tuple[float, float, float, float]:
    try:
        return bounds(asked.person, asked.office, on=tiling.on)
    except NotFoundError:
        return _WORLD


@ROUTER.get(
    "/{collections}/{z}/{x}/{y}",  # noqa: FAST003  its dependencies read them
    response_class=Response,
    responses={
        200: {
            "description": "a tile; one without a byte where nothing is",
            "content": {MVT: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def show_tile(
    *,
    request: Request,
    asked: Asked,
    tiling: Tiles,
    z: Annotated[int, Path(description=f"the zoom, 0 to {DEEPEST}")],
    x: Annotated[int, Path(description="the column, from the west")],
    y: Annotated[int, Path(description="the row, from the north")],
) -> Response:
    """Return a tile: from zoom 13 on every row that meets it, below counts of cells for points."""
    _look(request, asked, tiling)
    packed = _takes_gzip(request)
    made = tile(asked.person, asked.office, tiling, (z, x, y), packed=packed)
    headers = {"Vary": "Accept-Encoding"} | ({"Content-Encoding": "gzip"} if packed and made else {})
    return Response(made, media_type=MVT, headers=headers)


def _takes_gzip(request: Request) -> bool:
    accepted = request.headers.get("accept-encoding", "").lower().replace(" ", "").split(",")
    return any(one == "gzip" or (one.startswith("gzip;") and not one.endswith("q=0")) for one in accepted)
