"""The rows of one listing as rows of a layer: values, places, and every fault of every row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gridmap.errors import Fault
from gridmap.intake import locating
from gridmap.intake.headers import Match
from gridmap.intake.listing import Listing
from gridmap.intake.locating import Bounds, Located, Shapes
from gridmap.intake.texts import Column, Mask, kept, objects
from gridmap.intake.values import Problem, read_text, read_values
from gridmap.layer import Field, Layer

BESIDE = ("geometry", "cell", "cell_reason")  # what a row has beside the fields of its layer
COORDINATES = ("wkt", "lon", "lat")


@dataclass(frozen=True, slots=True)
class Source:
    """One target of a listing: the header it stands under and what stands there."""

    header: str
    column: Column


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that does not go in, as written: its sheet, its number, the headers and the texts (None where empty)."""

    sheet: str
    row: int
    headers: tuple[str, ...]
    cells: tuple[str | None, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """A fault of a row and where it belongs in the order of the file: listing, row position, column position."""

    at: tuple[int, int, int]
    fault: Fault


class Rows:
    """One listing being read for a layer: `frame` takes shape column by column, `found` takes the faults.

    `given` names the fields that the listing has, and which of `BESIDE`. A fault is personal where its field is not
    public or the layer is sensitive.
    """

    def __init__(self, listing: Listing, match: Match, layer: Layer, number: int, file: str) -> None:
        self.listing, self.layer, self.number, self.file = listing, layer, number, file
        self.sources = {target: source(listing, at) for target, at in match.columns.items()}
        self.positions = {target: at[0] for target, at in match.columns.items()}
        self.given = {name for name in (*layer.by_name, *BESIDE) if name in self.sources}
        self.frame = pd.DataFrame(index=pd.RangeIndex(len(listing.rows)))
        self.found: list[Found] = []
        self.wrong = np.zeros(len(listing.rows), dtype=np.bool_)

    def read(self, *, crs: str | None, known: pd.DataFrame | None, bounds: Bounds | None) -> None:
        """Read all columns and places. `crs` is that of the coordinates; None where the listing has none."""
        for one in self.layer.fields:
            if one.name in self.given:
                self._field(one)
        for target in ("cell", "cell_reason"):
            self._beside(target)
        self.frame["sheet"] = np.full(len(self.frame), self.listing.name, dtype=object)
        self.frame["row"] = self.listing.rows
        self.frame["geometry"] = self._shapes(crs, known, bounds)

    def refuse(self, target: str, problem: Problem, written: Iterable[object], *, personal: bool) -> None:
        """Take a fault for every row of the problem. `written` is what stands there, one text or None a row."""
        rows = np.flatnonzero(problem.where)
        if not len(rows):
            return
        self.wrong[rows] = True
        held = list(written)
        header, place = self._header(target), self.positions.get(target, len(self.listing.headers))
        for row, number in zip(rows.tolist(), self.listing.rows[rows].tolist(), strict=True):
            value = held[row]
            fault = Fault(
                problem.code,
                file=self.file,
                sheet=self.listing.name,
                row=number,
                column=header,
                value=None if value is None else str(value),
                personal=personal,
                inputs=problem.inputs if problem.by_row is None else problem.by_row[row],
            )
            self.found.append(Found((self.number, row, place), fault))

    def refused(self) -> list[Refused]:
        """Return the wrong rows as written."""
        wrong = self.listing.take(self.wrong)
        cells = zip(*(column.texts.to_pylist() for column in wrong.columns), strict=True)
        rows = zip(wrong.rows.tolist(), cells, strict=True)
        return [Refused(wrong.name, row, wrong.headers, written) for row, written in rows]

    def is_personal(self, one: Field) -> bool:
        """Return whether values of the field may not stand in a message."""
        return one.mark != "public" or self.layer.sensitive

    def places_are_personal(self) -> bool:
        """Return whether a place may not stand in a message: as the address, else as any personal field."""
        address = self.layer.by_name.get("address")
        return self.layer.sensitive or any(map(self.is_personal, [address] if address else self.layer.fields))

    def _field(self, one: Field) -> None:
        held = self.sources[one.name].column
        read = read_values(one, held, is_key=one.name == self.layer.key)
        self.frame[one.name] = read.values
        for problem in read.problems:
            self.refuse(one.name, problem, objects(held.texts), personal=self.is_personal(one))

    def _beside(self, target: str) -> None:
        if target not in self.sources:
            self.frame[target] = np.full(len(self.frame), None, dtype=object)
            return
        held = self.sources[target].column
        read = read_text(held, is_code=target == "cell")
        self.frame[target] = read.values
        for problem in read.problems:
            self.refuse(target, problem, objects(held.texts), personal=self.layer.sensitive)

    def _shapes(self, crs: str | None, known: pd.DataFrame | None, bounds: Bounds | None) -> Shapes:
        """Return each row's shape: of the file, of its WKT, of its coordinates, of the known place; first there is."""
        shapes = np.full(len(self.frame), None, dtype=object)
        tried = np.zeros(len(shapes), dtype=np.bool_)
        sources = list(self._sources_of_places(crs, known, bounds))
        if sources:
            self.given.add("geometry")
        for target, located in sources:
            fresh = ~tried
            self._refuse_places(target, located, located.problems, fresh)
            fitted, problems = locating.fitting(kept(located.shapes, fresh), self.layer.geometry)
            self._refuse_places(target, located, problems, fresh)
            shapes[fresh] = fitted[fresh]
            spoilt = [problem.where for problem in (*located.problems, *problems)]
            tried |= np.array([one is not None for one in shapes], dtype=np.bool_) | np.logical_or.reduce(spoilt)
        return shapes

    def _sources_of_places(
        self, crs: str | None, known: pd.DataFrame | None, bounds: Bounds | None
    ) -> Iterable[tuple[str, Located]]:
        columns = {target: held.column for target, held in self.sources.items()}
        if crs and self.listing.shapes is not None:
            yield "geometry", locating.to_degrees(locating.from_wkb(self.listing.shapes), crs, bounds)
        if crs and "wkt" in columns:
            yield "wkt", locating.to_degrees(locating.from_wkt(columns["wkt"]), crs, bounds)
        if crs and "lon" in columns and "lat" in columns:
            yield "lon", locating.to_degrees(locating.from_lonlat(columns["lon"], columns["lat"]), crs, bounds)
        if known is None:
            return
        target = "place_key" if "place_key" in columns else "address"
        for by in ("key", "address"):
            if target in columns and by in known.columns:
                yield target, locating.join(columns[target].texts, known, by)

    def _refuse_places(self, target: str, located: Located, problems: Iterable[Problem], fresh: Mask) -> None:
        personal = self.places_are_personal()
        for problem in problems:
            narrowed = replace(problem, where=problem.where & fresh)
            self.refuse(target, narrowed, located.written, personal=personal)

    def _header(self, target: str) -> str:
        if target == "lon":
            return f"{self.sources['lon'].header}, {self.sources['lat'].header}"
        return self.sources[target].header if target in self.sources else target


def source(listing: Listing, positions: tuple[int, ...]) -> Source:
    """Return one column of a listing, or several as one text joined by a space; empty where all of them are."""
    header = " + ".join(listing.headers[at] for at in positions)
    held = [listing.columns[at] for at in positions]
    if len(held) == 1:
        return Source(header, held[0])
    joined = pc.binary_join_element_wise(*(one.texts for one in held), " ", null_handling="skip")
    texts = pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)
    return Source(header, Column(texts, np.max([one.kinds for one in held], axis=0)))


def key_faults(parts: Iterable[Rows], layer: Layer) -> None:
    """Refuse each row whose key stands in an earlier row of the file, naming that row."""
    first: dict[str, str] = {}
    for rows in parts:
        keys = rows.frame[layer.key].tolist()
        prefix = f"{rows.listing.name}!" if rows.listing.name else ""
        again: dict[int, Mapping[str, object]] = {}
        for position, (key, row) in enumerate(zip(keys, rows.listing.rows.tolist(), strict=True)):
            here = f"{prefix}{row}"
            if key is not None and (before := first.setdefault(key, here)) != here:
                again[position] = {"first": before}
        where = np.isin(np.arange(len(keys)), list(again))
        problem = Problem(code="intake.duplicate_key", where=where, by_row=again)
        rows.refuse(layer.key, problem, keys, personal=layer.sensitive)
