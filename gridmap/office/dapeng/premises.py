"""Premises: homes, rented homes, shops, organisations, factories and care places at the fronts of built blocks."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.office.dapeng import ground
from gridmap.office.dapeng.cells import codes_of_blocks
from gridmap.office.dapeng.names import Names
from gridmap.office.dapeng.size import Size

_FRONT = 0.16  # how deep in its block a door lies, in blocks
_UNPLACED = 0.04  # share of the household register without coordinates: their cell alone is known
_A_HOUSE = 3  # homes of a house, about
_KINDS = ("shop", "small_stall", "small_workshop", "small_entertainment")
_ORGANISATIONS = ("public_body", "school", "clinic", "company", "association")
_CARE = ("elder_alone", "low_income", "child", "other")


@dataclass(frozen=True, slots=True)
class Doors:
    """Places at the fronts of blocks: coordinates in metres, small cell, address."""

    xy: ground.Floats
    cell: np.ndarray
    address: np.ndarray


class Town:
    """Where there are doors: built blocks, the denser the more."""

    def __init__(self, names: Names) -> None:
        column, row = ground.blocks()
        codes = codes_of_blocks()
        dense = ground.density(column + 0.5, row + 0.5)
        kept = ground.built(column + 0.5, row + 0.5) & (codes != "") & (column > 0) & (row > 0)
        self._column, self._row, self._codes, self._dense = column[kept], row[kept], codes[kept], dense[kept]
        self._home = ground.community(self._column + 0.5, self._row + 0.5)
        self._names = names

    def doors(self, rng: np.random.Generator, count: int, *, power: float) -> Doors:
        """Return doors drawn by density to a power: above 1 in the middle of town, below 0 at its edge."""
        weight = np.minimum(self._dense, 1.2) ** power
        block = rng.choice(len(weight), count, p=weight / weight.sum())
        column, row = self._column[block], self._row[block]
        side, along = rng.integers(0, 4, count), rng.uniform(0.1, 0.9, count)
        deep = np.where(side % 2, 1 - _FRONT, _FRONT) + rng.uniform(-0.04, 0.04, count)
        u, v = column + np.where(side < 2, along, deep), row + np.where(side < 2, deep, along)
        return Doors(ground.at(u, v), self._codes[block], self._addresses(block, side, np.where(side < 2, u, v)))

    def _addresses(self, block: ground.Whole, side: ground.Whole, at: ground.Floats) -> np.ndarray:
        line = np.where(side < 2, self._row[block], self._column[block]) + side % 2
        home, across = self._home[block], (side >= 2).astype(np.int64)
        street = pd.DataFrame({"home": home, "across": across, "line": line})
        each = street.drop_duplicates()
        said = each.assign(said=[self._street(h, a, n) for h, a, n in each.itertuples(index=False)])
        named = street.merge(said, how="left")["said"]
        numbers = 2 * np.floor(8 * at).astype(np.int64) + side % 2 + 1
        say = self._names.say
        return np.array(
            [say("dapeng.address", street=s, number=n) for s, n in zip(named, numbers, strict=True)], object
        )

    def _street(self, home: int, across: int, line: int) -> str:
        heart = ground.PLACES[home]
        number = line - int(heart.u if across else heart.v) + 20
        code = "dapeng.avenue" if across else "dapeng.street"
        return self._names.say(code, community=self._names.communities[home], number=number)


def _frame(columns: dict[str, object], xy: ground.Floats) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapely.points(xy), crs=ground.CRS)


def _numbered(letter: str, count: int) -> list[str]:
    return [f"{letter}{number:07}" if count > 99_999 else f"{letter}{number:05}" for number in range(1, count + 1)]


def _said(names: Names, code: str, count: int, **inputs: object) -> list[str]:
    return [names.say(code, number=number, **inputs) for number in range(1, count + 1)]


def _whole(rng: np.random.Generator, low: int, high: int, count: int) -> pd.api.extensions.ExtensionArray:
    return pd.array(rng.integers(low, high, count), dtype="Int64")


def households(rng: np.random.Generator, town: Town, names: Names, size: Size) -> gpd.GeoDataFrame:
    """Return the register: those to be visited, and among them those registered here who live elsewhere."""
    count = size.households + size.elsewhere
    doors = town.doors(rng, max(count // _A_HOUSE, 1), power=1.0)
    house = rng.integers(0, len(doors.xy), count)
    away = np.zeros(count, dtype=bool)
    away[rng.choice(count, size.elsewhere, replace=False)] = True
    unplaced = np.zeros(count, dtype=bool)
    unplaced[rng.choice(count, round(_UNPLACED * count), replace=False)] = True
    days = pd.Timestamp(2013, 1, 5) + pd.to_timedelta(rng.integers(0, 700, count), unit="D")
    rooms = [names.say("dapeng.room", number=100 * (n % 6 + 1) + n % 4 + 1) for n in range(24)]
    frame = {
        "household_no": _numbered("H", count),
        "head": _said(names, "dapeng.head", count),
        "phone": [f"000-{number:08}" for number in range(1, count + 1)],
        "address": [f"{address}{rooms[n % 24]}" for n, address in enumerate(doors.address[house])],
        "people": _whole(rng, 1, 7, count),
        "away": pd.array(away, dtype="boolean"),
        "eligible": pd.array(~away, dtype="boolean"),
        "registered_on": days.strftime("%Y-%m-%d").tolist(),
        "cell": pd.Series(doors.cell[house], dtype=object).where(pd.Series(unplaced), None),
    }
    made = _frame(frame, doors.xy[house])
    made.loc[unplaced, "geometry"] = None
    return made


def businesses(rng: np.random.Generator, town: Town, names: Names, size: Size) -> gpd.GeoDataFrame:
    """Return shops and small premises (三小场所), most of them in the middle of towns."""
    count = size.businesses
    doors = town.doors(rng, count, power=2.0)
    trades = rng.choice(names.trades, count)
    frame = {
        "business_no": _numbered("B", count),
        "name": [names.say("dapeng.shop", number=n, trade=trade) for n, trade in enumerate(trades, start=1)],
        "kind": rng.choice(_KINDS, count, p=[0.6, 0.2, 0.15, 0.05]),
        "trade": trades,
        "licence": [f"{ground.OFFICE_CODE}{number:06}" for number in range(1, count + 1)],
        "owner": _said(names, "dapeng.owner", count),
        "address": doors.address,
        "staff": _whole(rng, 1, 9, count),
        "area": np.round(rng.gamma(3.0, 18.0, count) + 6, 1),
    }
    return _frame(frame, doors.xy)


def rentals(rng: np.random.Generator, town: Town, names: Names, size: Size) -> gpd.GeoDataFrame:
    """Return rented homes."""
    count = size.rentals
    doors = town.doors(rng, count, power=0.7)
    rooms = rng.integers(1, 12, count)
    frame = {
        "rental_no": _numbered("Z", count),
        "kind": np.where(rooms > 8, "building", np.where(rooms > 1, "flat", "room")),
        "address": doors.address,
        "landlord": _said(names, "dapeng.landlord", count),
        "rooms": pd.array(rooms, dtype="Int64"),
        "tenants": pd.array(rooms + rng.integers(0, 4, count), dtype="Int64"),
        "second_exit": pd.array(rng.random(count) < 0.7, dtype="boolean"),
    }
    return _frame(frame, doors.xy)


def organisations(rng: np.random.Generator, town: Town, names: Names, size: Size) -> gpd.GeoDataFrame:
    """Return resident organisations."""
    count = size.organisations
    doors = town.doors(rng, count, power=1.5)
    frame = {
        "organisation_no": _numbered("O", count),
        "name": _said(names, "dapeng.organisation", count),
        "kind": np.where(_nearest_hearts(doors.xy), "service_window", rng.choice(_ORGANISATIONS, count)),
        "address": doors.address,
        "staff": _whole(rng, 4, 160, count),
    }
    return _frame(frame, doors.xy)


def _nearest_hearts(xy: ground.Floats) -> np.ndarray:
    """Return which places are the nearest to the heart of a community: there it has its service window."""
    hearts = np.array([ground.at(np.array(place.u), np.array(place.v)) for place in ground.PLACES])
    nearest = np.hypot(*(xy[:, None] - hearts[None]).transpose(2, 0, 1))
    return np.isin(np.arange(len(xy)), nearest.argmin(axis=0) if len(xy) else [])


def enterprises(rng: np.random.Generator, town: Town, names: Names, size: Size) -> gpd.GeoDataFrame:
    """Return factories, most of them at the edges of towns."""
    count = size.enterprises
    doors = town.doors(rng, count, power=-1.0)
    frame = {
        "enterprise_no": _numbered("E", count),
        "name": _said(names, "dapeng.enterprise", count),
        "risk": rng.choice(["great", "larger", "common", "low"], count, p=[0.03, 0.12, 0.45, 0.4]),
        "chemicals": pd.array(rng.random(count) < 0.15, dtype="boolean"),
        "address": doors.address,
        "staff": _whole(rng, 10, 400, count),
    }
    return _frame(frame, doors.xy)


def care_places(rng: np.random.Generator, town: Town, names: Names, size: Size) -> gpd.GeoDataFrame:
    """Return homes of those in special care; their people sum to the beneficiaries, at least one each."""
    count = size.care_places
    doors = town.doors(rng, count, power=0.8)
    more = rng.multinomial(size.beneficiaries - count, np.full(count, 1 / count)) if count else np.zeros(0, np.int64)
    frame = {
        "care_no": _numbered("C", count),
        "kind": rng.choice(_CARE, count, p=[0.5, 0.3, 0.1, 0.1]),
        "name": _said(names, "dapeng.care_name", count),
        "address": doors.address,
        "people": pd.array(1 + more, dtype="Int64"),
    }
    return _frame(frame, doors.xy)
