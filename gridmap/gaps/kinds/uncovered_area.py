"""Ground that no cell covers: of the territory, or of a parent between and beside its children."""

from __future__ import annotations

import geopandas as gpd

from gridmap.gaps.cells import answering, chains
from gridmap.gaps.ground import defects_at, numbered
from gridmap.gaps.shape import gap_frame
from gridmap.gaps.view import View

_REASONS = {"hole": "gaps.hole", "slit": "gaps.slit"}
_OF_TERRITORY = "gaps.hole_of_territory"


class UncoveredArea:
    """Holes and slits of the edition in force, in m2, one a piece of ground (that of the higher level, if of two).

    A hole lies in the parent whose ground it is, a slit in the parent of its two cells (of two parents, in what is
    above both); in no cell where there is none. Who answers for that cell is responsible. `since` is the first day of
    the edition: an edition never changes.
    """

    name = "uncovered_area"
    layers: tuple[str, ...] | None = ()

    def find(self, view: View) -> gpd.GeoDataFrame:
        """Return the gaps of this kind."""
        rows = defects_at(view, ("hole", "slit"), ("big", "middle", "small"))
        pairs = list(zip(rows["kind"], rows["code"], rows["other"], strict=True))
        around = [code if kind == "hole" else _above_both(view, code, other) for kind, code, other in pairs]
        columns: dict[str, object] = {
            "kind": self.name,
            "subject": numbered(pairs),
            **chains(view.grid, around),
            "measure": rows["measure"],
            "unit": "m2",
            "since": view.edition_from.isoformat(),
            "responsible": answering(view, around),
            "reason": [_REASONS[kind] if isinstance(code, str) else _OF_TERRITORY for kind, code, _ in pairs],
            "inputs": [
                {"code": code, "other": other, "area": area}
                for (_, code, other), area in zip(pairs, rows["measure"], strict=True)
            ],
            "geometry": rows.geometry,
        }
        return gap_frame(columns, view.grid.crs)


def _above_both(view: View, code: str, other: object) -> str | None:
    """Return the lowest cell above both cells; None if nothing is."""
    beside = set(view.grid.chain(other)[1:]) if isinstance(other, str) else set()
    return next((above for above in view.grid.chain(code)[1:] if above in beside), None)


KIND = UncoveredArea()
