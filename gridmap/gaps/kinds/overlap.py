"""Ground that two cells of one level both claim."""

from __future__ import annotations

import geopandas as gpd

from gridmap.gaps.cells import answering, chains
from gridmap.gaps.ground import defects_at, numbered
from gridmap.gaps.shape import gap_frame
from gridmap.gaps.view import View


class Overlap:
    """Overlaps of the edition in force, in m2, one a piece of ground (that of the lower level, if of two).

    It lies in the lower of its two codes, and who answers there is responsible. `since` is the first day of the
    edition: an edition never changes.
    """

    name = "overlap"
    layers: tuple[str, ...] | None = ()

    def find(self, view: View) -> gpd.GeoDataFrame:
        """Return the gaps of this kind."""
        rows = defects_at(view, ("overlap",), ("small", "middle", "big"))
        pairs = [sorted(pair) for pair in zip(rows["code"], rows["other"], strict=True)]
        lowest = [pair[0] for pair in pairs]
        columns: dict[str, object] = {
            "kind": self.name,
            "subject": numbered(pairs),
            **chains(view.grid, lowest),
            "measure": rows["measure"],
            "unit": "m2",
            "since": view.edition_from.isoformat(),
            "responsible": answering(view, lowest),
            "reason": "gaps.overlap",
            "inputs": [
                {"code": pair[0], "other": pair[1], "area": area}
                for pair, area in zip(pairs, rows["measure"], strict=True)
            ],
            "geometry": rows.geometry,
        }
        return gap_frame(columns, view.grid.crs)


KIND = Overlap()
