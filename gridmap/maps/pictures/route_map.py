"""The small map of one route, as SVG to be put into a printed sheet: black on white, nothing to fetch."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridmap.maps.frames import shapes
from gridmap.maps.pictures.sheet import round_length
from gridmap.maps.routes import RouteMap, check, order_label, together
from gridmap.maps.style import FONTS
from gridmap.words import say

_WIDTH, _HEIGHT = 186.0, 76.0  # millimetres: what an A4 sheet has between its margins, and a quarter of its height
_MARGIN = 7.0
_APART = 5.0
_EVERY = 14.0  # from arrow to arrow
_LEAST = 120.0  # metres of the ground that the map shows at least
_START = 5.2  # wider than the circle of a stop that is the start too
_ARROW = "M1.5,0 L-1.1,-1.2 L-.5,0 L-1.1,1.2Z"
_STYLE = (
    ".road{fill:none;stroke:#c4c4c4;stroke-width:.9}.cell{fill:none;stroke:#777;stroke-width:.25;stroke-dasharray:1 .8}"
    ".way{fill:none;stroke:#000;stroke-width:.7;stroke-linejoin:round}"
    ".number{fill:#fff;stroke:#000;stroke-width:.45}.said{font:700 3.1px %s;text-anchor:middle}"
    ".small{font:2.8px %s}.bar{fill:none;stroke:#000;stroke-width:.4}"
)

Places = NDArray[np.float64]


def route_svg(scene: RouteMap) -> str:
    """Return a map of all routes of `scene` (a sheet has one) as an SVG element, 186 mm wide and 76 mm high.

    Streets grey, borders of small cells thin, the way black with arrows, the start a filled square, order numbers in
    white circles, a scale bar, north above. Raises ArgumentError as `maps.routes.check`.
    """
    check(scene)
    crs = scene.cells.estimate_utm_crs() if scene.cells.crs.is_geographic else scene.cells.crs
    routes, stops, roads, cells = (one.to_crs(crs) for one in (scene.routes, scene.stops, scene.roads, scene.cells))
    starts = gpd.GeoSeries(scene.routes["start"].to_numpy(dtype=object), crs=scene.routes.crs).to_crs(crs)
    planned = stops[stops["route"].notna().to_numpy(dtype=bool)]
    paper = _Paper([*shapes(routes), *shapes(planned), *starts])
    fonts = ",".join(font if "-" in font else f"'{font}'" for font in FONTS)
    small = cells[cells["level"] == "small"].boundary
    parts = [
        f"<style>{_STYLE.replace('%s', fonts)}</style>",
        *(paper.path(shape, "road") for shape in paper.near(roads.geometry)),
        *(paper.path(shape, "cell") for shape in paper.near(small)),
        *(paper.path(shape, "way") for shape in shapes(routes) if shape is not None),
        *(arrow for shape in shapes(routes) if shape is not None for arrow in paper.arrows(shape)),
        *(paper.start(point) for point in starts if point is not None and not point.is_empty),
        *_numbers(paper, planned),
        *_scale(paper, scene.lang),
    ]
    box = f'viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" width="{_WIDTH:g}mm" height="{_HEIGHT:g}mm"'
    return f'<svg class="map" role="img" {box}>{"".join(parts)}</svg>'


class _Paper:
    """Metres of the ground as millimetres of the sheet."""

    def __init__(self, shown: Iterable[BaseGeometry | None]) -> None:
        drawn = [shape for shape in shown if shape is not None and not shape.is_empty]
        west, south, east, north = shapely.total_bounds(drawn) if drawn else (0.0, 0.0, 0.0, 0.0)
        self.per_mm = max(
            (east - west) / (_WIDTH - 2 * _MARGIN), (north - south) / (_HEIGHT - 2 * _MARGIN), _LEAST / _WIDTH
        )
        self._west = (west + east) / 2 - self.per_mm * _WIDTH / 2
        self._north = (south + north) / 2 + self.per_mm * _HEIGHT / 2
        self.seen = shapely.box(
            self._west, self._north - self.per_mm * _HEIGHT, self._west + self.per_mm * _WIDTH, self._north
        )

    def near(self, series: gpd.GeoSeries) -> list[BaseGeometry]:
        """Return what of the shapes lies on the sheet."""
        kept = series[series.notna() & series.intersects(self.seen)].intersection(self.seen)
        return [shape for shape in kept if shapely.get_dimensions(shape) == 1]

    def at(self, shape: BaseGeometry) -> Places:
        """Return the coordinates of a shape in millimetres from the upper left."""
        xy = shapely.get_coordinates(shape)
        return np.stack([(xy[:, 0] - self._west) / self.per_mm, (self._north - xy[:, 1]) / self.per_mm], axis=1)

    def path(self, shape: BaseGeometry, kind: str) -> str:
        """Return the lines of a shape as one path."""
        lines = (" ".join(f"{x:.2f},{y:.2f}" for x, y in self.at(part)) for part in shapely.get_parts(shape))
        return f'<path class="{kind}" d="{" ".join(f"M{line}" for line in lines)}"/>'

    def arrows(self, shape: BaseGeometry) -> Iterable[str]:
        """Yield an arrow every so many millimetres of a way."""
        for part in shapely.get_parts(shape):
            line = shapely.LineString(self.at(part))
            for along in np.arange(_EVERY / 2, line.length, _EVERY):
                x, y = shapely.get_coordinates(line.interpolate(along))[0]
                back_x, back_y = shapely.get_coordinates(line.interpolate(along - 0.5))[0]
                turn = np.degrees(np.arctan2(y - back_y, x - back_x))
                yield f'<path d="{_ARROW}" transform="translate({x:.2f} {y:.2f}) rotate({turn:.0f})"/>'

    def start(self, point: BaseGeometry) -> str:
        """Return the mark of a start."""
        ((x, y),) = self.at(point)
        return f'<rect x="{x - _START / 2:.2f}" y="{y - _START / 2:.2f}" width="{_START}" height="{_START}"/>'


def _numbers(paper: _Paper, stops: gpd.GeoDataFrame) -> Iterable[str]:
    """Yield the order numbers; those that would cover one another share a mark."""
    points = shapes(stops)
    there = np.array([point is not None for point in points], dtype=bool)
    order = stops["position"].to_numpy()[there]
    xy = np.concatenate([np.empty((0, 2)), *(paper.at(point) for point in points[there])])
    for group in together(xy, _APART):
        label = order_label([int(order[at]) for at in group])
        x, y = xy[group[0]]
        half = 2.3 + 0.85 * (len(label) - 1)
        corner = f'x="{x - half:.2f}" y="{y - 2.3:.2f}"'
        yield f'<rect class="number" {corner} width="{2 * half:.2f}" height="4.6" rx="2.3"/>'
        yield f'<text class="said" x="{x:.2f}" y="{y + 1.1:.2f}">{escape(label)}</text>'


def _scale(paper: _Paper, lang: str) -> Iterable[str]:
    length = round_length(paper.per_mm * _WIDTH * 0.2)
    wide, low = length / paper.per_mm, _HEIGHT - 2.0
    said = escape(say("maps.metres", lang, count=f"{length:g}"))
    yield f'<path class="bar" d="M2,{low - 1.5:.2f} V{low:.2f} H{2 + wide:.2f} V{low - 1.5:.2f}"/>'
    yield f'<text class="small" x="{3 + wide:.2f}" y="{low:.2f}">{said}</text>'
    yield f'<rect x="{_WIDTH - 26}" y="{low - 2.4:.2f}" width="2.6" height="2.6"/>'
    yield f'<text class="small" x="{_WIDTH - 22}" y="{low:.2f}">{escape(say("maps.routes_start", lang))}</text>'
