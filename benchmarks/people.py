"""Who answers for a million features: answers_at beside pandas merges level by level, on the same frames in one run.

The peer looks the post of each feature's small cell up, then its middle cell's, then its big cell's, with
`DataFrame.merge`, and keeps the first that is there. Both give the same cadres. Also: the answers of a whole grid, and
the load of every cadre.
"""

from __future__ import annotations

import argparse
import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.link import best, same, show
from gridmap.grid.codes import LEVELS
from gridmap.grid.grid import Grid
from gridmap.people.answers import answers_at, who_answers
from gridmap.people.load import load_of
from gridmap.people.roster import ABSENCE_COLUMNS, STAND_IN_COLUMNS, Roster

ON = dt.date(2015, 12, 31)
# Small cells in a middle one, middle ones in a big one.
SMALL, MIDDLE = 10, 10


def district(small: int) -> Grid:
    """Return about as many small cells as asked, in middle and big ones; codes of 12, 13 and 15 digits."""
    rows = [
        ("small", f"{440307010000 + at // (SMALL * MIDDLE)}{at // SMALL % MIDDLE}{at % SMALL:02}")
        for at in range(small)
    ]
    codes = pd.DataFrame(rows, columns=["level", "code"])
    above = [codes["code"].str[:length].drop_duplicates() for length in (12, 13)]
    frames = [pd.DataFrame({"level": level, "code": held}) for level, held in zip(LEVELS, above, strict=False)]
    cells = pd.concat([*frames, codes], ignore_index=True)
    length = cells["level"].map({"big": 0, "middle": 12, "small": 13})
    parents = [code[:end] or None for code, end in zip(cells["code"], length, strict=True)]
    side = np.arange(len(cells)) * 100.0
    shapes = shapely.box(side, 0, side + 100, 100)
    return Grid(gpd.GeoDataFrame(cells.assign(parent=parents, name=cells["code"]), geometry=shapes, crs="EPSG:4547"))


def staffed(grid: Grid, seed: int) -> Roster:
    """Return a roster with a head for 9 in 10 cells of each level, each head with one cell."""
    rng = np.random.default_rng(seed)
    codes = grid.cells["code"][rng.random(len(grid)) < 0.9].to_numpy()
    who = [f"c{at:06}" for at in range(len(codes))]
    posts = pd.DataFrame({"cell": codes, "holder": "cadre", "who": who, "part": "head", "kind": "charge"})
    return Roster(
        cadres=pd.DataFrame({"cadre": who, "name": who, "tier": "grid_worker", "unit": "office"}),
        units=pd.DataFrame({"unit": ["office"], "chief": [who[0]]}),
        assignments=posts.assign(valid_from="2015-01-01", valid_to=None),
        absences=pd.DataFrame([], columns=list(ABSENCE_COLUMNS), dtype=object),
        stand_ins=pd.DataFrame([], columns=list(STAND_IN_COLUMNS), dtype=object),
    )


def merged(codes: pd.Series, grid: Grid, roster: Roster) -> pd.Series:
    """Return the cadre of each code by a merge for each level, from the small cells up."""
    parents = grid.cells[["code", "parent"]]
    heads = roster.assignments[["cell", "who"]]
    found = pd.Series(None, index=codes.index, dtype=object)
    here = codes
    for _ in LEVELS:
        frame = here.to_frame("code").merge(heads, how="left", left_on="code", right_on="cell")
        found = found.where(found.notna(), frame["who"].to_numpy())
        here = here.to_frame("code").merge(parents, how="left", on="code")["parent"]
    return found


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=main.__doc__)
    ask.add_argument("--features", type=int, default=1_000_000)
    ask.add_argument("--cells", type=int, default=2000, help="small cells")
    ask.add_argument("--rounds", type=int, default=5)
    given = ask.parse_args()
    grid = district(given.cells)
    roster = staffed(grid, seed=1)
    small = grid.level("small")["code"].to_numpy()
    codes = pd.Series(np.random.default_rng(2).choice(small, given.features), name="code")
    links = {"shops": pd.DataFrame({"key": np.arange(given.features).astype(str), "code": codes})}
    answers = who_answers(grid, roster, ON)
    same(answers_at(answers, codes)["cadre"], merged(codes, grid, roster))
    taken = best(
        given.rounds,
        answers=lambda: who_answers(grid, roster, ON),
        at=lambda: answers_at(answers, codes),
        both=lambda: answers_at(who_answers(grid, roster, ON), codes),
        merges=lambda: merged(codes, grid, roster),
        load=lambda: load_of(grid, roster, answers, links),
    )
    print(f"{'':<52} {'ratio':>6}   wanted")
    title = f"{given.features:,} features x {len(small):,} cells"
    detail = ", ".join(f"{name} {seconds:.3f} s" for name, seconds in taken.items())
    show(f"{title}: merges / answers_at", taken["merges"] / taken["at"], "> 1", detail)
    show(f"{title}: merges / who_answers and answers_at", taken["merges"] / taken["both"], "> 1", "")
    show(f"{title}: both, seconds", taken["both"], "< 2", "")


if __name__ == "__main__":
    main()
