from __future__ import annotations

import gzip
import sqlite3
from base64 import b64decode
from collections.abc import Callable, Mapping
from contextlib import closing
from io import BytesIO
from math import cos, hypot, radians
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from gridmap.errors import ArgumentError, FileError
from gridmap.grid.crs import from_wgs84
from gridmap.maps.basemap import Address, Basemap, read_tiles, tile_bounds
from gridmap.maps.basemap_pmtiles import tile_id
from gridmap.maps.basemap_scan import fit_affine, read_scan

DAPENG = (114.47, 22.59, 114.52, 22.61)
# The tiles of zoom 14 that Dapeng meets, by the formula of the web's maps (column of a longitude, row of a latitude).
MEETS = {(14, column, row) for column in (13401, 13402, 13403) for row in (7135, 7136)}

Tiles = Mapping[Address, bytes]
Write = Callable[[Path, Tiles], Path]


def picture(colour: tuple[int, int, int], kind: str = "PNG", size: int = 8) -> bytes:
    written = BytesIO()
    Image.new("RGB", (size, size), colour).save(written, kind)
    return written.getvalue()


def square(zoom: int) -> dict[Address, bytes]:
    """Return tiles for all of a wide rectangle around Dapeng at one zoom, each of its own colour."""
    shift = 14 - zoom
    columns = range((13390 >> shift), (13412 >> shift) + 1)
    rows = range((7130 >> shift), (7150 >> shift) + 1)
    return {(zoom, x, y): picture((zoom, x % 256, y % 256)) for x in columns for y in rows}


def mbtiles(path: Path, tiles: Tiles, kind: str = "png", schema: str = "") -> Path:
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        file.execute("INSERT INTO metadata VALUES ('format', ?)", (kind,))
        file.execute(
            schema or "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)"
        )
        if not schema:
            rows = [(z, x, 2**z - 1 - y, data) for (z, x, y), data in tiles.items()]
            file.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
        file.commit()
    return path


def pmtiles(path: Path, tiles: Tiles, kind: TileType = TileType.PNG) -> Path:
    with path.open("wb") as file:
        writer = Writer(file)
        for place, data in sorted((zxy_to_tileid(*address), data) for address, data in tiles.items()):
            writer.write_tile(place, data)
        header = {"tile_type": kind, "tile_compression": Compression.NONE}
        writer.finalize(header, {})
    return path


