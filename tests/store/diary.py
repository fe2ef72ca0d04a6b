"""A diary kept by hand: the naive model of a register, one page a day, that the store is held to."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely
from hypothesis import strategies as st

from gridmap.layer import Field, Layer, Style
from gridmap.store import batches, changes, registers
from gridmap.store.engine import Transaction
from tests.store.town import NOON, day, file, links_of, publish

Row = dict[str, object]
Import = tuple[int, list[Row], bool, bool]

WEST, EAST = shapely.Point(114, 22.5), shapely.Point(115, 22.5)
HOMES = Layer(
    "homes",
    "家",
    "homes",
    "point",
    "code",
    (
        Field("code", "编号", "code", required=True),
        Field("people", "人数", "people", "integer"),
        Field("name", "户主", "name", mark="personal"),
    ),
    Style("#336699"),
)
DAYS = 7
NEW_GRID = 4  # the day on which the cells change their names
ROWS = st.lists(
    st.fixed_dictionaries(
        {"code": st.sampled_from("ABC")},
        optional={
            "people": st.sampled_from([None, 1, 2]),
            "name": st.sampled_from([None, "甲", "乙"]),
            "place": st.sampled_from([None, WEST, EAST]),
        },
    ),
    max_size=3,
    unique_by=lambda row: row["code"],
)
# The day, the rows, whether an empty value clears, whether the file is complete.
IMPORTS = st.lists(st.tuples(st.integers(1, DAYS), ROWS, st.booleans(), st.booleans()), max_size=6)


class Diary:
    """What is in force on every day, and the days of each key's newest row."""

    def __init__(self) -> None:
        self.pages: list[dict[object, Row]] = [{} for _ in range(DAYS + 1)]
        self.newest: dict[object, tuple[int, int | None, Row]] = {}

    def write(self, on: int, rows: list[Row], clear: bool, complete: bool) -> None:
        for row in rows:
            self._row(on, row, names_in(rows), clear)
        told = {row["code"] for row in rows}
        for key, (begin, end, values) in list(self.newest.items()):
            if complete and key not in told and end is None and begin <= on:
                self.newest[key] = (begin, on, values)
                for page in self.pages[on:]:
                    page.pop(key, None)

    def _row(self, on: int, row: Row, names: set[str], clear: bool) -> None:
        begin, end, old = self.newest.get(row["code"], (0, 0, {"people": None, "name": None, "place": None}))
        new = {name: row.get(name) if name in names and (clear or row.get(name)) else old[name] for name in old}
        late = begin > on or (end is not None and end > on)
        if late or (end is None and new == old):
            return
        self.newest[row["code"]] = (on, None, new)
        for page in self.pages[on:]:
            page[row["code"]] = new

    def read(self) -> list[dict[object, Row]]:
        """Return the page of each day, every row with the cell in which its place lies on that day."""
        return [
            {key: row | {"cell": cell_of(row["place"], number)} for key, row in page.items()}
            for number, page in enumerate(self.pages)
        ][1:]


def cell_of(place: object, number: int) -> str | None:
    if place is None:
        return None
    return "C1" if (place == WEST) == (number < NEW_GRID) else "C2"


def names_in(rows: list[Row]) -> set[str]:
    return {name for row in rows for name in row if name != "code"}


def publish_both(tx: Transaction) -> None:
    """Publish the first grid and the one that takes its place on the day `NEW_GRID`."""
    publish(tx, day(1))
    publish(tx, day(NEW_GRID), "second", codes=("C2", "C1"))


def bring_in_rows(tx: Transaction, on: int, rows: list[Row], clear: bool, complete: bool) -> int:
    """Import the rows as a file; returns the batch."""
    names = names_in(rows)
    columns = ("code", *sorted(names - {"place"}))
    frame = file([{name: row.get(name) for name in columns} for row in rows], HOMES, [row.get("place") for row in rows])
    frame["code"] = frame["code"] if rows else pd.Series(dtype=object)
    told = (*columns, *(["geometry"] if "place" in names else []))
    current = registers.current(tx, HOMES)
    plan = changes.plan(current, frame, HOMES, given=told, on=day(on), clear=clear, complete=complete)
    batch = batches.new_batch(tx, layer="homes", file="f", digest="0", on=day(on), at=NOON, account="clerk")
    batches.apply(tx, HOMES, plan, links_of(tx, plan.rows(), day(on)), batch_id=batch, on=day(on))
    return batch


def play(tx: Transaction, imports: list[Import]) -> Diary:
    """Import one file after the other, and write each into a diary."""
    diary = Diary()
    for one in imports:
        bring_in_rows(tx, *one)
        diary.write(*one)
    return diary


def pages(tx: Transaction) -> list[dict[object, Row]]:
    """Return what the store says of each day."""
    return [_page(registers.features(tx, HOMES, on=day(number), reveal=["name"])) for number in range(1, DAYS + 1)]


def _page(frame: gpd.GeoDataFrame) -> dict[object, Row]:
    people = [None if pd.isna(count) else int(count) for count in frame["people"]]
    rows = zip(frame["key"], people, frame["name"], frame.geometry, frame["cell"], strict=True)
    return {key: dict(zip(("people", "name", "place", "cell"), row, strict=True)) for key, *row in rows}
