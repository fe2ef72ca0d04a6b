"""Defects between two levels: ground that children lack, and children that lie outside their parent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridmap.grid.checks.found import found
from gridmap.grid.checks.level import same_ground
from gridmap.grid.checks.plane import Plane, gathered, is_wide, polygons_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridmap.grid.checks.level import Level


@dataclass(frozen=True)
class Strays:
    """Ground of cells (`rows` of their level) in another cell of an upper level (`landed`, its row; -1: in none)."""

    rows: NDArray[np.intp]
    landed: NDArray[np.intp]
    shapes: NDArray[np.object_]

    def defects(self, level: Level, upper: Level, plane: Plane) -> pd.DataFrame:
        """Return the strays as defects: `other` is the code of the upper cell in which the ground lies."""
        nowhere = self.landed < 0
        other = np.concatenate([upper.codes, [None]])[self.landed]  # row -1 is the None
        rows = found(
            "child_outside_parent", level.name, level.codes[self.rows], other, plane.back(self.shapes), unit="m2"
        )
        rows.loc[nowhere, "hint"] = "grid.hint_child_outside_all"
        return rows


def outside_parent(level: Level, upper: Level, width: float) -> Strays:
    """Return the ground that cells have outside the parent they state, one stray a cell and upper cell it lies in.

    Only parts into which a square of `width` metres fits count: two levels drawn apart differ by narrow strips. Each
    parent is compared with the union of its children at once; only where that has ground outside are the children
    looked at. Children without a code, and those whose parent is unknown or has no sound geometry, are passed over.
    """
    codes, unions, number = level.families
    parents = by_code(upper.codes, upper.shapes)
    shape = np.array([parents.get(code) for code in codes], dtype=object)
    known = ~shapely.is_missing(shape)
    beyond = known.copy()
    beyond[known] = ~same_ground(unions[known], shape[known])
    family = np.flatnonzero(beyond)
    parts, of = polygons_of(shapely.difference(unions[family], shape[family]))
    family = np.unique(family[of[is_wide(parts, width)]])
    rows = np.flatnonzero(np.isin(number, family))
    parts, at = _wide(shapely.difference(level.shapes[rows], shape[number[rows]]), width)
    return _landed(rows[at], parts, codes[number[rows[at]]], upper, width)


def straddling(level: Level, rows: NDArray[np.intp], upper: Level, width: float) -> Strays:
    """Return the ground of those cells of `rows` that lie in two cells of `upper` or more, but for the largest part.

    For levels above the parent's: with a parent that itself lies in two, a child wholly in either is no finding.
    """
    row, cell = upper.tree.query(level.shapes[rows], predicate="intersects")
    parts, at = _wide(shapely.intersection(level.shapes[rows[row]], upper.shapes[cell]), width)
    shapes, at = gathered(parts, at)
    pieces = pd.DataFrame({"row": row[at], "cell": cell[at], "area": np.round(shapely.area(shapes), 6)})
    pieces["code"] = upper.codes[pieces["cell"]]
    pieces = pieces.sort_values(["row", "area", "code"], ascending=[True, False, True], na_position="first")
    pieces = pieces[pieces["row"].duplicated()]
    return Strays(rows[pieces["row"]], pieces["cell"].to_numpy(), shapes[pieces.index])


def holes(
    level: Level, slits: NDArray[np.object_], cover: shapely.Geometry, upper: Level | None, plane: Plane
) -> pd.DataFrame:
    """Return the ground of `cover` (local metres) in no cell of `level`, one defect a connected part and upper cell.

    `cover` is the territory (`upper` None, no code) or the outline of the level above, whose cells' codes are given.
    Every part with ground counts, however narrow, but for the slits. What meets the hull of a cell without sound
    geometry is not judged.
    """
    outline = np.array([level.outline], dtype=object)
    ground = np.array([cover], dtype=object)
    missing = ground[:0] if same_ground(ground, outline)[0] else shapely.difference(ground, outline)
    parts = polygons_of(shapely.difference(missing, shapely.union_all(slits)))[0]
    parts = parts[~level.beside_unknown(parts)]
    if upper is None:
        return found("hole", level.name, None, None, plane.back(parts), unit="m2", hint="hole_of_territory")
    part, cell = upper.tree.query(parts, predicate="intersects")
    shapes, at = polygons_of(shapely.intersection(parts[part], upper.shapes[cell]))
    return found("hole", upper.name, upper.codes[cell[at]], None, plane.back(shapes), unit="m2")


def with_children(upper: Level, level: Level) -> shapely.Geometry:
    """Return the outline of `upper` without the cells that no cell of `level` names as its parent."""
    codes = pd.Series(upper.codes, dtype=object)
    childless = codes.notna() & ~codes.isin(level.families[0])
    if not childless.any():
        return upper.outline
    return shapely.difference(upper.outline, shapely.union_all(upper.shapes[childless]))


def by_code(codes: NDArray[np.object_], shapes: NDArray[np.object_]) -> dict[str, shapely.Geometry]:
    """Return the ground of each code: of a duplicate, all of it."""
    number, names = pd.factorize(codes)
    ground, at = gathered(shapes[number >= 0], number[number >= 0].astype(np.intp))
    return dict(zip(names[at], ground, strict=True))


def _wide(geometries: NDArray[np.object_], width: float) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    parts, rows = polygons_of(geometries)
    wide = is_wide(parts, width)
    return parts[wide], rows[wide]


def _landed(
    rows: NDArray[np.intp], parts: NDArray[np.object_], own: NDArray[np.object_], upper: Level, width: float
) -> Strays:
    """Return `parts` (ground of `rows` outside the parents `own`) cut by the upper cells; the rest lies in none."""
    part, cell = upper.tree.query(parts, predicate="intersects")
    foreign = upper.codes[cell] != own[part]
    part, cell = part[foreign], cell[foreign]
    shapes, at = _wide(shapely.intersection(parts[part], upper.shapes[cell]), width)
    rest, alone = _wide(shapely.difference(parts, upper.outline), width)
    row = np.concatenate([rows[part[at]], rows[alone]])
    landed = np.concatenate([cell[at], np.full(len(alone), -1)])
    number, pair = pd.factorize(pd.MultiIndex.from_arrays([row, landed]), sort=True)
    joined, _ = gathered(np.concatenate([shapes, rest]), number.astype(np.intp))
    return Strays(
        pair.get_level_values(0).to_numpy(dtype=np.intp), pair.get_level_values(1).to_numpy(dtype=np.intp), joined
    )
