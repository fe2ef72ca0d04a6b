"""The delay grows with each failure, is never for good, and is the concern of one account at one address."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.people.delay import FORGOTTEN, FREE, LONGEST, delay, failures_now, place_of, seconds_left

NOON = dt.datetime(2015, 4, 1, 12, tzinfo=dt.UTC)
FAILURES = st.integers(min_value=0, max_value=10**9)
SPANS = st.timedeltas(min_value=dt.timedelta(days=-2), max_value=dt.timedelta(days=4))


def test_the_first_are_free_then_it_doubles() -> None:
    waits = [int(delay(failures).total_seconds()) for failures in range(FREE, FREE + 5)]
    assert waits == [0, 2, 4, 8, 16]


@settings(deadline=None)
@given(FAILURES)
def test_each_failure_makes_one_wait_longer_up_to_the_longest(failures: int) -> None:
    assert dt.timedelta() <= delay(failures) <= delay(failures + 1) <= LONGEST
    assert delay(failures) < delay(failures + 1) or delay(failures) in (dt.timedelta(), LONGEST)


@settings(deadline=None)
@given(FAILURES, SPANS)
def test_nobody_is_kept_out_for_good(failures: int, passed: dt.timedelta) -> None:
    left = seconds_left(failures, NOON, NOON + passed)
    assert 0 <= left <= LONGEST.total_seconds()
    if passed >= delay(failures):
        assert left == 0


@settings(deadline=None)
@given(FAILURES, SPANS)
def test_after_the_seconds_that_are_told_one_may_try_and_not_before(failures: int, passed: dt.timedelta) -> None:
    now = NOON + max(passed, dt.timedelta())
    left = seconds_left(failures, NOON, now)
    assert seconds_left(failures, NOON, now + dt.timedelta(seconds=left)) == 0
    if left > 1:
        assert seconds_left(failures, NOON, now + dt.timedelta(seconds=left - 1)) > 0


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(min_value=0, max_value=2000), max_size=200))
def test_who_guesses_all_day_gets_few_tries(pauses: list[int]) -> None:
    """However one spaces them: at most FREE, the doublings, and one each LONGEST."""
    now, last, failures, tried = NOON, NOON, 0, 0
    for pause in pauses:
        now += dt.timedelta(seconds=pause)
        if now - NOON >= dt.timedelta(hours=20):
            break
        if not seconds_left(failures, last, now):
            failures, last, tried = failures_now(failures, last, now) + 1, now, tried + 1
    assert tried <= FREE + 11 + (now - NOON) / LONGEST


def test_what_is_long_ago_counts_no_more() -> None:
    assert failures_now(7, NOON, NOON + FORGOTTEN) == 0
    assert failures_now(7, NOON, NOON + FORGOTTEN - dt.timedelta(seconds=1)) == 7


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("terminal", "terminal"),
        ("", ""),
    ],
)
def test_one_connection_is_one_place(address: str, place: str) -> None:
    assert place_of(address) == place
