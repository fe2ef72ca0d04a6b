"""Errands: pairs of issues for whoever asks from afar; by none of them is it found where a home is."""

from __future__ import annotations

import pandas as pd

from gridmap.office.issue_seen import list_seen_issues
from gridmap.office.pairing import list_duplicates, list_jobs
from gridmap.office.wiring import Office
from gridmap.people.person import Person


def list_seen_duplicates(person: Person, office: Office, *, name: str | None = None) -> pd.DataFrame:
    """Return the pairs of `list_duplicates` that give away no place that is hidden from the person: see `_told`."""
    return _told(person, office, list_duplicates(person, office, name=name), ("number", "other"))


def list_seen_jobs(person: Person, office: Office, *, metres: float) -> pd.DataFrame:
    """Return the pairs of `list_jobs` that give away no place that is hidden from the person: see `_told`."""
    return _told(person, office, list_jobs(person, office, metres=metres), ("offer", "seeker"))


def _told(person: Person, office: Office, pairs: pd.DataFrame, ends: tuple[str, str]) -> pd.DataFrame:
    """Return the pairs of which the person sees both places, and those of which he sees neither, without the distance.

    How near a home is to a place that is seen would tell where it is to whoever asks often enough.
    """
    rows = list_seen_issues(person, office)
    placed = rows.loc[rows.geometry.notna(), "number"]
    one, other = (pairs[end].isin(placed) for end in ends)
    told = pairs.assign(distance_m=pairs["distance_m"].where(one))
    return told[one == other].reset_index(drop=True)
