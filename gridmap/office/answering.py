"""Errands: who answers for a place, a cell or a feature on a day, and why."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from gridmap.office.wiring import Office
from gridmap.people.answers import who_answers
from gridmap.store import people
from gridmap.store.engine import Transaction


def answers_on(office: Office, tx: Transaction, edition_id: int, on: dt.date) -> pd.DataFrame:
    """Return who answers for every cell of an edition on a day, as `people.answers.who_answers` gives it."""
    return who_answers(office.grid(tx, edition_id), people.roster(tx), on)
