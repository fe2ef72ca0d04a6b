"""Who lies in whom: the tree of codes that the parents of a grid's cells describe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridmap.errors import NotFoundError
from gridmap.grid.codes import LEVELS, TEXT

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Nest:
    """The tree of the cells of a frame with `code`, `level` and `parent`.

    A stated parent counts if it is the code of a cell at a higher level; any other one (unknown, at the same level or
    below, the cell itself) is passed over, so that there is no cycle however bad the parents are. Of rows with one
    code, the one at the highest level with the lowest parent speaks. Rows without a code take no part.
    """

    def __init__(self, cells: pd.DataFrame) -> None:
        rows = pd.DataFrame(
            {
                "code": cells["code"].astype(TEXT).where(cells["code"] != ""),
                "rank": cells["level"].map({level: rank for rank, level in enumerate(LEVELS)}),
                "parent": cells["parent"].astype(TEXT),
            }
        )
        rows = rows.dropna(subset="code").sort_values(["code", "rank", "parent"]).drop_duplicates("code")
        self._codes = pd.Index(rows["code"])
        rank = rows["rank"].to_numpy(dtype=np.int8)
        up = self._codes.get_indexer(pd.Index(rows["parent"]))
        up[rows["parent"].isna().to_numpy()] = -1
        higher = (up >= 0) & (rank[up] < rank)
        self._up: NDArray[np.intp] = np.where(higher, up, -1)
        self._down: dict[int, list[int]] = {}
        for child, parent in enumerate(self._up.tolist()):
            if parent >= 0:
                self._down.setdefault(parent, []).append(child)

    def parent(self, code: str) -> str | None:
        """Return the parent's code; None at the top. Raises NotFoundError for an unknown code."""
        up = int(self._up[self._at(code)])
        return None if up < 0 else str(self._codes[up])

    def chain(self, code: str) -> tuple[str, ...]:
        """Return the codes from `code` up to the top. Raises NotFoundError for an unknown code."""
        at, chain = self._at(code), [code]
        while (at := int(self._up[at])) >= 0:
            chain.append(str(self._codes[at]))
        return tuple(chain)

    def children(self, code: str) -> tuple[str, ...]:
        """Return the codes whose parent is `code`, in order. Raises NotFoundError for an unknown code."""
        return tuple(str(self._codes[child]) for child in self._down.get(self._at(code), ()))

    def members(self, root: str) -> tuple[str, ...]:
        """Return `root` and every code below it, in order. Raises NotFoundError for an unknown code."""
        found = [self._at(root)]
        for at in found:  # grows while it is walked
            found += self._down.get(at, ())
        return tuple(str(self._codes[at]) for at in sorted(found))

    def closure(self) -> pd.DataFrame:
        """Return every pair (cell, ancestor, depth), each cell being its own ancestor at depth 0, sorted by cell."""
        cell = at = np.arange(len(self._codes))
        pairs: list[NDArray[np.intp]] = []
        while len(at) or not pairs:
            pairs.append(np.stack([cell, at, np.full(len(at), len(pairs))]))
            at = self._up[at]
            cell, at = cell[at >= 0], at[at >= 0]
        whole = np.concatenate(pairs, axis=1)
        cells, ancestors, depths = whole[:, np.lexsort((whole[2], whole[0]))]
        return pd.DataFrame(
            {"cell": self._codes.take(cells), "ancestor": self._codes.take(ancestors), "depth": depths.astype(np.int8)}
        )

    def _at(self, code: str) -> int:
        at = int(self._codes.get_indexer(pd.Index([code], dtype=self._codes.dtype))[0])
        if at < 0:
            raise NotFoundError("grid.unknown_code", code=code)
        return at
