"""Programmes tell totals of what exists for whoever asks; who should deal with an issue is proposed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from gridmap.errors import ArgumentError, ConflictError, NotFoundError, RefusedError
from gridmap.ledger.categories import Category
from gridmap.office.clock import FixedClock
from gridmap.office.erasing import expire
from gridmap.office.issue_desk import Desk
from gridmap.office.issues import act, proposed, report, show
from gridmap.office.programmes import begin_programme, list_programmes, put_in_programme
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.store.categories import keep_categories
from tests.office.staff import CHIEF, LAMPS, LIGHTER, LIGHTS, NEW_YEAR, OTHER, SMALL, STAND_IN, WORKER
from tests.office.test_issues import CLERK, ZONE, at, counter, step, told

__all__ = ["counter"]
READER = Person("r", "reader")
PRIVATE = Category("private", "隐私", "private", "work_days", 5, sensitive=True)


def closed(number: str, people: int) -> list:
    return [
        step(number, "file", at(3, 2, 11), unit=LIGHTS),
        step(number, "assign", at(3, 2, 12)),
        step(number, "start", at(3, 3), LIGHTER),
        step(number, "finish", at(3, 4), LIGHTER, quantities={"people": people}),
        step(number, "close", at(3, 5), WORKER, result="solved", reply="done", quantities={"people": people}),
    ]


class TestProgrammes:
    def test_totals_count_states_and_quantities(self, counter: Office) -> None:
        numbers = report(CLERK, counter, [told(name, category="other") for name in "abcd"])
        act(CLERK, counter, [*closed(numbers[0], 3), *closed(numbers[1], 4)])
        act(CLERK, counter, [step(numbers[2], "reject", at(3, 3), note="not ours")])
        begin_programme(LOCAL_ADMINISTRATOR, counter, "Xiasha", text="the old village")
        assert put_in_programme(CLERK, counter, "Xiasha", numbers) == 4
        (row,) = list_programmes(READER, counter).to_dict("records")
        assert (row["filed"], row["closed"], row["open"], row["people"]) == (3, 2, 1, 7)
        assert row["closed_share"] == pytest.approx(2 / 3)
        (before,) = list_programmes(READER, counter, on=dt.date(2015, 3, 3)).to_dict("records")
        assert (before["filed"], before["closed"], before["people"]) == (3, 0, 0)

    def test_an_empty_one_has_no_share(self, counter: Office) -> None:
        begin_programme(LOCAL_ADMINISTRATOR, counter, "Xiasha")
        (row,) = list_programmes(READER, counter).to_dict("records")
        assert row["filed"] == 0
        assert row["closed_share"] != row["closed_share"]

    def test_what_is_sensitive_counts_for_nobody_else(self, counter: Office) -> None:
        with counter.writing_whole() as tx:
            keep_categories(tx, {"private": PRIVATE}, on=NEW_YEAR)
        (number,) = report(CLERK, counter, [told(category="private")])
        begin_programme(LOCAL_ADMINISTRATOR, counter, "Xiasha")
        with pytest.raises(NotFoundError):
            put_in_programme(CLERK, counter, "Xiasha", [number])
        put_in_programme(LOCAL_ADMINISTRATOR, counter, "Xiasha", [number])
        assert list_programmes(READER, counter)["filed"].tolist() == [0]
        assert list_programmes(LOCAL_ADMINISTRATOR, counter)["filed"].tolist() == [1]
        with pytest.raises(NotFoundError):
            act(CLERK, counter, [step(number, "file", at(3, 2, 11))])
        assert (
            act(Person("w", "cadre", cadre=WORKER), counter, [step(number, "file", at(3, 2, 11))])[0].state == "filed"
        )

    def test_who_may_what(self, counter: Office) -> None:
        with pytest.raises(RefusedError):
            begin_programme(CLERK, counter, "Xiasha")
        with pytest.raises(ArgumentError):
            begin_programme(LOCAL_ADMINISTRATOR, counter, " ")
        begin_programme(LOCAL_ADMINISTRATOR, counter, "Xiasha")
        with pytest.raises(ConflictError):
            begin_programme(LOCAL_ADMINISTRATOR, counter, "Xiasha")
        with pytest.raises(RefusedError):
            put_in_programme(READER, counter, "Xiasha", [])


class TestProposals:
    def ask(self, office: Office, category: str | None, cell: str | None, day: str, source: str = "visit"):
        with office.reading_whole() as tx:
            desk = Desk(LOCAL_ADMINISTRATOR, office, tx)
            kind = None if category is None else desk.category(category, day)
            who = proposed(desk, kind, cell, day, source=source)
        return who.unit, who.holder

    def test_the_unit_of_the_category_and_its_chief(self, counter: Office) -> None:
        assert self.ask(counter, "streetlight", SMALL, "2015-03-02") == (LIGHTS, LAMPS)

    def test_else_who_answers_there_and_his_unit(self, counter: Office) -> None:
        assert self.ask(counter, None, SMALL, "2015-03-02") == ("王母社区", WORKER)
        assert self.ask(counter, None, SMALL, "2015-05-02") == ("王母社区", STAND_IN)
        assert self.ask(counter, None, OTHER, "2015-03-02") == ("王母社区", CHIEF)

    def test_a_one_key_call_goes_to_the_nearest(self, counter: Office) -> None:
        assert self.ask(counter, "streetlight", SMALL, "2015-03-02", "one_key") == ("王母社区", WORKER)

    def test_in_no_cell_nobody_is_proposed(self, counter: Office) -> None:
        assert self.ask(counter, None, None, "2015-03-02") == (None, None)


def test_words_expire_after_their_retention_days(counter: Office, tmp_path: Path) -> None:
    numbers = report(CLERK, counter, [told("a", category="other"), told("b", category="other")])
    act(CLERK, counter, closed(numbers[0], 1))
    counter.settings = replace(counter.settings, retention_days={"issues.phone": 30})
    # closed on 5 March at 10:00
    for day, removed in ((3, 0), (4, 1), (5, 0)):
        counter.clock = FixedClock(at(4, day, 23), ZONE)
        assert expire(LOCAL_ADMINISTRATOR, counter) == {"issues.phone": removed}
    counter.clock = FixedClock(dt.datetime(2015, 12, 31, 18, 30, tzinfo=ZONE), ZONE)
    assert show(LOCAL_ADMINISTRATOR, counter, numbers[0]).masked == ("reply", "text")
    assert show(LOCAL_ADMINISTRATOR, counter, numbers[1]).masked == ("phone", "text")
