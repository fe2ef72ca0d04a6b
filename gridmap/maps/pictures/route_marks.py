"""Where the marks of routes stand on a picture: order numbers first, then what was left out, then names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from gridmap.maps.routes import Box, Spot, free_spot, is_free
from gridmap.maps.style import PAPER

_INCH = 72.0  # points
_ROUND = 2  # so many characters fit into a circle
_HALF = 7.5  # points, of a circle and its rim
_CHARACTER = 4.6
_NAME_PT = 9.0
_LATIN, _CJK = 0.62, 1.0  # of the size, as wide as a bold character is
_CJK_FROM = 0x2E80

Places = NDArray[np.float64]


class Marks:
    """The marks of one map. What stands is not covered: later marks stand beside it, names leave it free."""

    def __init__(self, axes: Axes) -> None:
        self._axes = axes
        west, east = axes.get_xlim()
        south, north = axes.get_ylim()
        figure = axes.get_figure(root=True)
        assert figure is not None
        wide = axes.get_position().width * figure.get_size_inches()[0] * _INCH
        self._scale = wide / (east - west)
        self._corner = np.array([west, south])
        self._frame = (0.0, 0.0, wide, (north - south) * self._scale)
        self._taken: list[Box] = []

    def taken(self, at: Places) -> None:
        """Note that something else stands there."""
        x, y = self._points(at)
        self._taken.append((x - _HALF, y - _HALF, x + _HALF, y + _HALF))

    def badge(self, at: Places, label: str, colour: str, line: str) -> None:
        """Put a number or letters into a white circle at a place, or beside it where another mark stands."""
        half = (_HALF if len(label) <= _ROUND else _HALF + _CHARACTER / 2 * (len(label) - 1), _HALF)
        spot = free_spot(self._points(at), half, self._taken, self._frame)
        self._take(spot, half)
        x, y = (float(one) for one in np.array(spot) / self._scale + self._corner)
        look: dict[str, Any] = {"size": 7.5, "weight": "bold", "color": "#000000", "ha": "center", "va": "center"}
        if len(label) <= _ROUND:
            rim: dict[str, Any] = {"facecolors": "none", "edgecolors": colour, "linewidths": 1.4, "linestyles": line}
            self._axes.plot(x, y, "o", ms=13, mfc=PAPER, mec="none", zorder=6)
            self._axes.scatter([x], [y], s=13**2, zorder=6, **rim)
            self._axes.text(x, y, label, zorder=6.5, **look)
            return
        box = {"boxstyle": "round,pad=0.3,rounding_size=0.8", "fc": PAPER, "ec": colour, "lw": 1.4, "ls": line}
        self._axes.text(x, y, label, zorder=6.5, bbox=box, **look)

    def name(self, at: Places, who: str) -> None:
        """Say whose route it is beside its start, where it covers no mark and no other name; nowhere if it must."""
        half = (sum(_CJK if ord(one) >= _CJK_FROM else _LATIN for one in who) * _NAME_PT / 2, _NAME_PT * 0.7)
        x, y = self._points(at)
        for across, up in _around(half):
            spot = (x + across, y + up)
            if is_free(spot, half, self._taken, self._frame):
                break
        else:
            return
        self._take(spot, half)
        middle = np.array(spot) / self._scale + self._corner
        look: dict[str, Any] = {"size": _NAME_PT, "weight": "bold", "color": "#000000", "ha": "center", "va": "center"}
        named = self._axes.text(float(middle[0]), float(middle[1]), who, zorder=5.5, **look)
        named.set_path_effects([withStroke(linewidth=2.5, foreground=PAPER)])

    def _points(self, at: Places) -> Spot:
        x, y = (np.asarray(at, dtype=np.float64) - self._corner) * self._scale
        return float(x), float(y)

    def _take(self, spot: Spot, half: Spot) -> None:
        self._taken.append((spot[0] - half[0], spot[1] - half[1], spot[0] + half[0], spot[1] + half[1]))


def _around(half: Spot) -> Iterable[Spot]:
    """Yield how far the middle of a name stands from its start: right of it, left, below, above; then farther."""
    for away in (1.0, 2.0):
        across, up = half[0] + _HALF * (away + 0.3), (half[1] + _HALF * 0.6) * away
        yield from ((across, -up), (across, up), (-across, -up), (-across, up), (across, 0.0), (-across, 0.0))
        yield from ((0.0, -up - _HALF), (0.0, up + _HALF))
