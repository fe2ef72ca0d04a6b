"""The people of the made-up Dapeng: leaders on big cells, units on middle cells, grid workers on small cells.

Beside them the community doctors and the volunteer liaisons of the labour report, members of the big cells.

A few honest gaps: two small cells that nobody holds, one worker with far more cells than the others, three workers who
are away at the end of the year, one of them with nobody in his stead.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from gridmap.office.dapeng.names import Names
from gridmap.office.dapeng.size import Size

_CELLS_EACH = 2  # small cells of a grid worker
_LOADED = 10  # and of the one who has too many
_UNHELD = 2
_AWAY = ("2015-12-24", "2016-01-05")
_BEGIN = "2015-01-01"
_PRINCIPALS = 2
_MEMBERS = {"doctor": ("D", 4), "liaison": ("L", 5)}  # letter of their numbers, digit of their telephones


@dataclass(frozen=True, slots=True)
class People:
    """The three sheets of a roster, columns under the names of `words.spellings.ROSTER_HEADERS`, tiers as codes."""

    posts: pd.DataFrame
    absences: pd.DataFrame
    stand_ins: pd.DataFrame


def people(cells: gpd.GeoDataFrame, names: Names, size: Size | None = None) -> People:
    """Return the roster for these cells, all names in the language of `names`; telephones ring nowhere.

    As many liaisons as `size` has (null: the model office).
    """
    workers = _workers(cells, names)
    helpers = [
        *_members(cells, names, "doctor", len(cells[cells["level"] == "big"])),
        *_members(cells, names, "liaison", (size or Size()).liaisons),
    ]
    posts = pd.DataFrame([*_leaders(cells, names), *_units(cells, names), *workers, *helpers])
    posts["begin"] = _BEGIN
    away = [workers[at] for at in (3, 20, 40) if at < len(workers)]
    absences = [{"number": one["number"], "name": one["name"], "begin": _AWAY[0], "end": _AWAY[1]} for one in away]
    stand_ins = [
        {
            "number": one["number"],
            "name": one["name"],
            "stand_in": workers[at]["number"],
            "begin": _AWAY[0],
            "end": _AWAY[1],
        }
        for one, at in zip(away, (4, 21), strict=False)
    ]
    return People(posts, pd.DataFrame(absences), pd.DataFrame(stand_ins))


def _post(**values: object) -> dict[str, object]:
    columns = ("number", "name", "tier", "unit", "phone", "cells", "part", "kind", "chief")
    return {column: values.get(column) for column in columns}


def _leaders(cells: gpd.GeoDataFrame, names: Names) -> list[dict[str, object]]:
    return [
        _post(
            number=f"A{number:03}",
            name=names.say("dapeng.leader", number=number),
            tier="principal" if number <= _PRINCIPALS else "leadership",
            unit=names.units[0],
            phone=f"000-1{number:07}",
            cells=code,
            part="head",
            kind="sponsor",
        )
        for number, code in enumerate(cells.loc[cells["level"] == "big", "code"], start=1)
    ]


def _units(cells: gpd.GeoDataFrame, names: Names) -> list[dict[str, object]]:
    """A chief of each unit, and a row a unit that gives it its middle cells."""
    units, middle = names.units[1:], cells.loc[cells["level"] == "middle", "code"].tolist()
    rows = []
    for number, unit in enumerate(units, start=1):
        chief = names.say("dapeng.chief", number=number)
        about = {"number": f"B{number:03}", "phone": f"000-2{number:07}", "tier": "section", "unit": unit}
        rows.append(_post(name=chief, chief=True, **about))
        rows.append(_post(unit=unit, cells="、".join(middle[number - 1 :: len(units)]), part="head", kind="charge"))
    return rows


def _members(cells: gpd.GeoDataFrame, names: Names, who: str, count: int) -> list[dict[str, object]]:
    """Doctors or liaisons, members of the communities in turn."""
    letter, phone = _MEMBERS[who]
    codes = cells.loc[cells["level"] == "big", "code"].tolist()
    return [
        _post(
            number=f"{letter}{number:03}",
            name=names.say(f"dapeng.{who}", number=number),
            tier="community",
            unit=names.say(f"dapeng.{who}_unit"),
            phone=f"000-{phone}{number:07}",
            cells=codes[(number - 1) % len(codes)],
            part="member",
            kind="charge",
        )
        for number in range(1, count + 1)
    ]


def _workers(cells: gpd.GeoDataFrame, names: Names) -> list[dict[str, object]]:
    codes = cells.loc[cells["level"] == "small", "code"].tolist()
    held = codes[:-_UNHELD]
    shares = [held[:_LOADED], *(held[at : at + _CELLS_EACH] for at in range(_LOADED, len(held), _CELLS_EACH))]
    return [
        _post(
            number=f"W{number:03}",
            name=names.say("dapeng.worker", number=number),
            tier="grid_worker",
            unit=names.say("dapeng.station", community=names.communities[int(share[0][9:12]) - 1]),
            phone=f"000-3{number:07}",
            cells="、".join(share),
            part="head",
            kind="charge",
        )
        for number, share in enumerate(shares, start=1)
    ]