@pytest.fixture(params=[(mbtiles, "town.mbtiles"), (pmtiles, "town.pmtiles")], ids=["mbtiles", "pmtiles"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file of tiles of zooms 12 to 14, in either format."""
    write, name = request.param
    return write(tmp_path / name, square(12) | square(13) | square(14))


def colour(uri: str) -> tuple[int, ...]:
    head, _, body = uri.partition(",")
    assert head == "data:image/png;base64"
    return Image.open(BytesIO(b64decode(body))).convert("RGB").getpixel((0, 0))


def test_the_tiles_of_the_deepest_zoom_that_meet_the_place_come_out_with_their_own_pictures(town: Path) -> None:
    found = read_tiles(town, DAPENG, "EPSG:4326")
    assert set(found.tiles) == MEETS
    assert {address: colour(uri) for address, uri in found.tiles.items()} == {
        (z, x, y): (z, x % 256, y % 256) for z, x, y in MEETS
    }
    assert (found.name, found.datum, found.residual_m) == (town.name, "EPSG:4326", None)


@pytest.mark.parametrize("limit", [{"most_tiles": 4}, {"most_bytes": 5 * len(picture((1, 2, 3)))}], ids=str)
def test_a_lesser_zoom_is_taken_where_the_deepest_exceeds_a_limit(town: Path, limit: dict[str, int]) -> None:
    found = read_tiles(town, DAPENG, "EPSG:4326", **limit)
    assert {zoom for zoom, _, _ in found.tiles} == {13}


def test_tiles_cover_the_place_that_was_asked_for(town: Path) -> None:
    west, south, east, north = np.array([piece.bounds for piece in read_tiles(town, DAPENG, "EPSG:4326").pieces]).T
    assert west.min() <= DAPENG[0]
    assert south.min() <= DAPENG[1]
    assert east.max() >= DAPENG[2]
    assert north.max() >= DAPENG[3]


@pytest.mark.parametrize(("datum", "metres"), [("gcj02", 576), ("EPSG:4490", 0), ("EPSG:3857", 0)])
def test_the_datum_that_is_named_moves_the_tiles(datum: str, metres: float) -> None:
    plain, moved = tile_bounds((14, 13401, 7140)), tile_bounds((14, 13401, 7140), datum)
    east = (moved[0] - plain[0]) * cos(radians(22.6)) * 111_320
    north = (moved[1] - plain[1]) * 110_750
    assert hypot(east, north) == pytest.approx(metres, abs=12)


@given(st.integers(10, 18), st.sampled_from(["gcj02", "bd09"]))
@settings(deadline=None)
def test_moved_bounds_lie_in_the_datum_where_the_pyramid_has_the_tile(zoom: int, datum: str) -> None:
    tile = (zoom, 13401 << zoom >> 14, 7140 << zoom >> 14)
    west, south, east, north = tile_bounds(tile, datum)
    lon, lat = from_wgs84([west, east], [south, north], datum)
    plain = tile_bounds(tile)
    assert (lon[0], lat[0], lon[1], lat[1]) == pytest.approx(plain, abs=1e-8)


@given(st.integers(0, 22), st.data())
@settings(deadline=None)
def test_the_place_on_the_curve_is_that_of_the_reference_program(zoom: int, data: st.DataObject) -> None:
    column, row = (data.draw(st.integers(0, 2**zoom - 1)) for _ in range(2))
    assert tile_id(zoom, column, row) == zxy_to_tileid(zoom, column, row)


def test_tiles_behind_leaf_directories_are_found(tmp_path: Path) -> None:
    """20,000 pictures of different length: too many for the root directory of the reference writer."""
    padding = np.random.default_rng(1).integers(0, 256, (140, 140))
    many = {(9, x, y): picture((1, x % 256, y % 256)) + bytes(padding[x, y]) for x in range(140) for y in range(140)}
    path = pmtiles(tmp_path / "wide.pmtiles", many)
    assert int.from_bytes(path.read_bytes()[48:56], "little") > 0
    bounds = tile_bounds((9, 77, 120))
    inside = tuple(one + inward for one, inward in zip(bounds, (0.1, 0.1, -0.1, -0.1), strict=True))
    assert {a: colour(uri) for a, uri in read_tiles(path, inside, "EPSG:4326").tiles.items()} == {
        (9, 77, 120): (1, 77, 120)
    }


def test_a_run_of_equal_tiles_is_one_picture_at_each_place(tmp_path: Path) -> None:
    sea = picture((0, 0, 200))
    path = pmtiles(tmp_path / "sea.pmtiles", dict.fromkeys(square(14), sea))
    assert {colour(uri) for uri in read_tiles(path, DAPENG, "EPSG:4326").tiles.values()} == {(0, 0, 200)}


def test_a_file_without_the_place_says_so(town: Path) -> None:
    with pytest.raises(FileError, match="datum"):
        read_tiles(town, (2.2, 48.8, 2.3, 48.9), "EPSG:4326")


@pytest.mark.parametrize(
    "write", [lambda p: mbtiles(p, square(14), "pbf"), lambda p: pmtiles(p, square(14), TileType.MVT)]
)
def test_vector_tiles_are_refused_by_name(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    path = tmp_path / "roads.mbtiles"
    written = write(path)
    if written.read_bytes().startswith(b"PMTiles"):
        written = written.rename(tmp_path / "roads.pmtiles")
    with pytest.raises(FileError, match="vector tiles"):
        read_tiles(written, DAPENG, "EPSG:4326")


@pytest.mark.parametrize("name", ["broken.mbtiles", "broken.pmtiles"])
@pytest.mark.parametrize(
    "content", [b"", b"PMTiles\x03" + bytes(119), b"PMTiles\x02" + bytes(119), b"SQLite format 3\0"]
)
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileError, match=name):
        read_tiles(path, DAPENG, "EPSG:4326")


def test_a_directory_that_swells_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(bytes(50_000_000), mtime=0)
    header = bytearray(127)
    header[:8] = b"PMTiles\x03"
    header[8:16], header[16:24] = (127).to_bytes(8, "little"), len(packed).to_bytes(8, "little")
    header[97], header[99], header[100], header[101] = 2, 2, 14, 14
    path = tmp_path / "swollen.pmtiles"
    path.write_bytes(bytes(header) + packed)
    with pytest.raises(FileError, match="damaged"):
        read_tiles(path, DAPENG, "EPSG:4326")


def test_a_view_that_never_ends_is_broken_off(tmp_path: Path) -> None:
    endless = (
        "CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT 14 AS zoom_level, i AS tile_column, i AS tile_row, NULL AS tile_data FROM n"
    )
    path = mbtiles(tmp_path / "endless.mbtiles", {}, schema=endless)
    with pytest.raises(FileError, match="cannot be read"):
        read_tiles(path, DAPENG, "EPSG:4326")


def test_a_file_of_tiles_is_left_as_it_was(town: Path) -> None:
    before = town.read_bytes()
    town.chmod(0o400)
    read_tiles(town, DAPENG, "EPSG:4326")
    assert town.read_bytes() == before
    assert [path.name for path in town.parent.iterdir()] == [town.name]


def test_a_picture_of_another_format_is_refused(tmp_path: Path) -> None:
    path = mbtiles(tmp_path / "odd.mbtiles", dict.fromkeys(square(14), b"<svg onload='alert(1)'/>"))
    with pytest.raises(FileError, match="PNG, JPEG and WebP"):
        read_tiles(path, DAPENG, "EPSG:4326")


@pytest.mark.parametrize("name", ["town.tif", "missing.mbtiles", "missing.pmtiles"])
def test_a_file_that_is_missing_or_no_archive_is_refused_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError, match=name):
        read_tiles(tmp_path / name, DAPENG, "EPSG:4326")


@pytest.mark.parametrize(("crs", "said"), [(None, "crs"), ("", "crs"), ("EPSG:4547", "no datum of map tiles")])
def test_the_datum_is_asked_for_and_never_guessed(town: Path, crs: object, said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        read_tiles(town, DAPENG, crs)


def test_a_rectangle_that_is_none_is_refused(town: Path) -> None:
    with pytest.raises(ArgumentError, match="west, south, east, north"):
        read_tiles(town, (114.5, 22.6, 114.4, 22.7), "EPSG:4326")


# A scan of 400 x 300 pixels, turned by 20 degrees, 2 m a pixel on the web's sphere, its upper left corner here.
CORNER = np.array([12_743_000.0, 2_583_000.0])
TURN = np.array([[np.cos(0.35), np.sin(0.35)], [np.sin(0.35), -np.cos(0.35)]]) * 2.0
MARK = (200, 150)


def places(pixels: np.ndarray) -> np.ndarray:
    """Return longitudes and latitudes of pixels of the scan, by the sphere's own formula."""
    x, y = (pixels @ TURN.T + CORNER).T
    lat = np.degrees(2 * np.arctan(np.exp(y / 6378137.0)) - np.pi / 2)
    return np.column_stack((np.degrees(x / 6378137.0), lat))


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A white sheet with a red square of 20 pixels around its middle."""
    sheet = Image.new("RGB", (400, 300), "white")
    sheet.paste((255, 0, 0), (MARK[0] - 10, MARK[1] - 10, MARK[0] + 10, MARK[1] + 10))
    path = tmp_path / "sheet.png"
    sheet.save(path)
    return path


def control(path: Path, pixels: np.ndarray, at: np.ndarray, style: str = "plain") -> Path:
    if style == "plain":
        lines = ["pixel_x,pixel_y,lon,lat", *(f"{x},{y},{a},{b}" for (x, y), (a, b) in zip(pixels, at, strict=True))]
    else:
        lines = ["#CRS: GEOGCRS[...]", "mapX,mapY,sourceX,sourceY,enable,dX,dY,residual"]
        lines += [f"{a},{b},{x},{-y},1,0,0,0" for (x, y), (a, b) in zip(pixels, at, strict=True)]
        lines.append("0,0,5,-5,0,0,0,0")  # one that was switched off
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


CORNERS = np.array([[0, 0], [400, 0], [0, 300], [400, 300]], dtype=float)


def middle_of_red(found: Basemap) -> tuple[float, float]:
    """Return where the red square's middle lies, as the overlay shows it."""
    (piece,) = found.pieces
    drawn = np.array(Image.open(BytesIO(b64decode(piece.uri.partition(",")[2]))).convert("RGBA")).astype(int)
    rows, columns = np.nonzero((drawn[..., 0] - drawn[..., 1] > 120) & (drawn[..., 3] > 200))
    west, south, east, north = piece.bounds
    right = (columns.mean() + 0.5) / drawn.shape[1]
    down = (rows.mean() + 0.5) / drawn.shape[0]
    return west + right * (east - west), north - down * (north - south)


@pytest.mark.parametrize("style", ["plain", "qgis"])
def test_a_scan_lies_where_its_control_points_say(scan: Path, tmp_path: Path, style: str) -> None:
    points = control(tmp_path / "sheet.points", CORNERS, places(CORNERS), style)
    found = read_scan(scan, points, "EPSG:4326")
    lon, lat = places(np.array([MARK], dtype=float))[0]
    assert middle_of_red(found) == pytest.approx((lon, lat), abs=2e-5)  # one pixel
    assert found.residual_m == pytest.approx(0, abs=1e-6)


def test_outside_the_turned_sheet_the_overlay_is_clear(scan: Path, tmp_path: Path) -> None:
    found = read_scan(scan, control(tmp_path / "sheet.csv", CORNERS, places(CORNERS)), "EPSG:4326")
    drawn = Image.open(BytesIO(b64decode(found.pieces[0].uri.partition(",")[2])))
    assert drawn.mode == "RGBA"
    assert drawn.getpixel((0, 0))[3] == 0


def test_control_points_of_a_phone_map_are_brought_to_wgs84(scan: Path, tmp_path: Path) -> None:
    true = places(CORNERS)
    shifted = np.column_stack(from_wgs84(true[:, 0], true[:, 1], "gcj02"))
    found = read_scan(scan, control(tmp_path / "sheet.csv", CORNERS, shifted), "gcj02")
    assert middle_of_red(found) == pytest.approx(tuple(places(np.array([MARK], dtype=float))[0]), abs=2e-5)
    assert found.datum == "gcj02"


def test_the_residual_is_in_metres_on_the_ground(tmp_path: Path) -> None:
    """Four corners pulled alternately east and west by d leave each d off: no affine map can follow them."""
    pulled = places(CORNERS)
    pulled[:, 0] += np.array([1, -1, -1, 1]) * 1e-4
    expected = 1e-4 * 111_319.49 * cos(radians(22.6))
    assert fit_affine(CORNERS, pulled, tmp_path).residual_m == pytest.approx(expected, rel=0.01)


@given(st.lists(st.floats(-1e-4, 1e-4), min_size=8, max_size=8))
@settings(deadline=None)
def test_no_other_affine_map_fits_better(noise: list[float]) -> None:
    at = places(CORNERS) + np.array(noise).reshape(4, 2)
    fit = fit_affine(CORNERS, at, Path("sheet.csv"))
    x, y = np.radians(at[:, 0]) * 6378137, np.log(np.tan(np.pi / 4 + np.radians(at[:, 1]) / 2)) * 6378137
    known = np.column_stack((CORNERS, np.ones(4)))
    best = np.square(known @ fit.matrix.T - np.column_stack((x, y))).sum()
    for nudge in np.eye(6).reshape(6, 2, 3) * np.array([1e-4, 1e-4, 1e-2]):
        for sign in (1, -1):
            other = np.square(known @ (fit.matrix + sign * nudge).T - np.column_stack((x, y))).sum()
            assert other >= best - 1e-6


def test_fewer_than_three_points_are_refused(scan: Path, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="at least 3"):
        read_scan(scan, control(tmp_path / "two.csv", CORNERS[:2], places(CORNERS[:2])), "EPSG:4326")


def test_points_on_one_line_are_refused(scan: Path, tmp_path: Path) -> None:
    line = np.array([[0, 0], [100, 75], [200, 150], [400, 300]], dtype=float)
    with pytest.raises(FileError, match="one line"):
        read_scan(scan, control(tmp_path / "line.csv", line, places(line)), "EPSG:4326")


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "pixel_x,pixel_y,lon,lat\n1,2,x,4\n", "pixel_x,pixel_y,lon,lat\n1,2,114,95\n"]
)
def test_a_file_of_points_that_holds_none_is_refused(scan: Path, tmp_path: Path, text: str) -> None:
    points = tmp_path / "points.csv"
    points.write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=r"points\.csv"):
        read_scan(scan, points, "EPSG:4326")


