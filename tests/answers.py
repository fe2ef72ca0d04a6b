"""Every answer of an office as frames, so that two offices can be compared without leaving anything out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import fields

import geopandas as gpd
import pandas as pd

from gridmap.errors import GridmapError
from gridmap.office import (
    answering,
    categories,
    duties,
    figuring,
    gapping,
    grids,
    issue_lists,
    listing,
    programmes,
    rostering,
    routing,
    sheets,
    visit_lists,
)
from gridmap.office.wiring import Office
from gridmap.people.person import Person


def answers(person: Person, office: Office, on: dt.date, *, every: int = 1) -> dict[str, pd.DataFrame | object]:
    """What the office answers to `person` for the day `on`, by name; a refusal is its code.

    Who is responsible is asked of every `every`th cell.
    """
    return dict(_answers(person, office, on, every))


def _answers(person: Person, office: Office, on: dt.date, every: int) -> Iterator[tuple[str, object]]:
    asked = {
        "editions": lambda: grids.list_editions(person, office).drop(columns="recorded_at"),
        "cells": lambda: grids.kept_grid(person, office, on=on).cells,
        "roster": lambda: rostering.list_roster(person, office, on=on),
        "findings": lambda: rostering.find_in_roster(person, office, on=on),
        "gaps": lambda: gapping.find(person, office, on=on),
        "coverage": lambda: gapping.coverage(person, office, on=on),
        "figures": lambda: figuring.figures(person, office, on=on),
        "states": lambda: duties.duty_states(person, office, on=on),
        "issues": lambda: issue_lists.list_issues(person, office, on=on),
        "visits": lambda: visit_lists.list_visits(person, office, on=on),
        "every entry": lambda: visit_lists.list_visits(person, office, on=on, current=False),
        "programmes": lambda: programmes.list_programmes(person, office, on=on),
        "categories": lambda: categories.list_categories(person, office, on=on),
        "services": lambda: categories.list_service_items(person, office, on=on),
        "sheets": lambda: sheets.list_sheets(person, office).drop(columns="recorded_at"),
        "plans": lambda: routing.list_plans(person, office).drop(columns="recorded_at"),
        "tally": lambda: listing.tally(person, office, on=on),
    }
    for layer in office.layers:
        asked[f"features {layer}"] = lambda name=layer: listing.list_features(person, office, name, on=on)
        asked[f"links {layer}"] = lambda name=layer: listing.list_links(person, office, name, on=on)
    for name, ask in asked.items():
        try:
            yield name, ask()
        except GridmapError as error:
            yield name, error.code
    cells = grids.kept_grid(person, office, on=on).cells["code"]
    for code in cells[::every]:
        try:
            answer = answering.who(person, office, code, on=on)
        except GridmapError as error:
            yield f"who {code}", error.code
        else:
            yield from ((f"who {code} {one.name}", getattr(answer, one.name)) for one in fields(answer))


def assert_same(here: dict[str, object], there: dict[str, object]) -> int:
    """Assert that both offices answer the same, to the last bit; return how many rows were compared."""
    assert here.keys() == there.keys()
    rows = 0
    for name, found in here.items():
        if isinstance(found, pd.DataFrame):
            rows += len(found)
            other = there[name]
            assert isinstance(other, pd.DataFrame), name
            pd.testing.assert_frame_equal(_plain(found), _plain(other), check_exact=True, obj=name)
        else:
            assert found == there[name], name
    return rows


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its geometries as WKB and its mappings written out: a null number in one equals no other."""
    if isinstance(frame, gpd.GeoDataFrame):
        frame = pd.DataFrame(frame.drop(columns="geometry")).assign(wkb=frame.geometry.to_wkb())
    objects = [name for name in frame if frame[name].dtype == object]
    mappings = [name for name in objects if any(isinstance(one, dict) for one in frame[name])]
    return frame.assign(**{name: frame[name].map(repr) for name in mappings})
