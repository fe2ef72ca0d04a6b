"""Open issues as maps show them: the colour is the time left, the shape the state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.errors import ArgumentError
from gridmap.layer import Choice, Field, Layer, Style
from gridmap.ledger.categories import Category
from gridmap.ledger.issues import NOT_OPEN, STATES
from gridmap.maps.frames import require_columns
from gridmap.maps.style import INK, ISSUE_SHAPES, TIME_LEFT
from gridmap.words import say

COLUMNS = ("number", "state", "category", "due_at", "deferred", "cell")
SOON_DAYS = 7
OPEN_STATES = tuple(state for state in STATES if state not in NOT_OPEN)


def open_issues(issues: gpd.GeoDataFrame, now: dt.datetime) -> gpd.GeoDataFrame:
    """Return the open issues with `time_left` (of `style.TIME_LEFT`), the most urgent first, on a fresh index.

    `overdue`: due before the aware instant `now`; `soon`: within seven days of it; `later`; `none`: without a deadline,
    or deferred. Raises ArgumentError for a frame without CRS or COLUMNS, and for a naive instant.
    """
    require_columns(issues, "issues", COLUMNS)
    if now.tzinfo is None:
        raise ArgumentError("maps.page_instant", argument="now")
    rows = issues[~issues["state"].isin(NOT_OPEN)]
    classes = _time_left(rows, pd.Timestamp(now))
    rank = pd.Series(classes, index=rows.index).map({name: at for at, name in enumerate(TIME_LEFT)})
    order = rows.assign(time_left=classes, _rank=rank).sort_values(["_rank", "due_at", "number"], kind="stable")
    return order.drop(columns="_rank").reset_index(drop=True)


def _time_left(rows: pd.DataFrame, now: pd.Timestamp) -> NDArray[np.object_]:
    due, running = rows["due_at"], ~rows["deferred"].eq(True) & rows["due_at"].notna()
    found = np.full(len(rows), "later", dtype=object)
    found[(due < now + pd.Timedelta(days=SOON_DAYS)).to_numpy(dtype=bool)] = "soon"
    found[(due < now).to_numpy(dtype=bool)] = "overdue"
    found[~running.to_numpy(dtype=bool)] = "none"
    return found


def issue_layers(
    issues: gpd.GeoDataFrame, kinds: Mapping[str, Category], now: dt.datetime
) -> dict[str, tuple[Layer, gpd.GeoDataFrame]]:
    """Return open issues as layers of a map page, one a state (its shape), each issue coloured by the time left.

    Geometries must be points or missing; days of `due_at` are those of the zone of `now`. Raises as `open_issues`.
    """
    rows = open_issues(issues, now)
    due = rows["due_at"].dt.tz_convert(now.tzinfo).dt.strftime("%Y-%m-%d %H:%M").astype(object)
    said = rows.assign(due=due.where(due.notna(), None)).iloc[::-1]  # the most urgent is drawn last, on top
    there = [state for state in OPEN_STATES if (said["state"] == state).any()]
    return {f"issues_{state}": (_layer(state, kinds), said[said["state"] == state]) for state in there}


def _layer(state: str, kinds: Mapping[str, Category]) -> Layer:
    zh, en = (say("maps.issues_in", lang, state=say(f"ledger.state.{state}", lang)) for lang in ("zh", "en"))
    classes = tuple(
        Choice(name, say(f"maps.time_left_{name}", "zh"), say(f"maps.time_left_{name}", "en"), (), fill, rim=INK)
        for name, fill in TIME_LEFT.items()
    )
    categories = tuple(Choice(name, kind.zh, kind.en) for name, kind in kinds.items())
    return Layer(
        name=f"issues_{state}",
        zh=zh,
        en=en,
        geometry="point",
        key="number",
        fields=(
            _field("number"),
            _field("category", categories),
            _field("due"),
            _field("time_left", classes),
        ),
        style=Style(INK, ISSUE_SHAPES[state], "time_left"),
    )


def _field(name: str, choices: tuple[Choice, ...] = ()) -> Field:
    zh, en = (say(f"maps.issue_{name}", lang) for lang in ("zh", "en"))
    return Field(name, zh, en, "choice" if choices else "text", choices=choices)
