"""Which issues exist for whom, and whose words he may read (DESIGN 4, Personal data)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.errors import NotFoundError
from gridmap.ledger.flow import Issue
from gridmap.office.issue_desk import Desk
from gridmap.people.access import ANSWERING, may
from gridmap.store.issues import Kept

_OWN = ("follower", "holder", "leader")


def seen(desk: Desk, issues: gpd.GeoDataFrame, *, on: dt.date) -> gpd.GeoDataFrame:
    """Return the issues that exist for the person of the desk on a day, on a fresh index.

    With a scope: those in it. An issue of a sensitive category, or that stands for a feature of a sensitive layer,
    exists only for those who may reveal and for leaders and cadres who follow it, have it in hands, or answer there.
    """
    day = on.isoformat()
    inside = np.array([desk.in_scope(desk.person, cell, day) for cell in issues["cell"]], dtype=bool)
    if not may(desk.person, "reveal"):
        features = zip(issues["category"], issues["features"], strict=True)
        hidden = [_sensitive(desk, category, held, day) for category, held in features]
        inside &= ~np.array(hidden, dtype=bool) | own(desk, issues, on=on)
    return issues[inside].reset_index(drop=True)


def own(desk: Desk, issues: pd.DataFrame, *, on: dt.date) -> NDArray[np.bool_]:
    """Return which issues the person of the desk may read whole: his to follow, in his hands, or where he answers."""
    if desk.person.cadre is None or desk.person.role not in ANSWERING:
        return np.zeros(len(issues), dtype=bool)
    day = on.isoformat()
    columns = zip(issues["cell"], *(issues[name] for name in _OWN), strict=True)
    return np.array([_his(desk, cell, whose, day) for cell, *whose in columns], dtype=bool)


def refuse_unseen(desk: Desk, issue: Issue, place: Kept, day: str) -> None:
    """Raise NotFoundError for an issue that is sensitive and does not exist for the person of the desk: see `seen`."""
    if may(desk.person, "reveal") or not _sensitive(desk, issue.category, place.features, day):
        return
    whose = [getattr(issue, name) for name in _OWN]
    if desk.person.role not in ANSWERING or not _his(desk, place.cell, whose, day):
        raise NotFoundError("store.unknown_issue", issue=place.number)


def _his(desk: Desk, cell: str | None, whose: Sequence[str | None], day: str) -> bool:
    cadre = desk.person.cadre
    held = desk.belonging_on(day)
    return cadre is not None and (cadre in whose or (held is not None and cadre in held.heads.get(cell or "", ())))


def _sensitive(desk: Desk, category: str | None, features: Sequence[tuple[str, str]], day: str) -> bool:
    kind = desk.categories(day).get(category or "")
    layers = desk.office.layers
    return (kind is not None and kind.sensitive) or any(
        name in layers and layers[name].sensitive for name, _ in features
    )