def test_the_datum_of_control_points_is_asked_for(scan: Path, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="crs"):
        read_scan(scan, control(tmp_path / "sheet.csv", CORNERS, places(CORNERS)), None)


def test_a_scan_that_is_no_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sheet.png"
    path.write_bytes(b"%PDF-1.7")
    with pytest.raises(FileError, match=r"sheet\.png"):
        read_scan(path, control(tmp_path / "sheet.csv", CORNERS, places(CORNERS)), "EPSG:4326")


def test_a_scan_too_large_is_refused_before_it_is_unpacked(
    scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridmap.maps.basemap_scan.LARGEST", 100)
    with pytest.raises(FileError, match="100 pixels"):
        read_scan(scan, control(tmp_path / "sheet.csv", CORNERS, places(CORNERS)), "EPSG:4326")


def test_a_heavy_scan_is_made_smaller_until_it_fits(tmp_path: Path) -> None:
    noisy = np.random.default_rng(1).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    path = tmp_path / "noisy.png"
    Image.fromarray(noisy).save(path)
    found = read_scan(path, control(tmp_path / "sheet.csv", CORNERS, places(CORNERS)), "EPSG:4326", most_bytes=20_000)
    assert len(b64decode(found.pieces[0].uri.partition(",")[2])) <= 20_000
