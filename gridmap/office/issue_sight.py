"""Which issues exist for whom, and whose words he may read (DESIGN 4, Personal data)."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.office.issue_desk import Desk
from gridmap.people.access import ANSWERING, may

_OWN = ("follower", "holder", "leader")


def seen(desk: Desk, issues: gpd.GeoDataFrame, *, on: dt.date) -> gpd.GeoDataFrame:
    """Return the issues that exist for the person of the desk on a day, on a fresh index.

    With a scope: those in it. An issue of a sensitive category, or that stands for a feature of a sensitive layer,
    exists only for those who may reveal and for leaders and cadres who follow it, have it in hands, or answer there.
    """
    day = on.isoformat()
    inside = np.array([desk.in_scope(desk.person, cell, day) for cell in issues["cell"]], dtype=bool)
    if not may(desk.person, "reveal"):
        inside &= ~_sensitive(desk, issues, day) | own(desk, issues, on=on)
    return issues[inside].reset_index(drop=True)


def own(desk: Desk, issues: pd.DataFrame, *, on: dt.date) -> NDArray[np.bool_]:
    """Return which issues the person of the desk may read whole: his to follow, in his hands, or where he answers."""
    cadre = desk.person.cadre
    if cadre is None or desk.person.role not in ANSWERING:
        return np.zeros(len(issues), dtype=bool)
    his = np.logical_or.reduce([issues[name].eq(cadre).to_numpy(dtype=bool) for name in _OWN])
    held = desk.belonging_on(on.isoformat())
    there = issues["cell"].map(lambda cell: held is not None and cadre in held.heads.get(cell, ()))
    found: NDArray[np.bool_] = his | there.to_numpy(dtype=bool)
    return found


def _sensitive(desk: Desk, issues: pd.DataFrame, day: str) -> NDArray[np.bool_]:
    kinds = {name for name, kind in desk.categories(day).items() if kind.sensitive}
    layers = {name for name, layer in desk.office.layers.items() if layer.sensitive}
    at = issues["features"].map(lambda features: any(layer in layers for layer, _ in features))
    found: NDArray[np.bool_] = (issues["category"].isin(kinds) | at.astype(bool)).to_numpy(dtype=bool)
    return found
