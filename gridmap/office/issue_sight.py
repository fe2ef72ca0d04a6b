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
from gridmap.office.derived import RULED
from gridmap.office.issue_desk import Desk
from gridmap.people.access import ANSWERING, may
from gridmap.store.issues import Kept
from gridmap.store.issues import issues as kept_issues

# What the list of issues depends on, and whether one is for whom.
ISSUE_SUBJECTS = (*RULED, "issues", "ledger")
_OWN = ("follower", "holder", "leader")


def seen(desk: Desk, issues: gpd.GeoDataFrame, *, on: dt.date) -> gpd.GeoDataFrame:
    """Return the issues, as they stood on a day, that exist for the person of the desk, on a fresh index.

    With a scope: those in it. An issue of a category that is sensitive then or today, or that stands for a feature of a
    sensitive layer, exists only for those who may reveal, and for leaders and cadres to whom it belongs today: see
    `own`. So nobody gets back what was his by asking for an earlier day.
    """
    day, today = on.isoformat(), desk.day(desk.now)
    inside = np.array([desk.in_scope(desk.person, cell, day) for cell in issues["cell"]], dtype=bool)
    if not may(desk.person, "reveal"):
        features = list(zip(issues["category"], issues["features"], strict=True))
        hidden = [any(_sensitive(desk, *one, at) for at in (day, today)) for one in features]
        inside &= ~np.array(hidden, dtype=bool) | own(desk, issues)
    return issues[inside].reset_index(drop=True)


def own(desk: Desk, issues: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which issues are today the own of the person of the desk.

    He follows it, has it in hands, leads it, or answers where it is or above.
    """
    if desk.person.cadre is None or desk.person.role not in ANSWERING:
        return np.zeros(len(issues), dtype=bool)
    today = desk.day(desk.now)
    now = kept_issues(desk.tx, issues=issues["issue"].tolist()).set_index("issue")[[*_OWN, "cell"]]
    columns = zip(*(now[name].reindex(issues["issue"]) for name in ("cell", *_OWN)), strict=True)
    return np.array([_his(desk, cell, whose, today) for cell, *whose in columns], dtype=bool)


def refuse_unseen(desk: Desk, issue: Issue, place: Kept, day: str) -> None:
    """Raise NotFoundError for an issue that is sensitive and does not exist for the person of the desk: see `seen`."""
    if may(desk.person, "reveal") or not _sensitive(desk, issue.category, place.features, day):
        return
    whose = [getattr(issue, name) for name in _OWN]
    if desk.person.role not in ANSWERING or not _his(desk, place.cell, whose, desk.day(desk.now)):
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
