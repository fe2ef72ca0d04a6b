"""The days that an office states itself."""

from __future__ import annotations

import datetime as dt

from gridmap.store.calendars import calendar_days, keep_days
from gridmap.store.engine import Store
from gridmap.store.scope import EVERYWHERE

EVE, NEW_YEAR, MAKE_UP = dt.date(2026, 12, 31), dt.date(2027, 1, 1), dt.date(2027, 1, 3)


def test_a_later_notice_replaces_the_days_it_states_and_no_other(store: Store, noon: dt.datetime) -> None:
    with store.writing(EVERYWHERE) as tx:
        assert calendar_days(tx) == {}
        first = keep_days(tx, {NEW_YEAR: False, EVE: False}, source="2027.xlsx", at=noon)
        again = keep_days(tx, {NEW_YEAR: False, EVE: True, MAKE_UP: True}, source="mended.xlsx", at=noon)
    assert first == {"added": 2, "changed": 0, "unchanged": 0}
    assert again == {"added": 1, "changed": 1, "unchanged": 1}
    with store.reading(EVERYWHERE) as tx:
        assert list(calendar_days(tx).items()) == [(EVE, True), (NEW_YEAR, False), (MAKE_UP, True)]


def test_nothing_stated_keeps_nothing(store: Store, noon: dt.datetime) -> None:
    with store.writing(EVERYWHERE) as tx:
        assert keep_days(tx, {}, source="empty.xlsx", at=noon) == {"added": 0, "changed": 0, "unchanged": 0}
