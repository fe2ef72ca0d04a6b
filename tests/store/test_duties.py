"""Duties as kept: a change ends one row and begins another; exemptions; the terms of subjects."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from gridmap.errors import FaultsError
from gridmap.people.roster import ABSENCE_COLUMNS, ASSIGNMENT_COLUMNS, STAND_IN_COLUMNS, UNIT_COLUMNS
from gridmap.store import duties
from gridmap.store.engine import Store
from gridmap.store.people import RosterPlan, keep_roster
from gridmap.store.scope import EVERYWHERE

MARCH, MAY, JUNE = dt.date(2015, 3, 1), dt.date(2015, 5, 1), dt.date(2015, 6, 1)
MONTHLY = {"zh": "每月", "en": "monthly", "subject": {"layer": "homes"}, "period": "month"}
WEEKLY = MONTHLY | {"period": "week"}
CAMPAIGN = MONTHLY | {"period": "campaign", "from": dt.date(2015, 3, 1), "to": dt.date(2015, 10, 31)}


def keep(store: Store, rule: dict[str, object], on: dt.date, name: str = "calls") -> str:
    with store.writing(EVERYWHERE) as tx:
        return duties.keep_duty(tx, name, rule, on=on)


def kept(store: Store, **asked: object) -> list[tuple[str, str, dt.date, dt.date | None]]:
    with store.reading(EVERYWHERE) as tx:
        return [(one.duty.name, one.duty.period, one.valid_from, one.valid_to) for one in duties.duties(tx, **asked)]


def test_a_change_ends_one_row_and_begins_another(store: Store) -> None:
    assert keep(store, MONTHLY, MARCH) == "added"
    assert keep(store, MONTHLY, MAY) == "unchanged"
    assert keep(store, WEEKLY, MAY) == "changed"
    assert kept(store) == [("calls", "month", MARCH, MAY), ("calls", "week", MAY, None)]
    assert kept(store, on=dt.date(2015, 4, 30)) == [("calls", "month", MARCH, MAY)]
    assert kept(store, on=MAY) == [("calls", "week", MAY, None)]
    assert len(kept(store, on=JUNE, since=dt.date(2015, 4, 30))) == 2
    assert kept(store, on=JUNE, since=MAY) == [("calls", "week", MAY, None)]
    assert kept(store, names=["others"]) == []


def test_a_correction_on_the_day_itself_leaves_a_row_that_never_holds(store: Store) -> None:
    keep(store, WEEKLY, MAY)
    assert keep(store, MONTHLY, MAY) == "changed"
    assert kept(store) == [("calls", "month", MAY, None)]
    keep(store, WEEKLY, MARCH)
    assert kept(store) == [("calls", "week", MARCH, None)], "what would begin later never holds"


def test_a_campaign_comes_back_with_its_days(store: Store) -> None:
    keep(store, CAMPAIGN, MARCH)
    assert keep(store, CAMPAIGN, MAY) == "unchanged"
    with store.reading(EVERYWHERE) as tx:
        (one,) = duties.duties(tx, on=MAY)
    assert (one.duty.begin, one.duty.end) == (dt.date(2015, 3, 1), dt.date(2015, 11, 1))


def test_a_bad_rule_is_not_kept(store: Store) -> None:
    with pytest.raises(FaultsError):
        keep(store, {"zh": "x"}, MARCH)
    assert kept(store) == []


def test_a_duty_ends_and_its_name_is_known(store: Store) -> None:
    keep(store, MONTHLY, MARCH)
    with store.writing(EVERYWHERE) as tx:
        assert duties.end_duty(tx, "calls", on=MAY) == 1
        assert duties.end_duty(tx, "calls", on=MAY) == 0
        assert duties.known_names(tx) == {"calls"}
    assert kept(store, on=MAY) == []
    assert len(kept(store, on=dt.date(2015, 4, 30))) == 1


def test_exemptions_are_listed_by_duty(store: Store) -> None:
    with store.writing(EVERYWHERE) as tx:
        duties.keep_exemption(tx, "calls", "B", reason="moved", from_day=MAY, to_day=None)
        duties.keep_exemption(tx, "calls", "A", reason="away", from_day=MARCH, to_day=MAY)
        duties.keep_exemption(tx, "others", "A", reason="away", from_day=MARCH, to_day=None)
        rows = duties.exemptions(tx, "calls")
        every = duties.exemptions(tx)
    assert rows[["subject", "valid_from", "valid_to"]].values.tolist() == [
        ["A", "2015-03-01", "2015-05-01"],
        ["B", "2015-05-01", None],
    ]
    assert every["duty"].tolist() == ["calls", "calls", "others"]


def test_cadres_are_subjects_on_the_days_of_their_tier(store: Store) -> None:
    empty = {
        name: pd.DataFrame(columns=list(columns), dtype=object)
        for name, columns in (
            ("units", UNIT_COLUMNS),
            ("assignments", ASSIGNMENT_COLUMNS),
            ("absences", ABSENCE_COLUMNS),
            ("stand_ins", STAND_IN_COLUMNS),
        )
    }
    with store.writing(EVERYWHERE) as tx:
        for day, tier in ((MARCH, "section"), (MAY, "leadership")):
            cadres = pd.DataFrame({"cadre": ["3"], "name": ["郑"], "tier": [tier], "unit": ["office"]}, dtype=object)
            keep_roster(tx, RosterPlan(cadres=cadres, **empty), on=day)
        rows = duties.cadre_terms(tx)
    assert rows.values.tolist() == [
        ["3", "section", "office", "2015-03-01", "2015-05-01"],
        ["3", "leadership", "office", "2015-05-01", None],
    ]
