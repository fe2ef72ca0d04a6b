"""Lists by pages: sorted by any column that is shown, each page begun after the last row of the one before.

A page names the row that it ended with (keyset), so that rows that come or go meanwhile shift nothing.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely
from fastapi import Depends, Query, Request
from pydantic import BaseModel

from api.params import FIRST_YEAR, LAST_YEAR
from gridmap.errors import ArgumentError
from gridmap.office.visit_lists import Part

LONGEST_PAGE = 1000


class Page(BaseModel):
    """One page of a list: `count` rows in all its pages, `next` the address of the page after this one."""

    items: list[dict[str, Any]]
    count: int
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of a list is asked for."""

    request: Request
    limit: int
    after: str | None
    sort: str | None

    def of(self, frame: pd.DataFrame, *, key: str | Sequence[str], geometry: bool = False) -> Page:
        """Return a page of a frame whose rows `key` tells apart; without `sort`, in the order of the key.

        `geometry` adds each row's as GeoJSON. Raises ArgumentError for a column to sort by that is not shown, and for
        an `after` of another list.
        """
        keys = [key] if isinstance(key, str) else list(key)
        shown = frame.drop(columns=[name for name in _shapes(frame) if not geometry])
        ordered, by, rises = _sorted(shown.reset_index(drop=True), keys, self.sort)
        begin = _begin(by, rises, self.after)
        part = ordered.iloc[begin : begin + self.limit]
        more = begin + self.limit < len(ordered)
        following = _told(by.iloc[begin + self.limit - 1]) if more else None
        return Page(items=records(part), count=len(ordered), next=self._address(following))

    def part(self, *, key: str, instants: Collection[str] = ()) -> Part:
        """Return which part of a list is asked for that its errand reads by parts; without `sort`, by the key.

        `instants`: the columns that are instants. Raises ArgumentError for an `after` of another list.
        """
        by, down = (self.sort or key).removeprefix("-"), bool(self.sort) and str(self.sort).startswith("-")
        if self.after is None:
            return Part(by, down=down, most=self.limit)
        match _had(self.after):
            case [str(last)] if by == key and "\0" not in last:
                return Part(by, down=down, after=(last, last), most=self.limit)
            case [str() | None as value, str(last)] if by != key and "\0" not in f"{value}{last}":
                had = _instant(value) if by in instants and value is not None else value
                return Part(by, down=down, after=(had, last), most=self.limit)
        raise ArgumentError("api.after", argument="after")

    def told(self, rows: pd.DataFrame, part: Part, *, key: str, count: int, more: bool) -> Page:
        """Return the page of a part that was read: its rows in order, how many all parts have, whether any follow."""
        ended = rows[list(dict.fromkeys((part.by, key)))].iloc[-1] if more else None
        return Page(items=records(rows), count=count, next=self._address(None if ended is None else _told(ended)))

    def _address(self, after: str | None) -> str | None:
        return None if after is None else str(self.request.url.include_query_params(after=after))


def paging(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE, description="rows a page")] = 100,
    after: Annotated[str | None, Query(max_length=1000, description="where the page before ended")] = None,
    sort: Annotated[str | None, Query(max_length=64, description="a column, with - before it from high to low")] = None,
) -> Paging:
    """Return which page is asked for."""
    return Paging(request, limit, after, sort)


Paged = Annotated[Paging, Depends(paging)]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as plain data: instants and days as ISO texts, geometries as GeoJSON, null where nothing is."""
    columns = {str(name): plain(frame[name]) for name in frame.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def plain_figures(figures: Mapping[str, object]) -> dict[str, Any]:
    """Return figures as plain numbers, null for what is none."""
    return {name: _plain(value) for name, value in figures.items()}


def plain(column: pd.Series) -> list[Any]:
    """Return the values of a column as plain data."""
    if isinstance(column, gpd.GeoSeries):
        texts = shapely.to_geojson(column.to_numpy())
        return [None if text is None else orjson.loads(text) for text in texts]
    return [_plain(value) for value in column.tolist()]


def _plain(value: Any) -> Any:  # noqa: ANN401  of a frame's cell anything
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset | np.ndarray):
        return [_plain(one) for one in value]
    if pd.isna(value):
        return None
    if isinstance(value, np.generic):
        return _plain(value.item())
    return value.isoformat() if hasattr(value, "isoformat") else value


def _shapes(frame: pd.DataFrame) -> list[str]:
    return [str(name) for name in frame.columns if isinstance(frame[name], gpd.GeoSeries)]


def _sorted(frame: pd.DataFrame, keys: list[str], sort: str | None) -> tuple[pd.DataFrame, pd.DataFrame, list[bool]]:
    """Return the rows in order, what each is ordered by, and which of that rises."""
    name, down = (sort or keys[0]).removeprefix("-"), bool(sort) and str(sort).startswith("-")
    if name not in frame.columns or name in _shapes(frame):
        raise ArgumentError("api.sort", argument="sort", allowed=", ".join(map(str, frame.columns)))
    order = [name, *(one for one in keys if one != name)]
    rises = [not down, *[True] * (len(order) - 1)]
    by = _ordered(pd.DataFrame({one: _orderly(frame[one]) for one in order}), rises)
    return frame.loc[by.index], by, rises


def _ordered(by: pd.DataFrame, rises: list[bool]) -> pd.DataFrame:
    return by.sort_values(list(by.columns), ascending=rises, kind="stable", na_position="last")


def _orderly(column: pd.Series) -> pd.Series:
    """Return values of one kind that can be ordered: numbers as they are, everything else as text; null stays null."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return column.astype("Float64")
    return pd.Series([None if one is None else str(one) for one in plain(column)], index=column.index, dtype="string")


def _begin(by: pd.DataFrame, rises: list[bool], after: str | None) -> int:
    """Return the position of the first row behind the one that `after` names, or behind where it would stand."""
    if after is None:
        return 0
    try:
        wanted = _had(after)
        row = pd.DataFrame(dict(zip(by.columns, ([one] for one in wanted), strict=True)), index=[-1]).astype(by.dtypes)
    except (TypeError, ValueError):
        raise ArgumentError("api.after", argument="after") from None
    # Among its equals (itself, while it is still there) it stands last.
    ordered = _ordered(pd.concat([by, row]), rises)
    return int(np.flatnonzero(ordered.index.to_numpy() == -1)[0])


def _had(after: str) -> Any:  # noqa: ANN401  whatever was sent
    """Return what `_told` told of the row that a page ended with. Raises ArgumentError for what it cannot have told."""
    try:
        return orjson.loads(base64.urlsafe_b64decode(after.encode() + b"=" * (-len(after) % 4)))
    except ValueError:
        raise ArgumentError("api.after", argument="after") from None


def _instant(text: str) -> dt.datetime:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentError("api.after", argument="after") from None
    if found.tzinfo is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ArgumentError("api.after", argument="after")
    return found


def _told(row: pd.Series) -> str:
    values = [_plain(value) for value in row.tolist()]
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")
