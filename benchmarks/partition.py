"""Seeded cells for benchmarks and tests: a partition in three levels with wiggly shared edges."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

_SIDE = 100.0  # metres, mean side of a small cell
_CRS = "EPSG:4547"


def partition(cells: int, vertices: int, seed: int, levels: tuple[str, ...] = ("small",)) -> gpd.GeoDataFrame:
    """Return a partition into about `cells` small cells of about `vertices` vertices each, in metres (EPSG:4547).

    Corners of a square raster are moved at random and each shared edge wiggles by random midpoint offsets, so that
    neighbours share every vertex exactly. Columns code, level, parent, name, geometry; codes of 12, 13 and 15 digits;
    `levels` says which rows are given. A middle cell holds 4 x 4 small ones, a big cell 2 x 2 middle ones.
    """
    rng = np.random.default_rng(seed)
    columns = max(1, round(cells**0.5))
    rows = max(1, round(cells / columns))
    inner = max(0, round(vertices / 4) - 1)
    corners = np.stack(np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0)), axis=-1)
    corners[1:-1, 1:-1] += rng.uniform(-0.2, 0.2, corners[1:-1, 1:-1].shape)
    across = _wiggle(corners[:, :-1], corners[:, 1:], inner, rng)
    along = _wiggle(corners[:-1], corners[1:], inner, rng)
    # A ring: bottom eastwards, right northwards, top westwards, left southwards; each part leaves out its last corner.
    rings = np.concatenate(
        [
            across[:-1, :, :-1],
            along[:, 1:, :-1],
            across[1:, :, :0:-1],
            along[:, :-1, ::-1],
        ],
        axis=2,
    ).reshape(rows * columns, -1, 2)
    origin = np.array([500_000.0, 2_500_000.0])
    small = shapely.polygons(shapely.linearrings(rings * _SIDE + origin))
    return _in_levels(small, rows, columns, levels)


def _wiggle(start: np.ndarray, end: np.ndarray, inner: int, rng: np.random.Generator) -> np.ndarray:
    """Return lines from `start` to `end` with `inner` vertices between, moved sideways by a smooth random walk."""
    share = np.linspace(0.0, 1.0, inner + 2)
    line = start[..., None, :] + (end - start)[..., None, :] * share[:, None]
    step = rng.normal(size=(*start.shape[:-1], inner + 1)) * (0.25 / (inner + 1))
    walk = np.cumsum(step, axis=-1)
    bridge = np.concatenate([np.zeros_like(walk[..., :1]), walk], axis=-1) - walk[..., -1:] * share
    # Edges along the outer border stay straight, so that the bounds are those of the raster.
    side = (end - start)[..., ::-1] * np.array([-1.0, 1.0])
    bridge[..., 0] = bridge[..., -1] = 0.0
    return line + side[..., None, :] * np.clip(bridge, -0.2, 0.2)[..., None]


def _in_levels(small: np.ndarray, rows: int, columns: int, levels: tuple[str, ...]) -> gpd.GeoDataFrame:
    row, column = np.divmod(np.arange(rows * columns), columns)
    wide = -(-columns // 8)
    big = (row // 8) * wide + column // 8
    middle = (row // 4 % 2) * 2 + column // 4 % 2
    within = (row % 4) * 4 + column % 4
    big_code = [f"{440307000000 + number:012d}" for number in big]
    middle_code = [f"{code}{number + 1}" for code, number in zip(big_code, middle, strict=True)]
    code = [f"{parent}{number + 1:02d}" for parent, number in zip(middle_code, within, strict=True)]
    frame = gpd.GeoDataFrame(
        {"code": code, "level": "small", "parent": middle_code, "name": code, "big": big_code},
        geometry=small,
        crs=_CRS,
    )
    parts = {"small": frame[["code", "level", "parent", "name", "geometry"]]}
    for level, key, parent in (("middle", "parent", "big"), ("big", "big", None)):
        if level not in levels:
            continue
        groups = frame.groupby(key, sort=True)
        shapes = groups["geometry"].agg(lambda part: shapely.coverage_union_all(part.to_numpy()))
        parts[level] = gpd.GeoDataFrame(
            {
                "code": shapes.index,
                "level": level,
                "parent": None if parent is None else groups[parent].first().to_numpy(),
                "name": shapes.index,
            },
            geometry=shapes.to_numpy(),
            crs=_CRS,
        )
    order = [level for level in ("big", "middle", "small") if level in levels]
    frame = gpd.pd.concat([parts[level] for level in order], ignore_index=True)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=_CRS)
