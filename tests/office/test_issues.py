"""Issues are reported and moved: numbers, places, deadlines, refusals, who may see what."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from uuid import NAMESPACE_URL, uuid4, uuid5
from zoneinfo import ZoneInfo

import pytest

from gridmap.errors import ArgumentError, ConflictError, FaultsError, NotFoundError, RefusedError
from gridmap.ledger.categories import Category
from gridmap.ledger.issues import Event
from gridmap.office.auditing import read_audit
from gridmap.office.issues import (
    Report,
    Wanted,
    act,
    erase_issue,
    keep_default_categories,
    list_duplicates,
    list_issues,
    report,
    show,
)
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.store.categories import keep_categories
from tests.office.conftest import SOUTH, STEP, WEST
from tests.office.staff import (
    BIG,
    CHIEF,
    LAMPS,
    LIGHTER,
    LIGHTS,
    NEW_YEAR,
    OTHER,
    SECRETARY,
    SMALL,
    STAND_IN,
    WORKER,
    light_village,
    staff_village,
)

ZONE = ZoneInfo("Asia/Shanghai")
CLERK = Person("clerk", "clerk")
TEXT, PHONE = "the lamp before my door is out", "13800000001"


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> dt.datetime:
    return dt.datetime(2015, month, day, hour, minute, tzinfo=ZONE)


def told(name: str = "first", **more: object) -> Report:
    """Somebody tells 李一 in SMALL of a lamp."""
    said: dict[str, object] = {
        "id": str(uuid5(NAMESPACE_URL, name)),
        "at": at(3, 2),
        "source": "visit",
        "by": WORKER,
        "category": "streetlight",
        "text": TEXT,
        "phone": PHONE,
        "lon": WEST + STEP / 2,
        "lat": SOUTH + STEP / 2,
    }
    return Report(**(said | more))


def step(number: str, act_: str, when: dt.datetime, actor: str | None = None, **said: object) -> Event:
    private = {name: str(said.pop(name)) for name in ("note", "reply") if name in said}
    return Event(str(uuid4()), number, act_, when, actor, said, private)


@pytest.fixture
def counter(office: Office, tmp_path: Path) -> Office:
    """The village's office with its roster and the categories it begins with."""
    staff_village(office, tmp_path)
    keep_default_categories(LOCAL_ADMINISTRATOR, office, on=NEW_YEAR)
    return office


def row(office: Office, number: str, **more: object):
    (found,) = list_issues(LOCAL_ADMINISTRATOR, office, wanted=Wanted(numbers=[number]), **more).to_dict("records")
    return found


class TestReport:
    def test_numbers_count_by_year_of_the_local_day(self, counter: Office) -> None:
        assert report(CLERK, counter, [told("a"), told("b"), told("c")]) == ["2015-00001", "2015-00002", "2015-00003"]
        assert report(CLERK, counter, [told("d")]) == ["2015-00004"]

    def test_a_report_sent_twice_is_kept_once(self, counter: Office) -> None:
        assert report(CLERK, counter, [told("a"), told("b")]) == report(CLERK, counter, [told("a"), told("b")])
        assert len(list_issues(CLERK, counter)) == 2
        assert len(read_audit(LOCAL_ADMINISTRATOR, counter).query("action == 'report'")) == 1

    def test_a_point_lies_in_its_cell(self, counter: Office) -> None:
        (number,) = report(CLERK, counter, [told()])
        found = row(counter, number)
        assert (found["cell"], found["state"], found["follower"], found["source"]) == (
            SMALL,
            "reported",
            WORKER,
            "visit",
        )
        assert found["geometry"].x == pytest.approx(WEST + STEP / 2)

    def test_features_give_the_place(self, counter: Office, tmp_path: Path) -> None:
        dark = light_village(counter, tmp_path, dark=3)
        lamps = tuple(("streetlights", key) for key in dark)
        (number,) = report(CLERK, counter, [told(lon=None, lat=None, features=lamps)])
        found = row(counter, number)
        assert (found["cell"], found["features"]) == (SMALL, list(lamps))
        with pytest.raises(NotFoundError, match="L9"):
            report(CLERK, counter, [told("other", lon=None, lat=None, features=(("streetlights", "L9"),))])

    def test_a_cell_is_a_place_and_an_unknown_one_is_none(self, counter: Office) -> None:
        (number,) = report(CLERK, counter, [told(lon=None, lat=None, cell=BIG)])
        assert row(counter, number)["cell"] == BIG
        with pytest.raises(NotFoundError):
            report(CLERK, counter, [told("other", lon=None, lat=None, cell="9")])

    def test_without_a_place_it_is_kept_without_one(self, counter: Office) -> None:
        (number,) = report(CLERK, counter, [told(lon=None, lat=None, address="somewhere")])
        assert (row(counter, number)["cell"], row(counter, number)["geometry"]) == (None, None)
        card = show(LOCAL_ADMINISTRATOR, counter, number, reveal=["note"], reason="to find it")
        assert card.texts["value"].tolist() == ["somewhere"]

    def test_a_one_key_call_is_in_the_hands_of_the_nearest_on_duty(self, counter: Office) -> None:
        call = told(source="one_key", category="one_key", by=None)
        away = replace(call, id=str(uuid4()), at=at(5, 2, 23))
        first, second = report(CLERK, counter, [call, away])
        assert (row(counter, first)["holder"], row(counter, second)["holder"]) == (WORKER, STAND_IN)
        assert row(counter, second)["due_at"] > at(5, 2, 23)

    def test_nothing_is_kept_of_a_batch_with_a_fault(self, counter: Office) -> None:
        with pytest.raises(NotFoundError, match="nonsense"):
            report(CLERK, counter, [told("a"), told("b", category="nonsense")])
        with pytest.raises(ArgumentError, match="later than now"):
            report(CLERK, counter, [told("a"), told("b", at=dt.datetime(2016, 1, 1, tzinfo=ZONE))])
        with pytest.raises(FaultsError, match="source"):
            report(CLERK, counter, [told("a"), told("b", source="pigeon")])
        assert list_issues(CLERK, counter).empty

    def test_reports_at_once_get_numbers_of_their_own(self, counter: Office) -> None:
        with ThreadPoolExecutor(4) as desks:
            given = [number for (number,) in desks.map(lambda name: report(CLERK, counter, [told(name)]), "abcdefgh")]
        assert sorted(given) == [f"2015-{count:05}" for count in range(1, 9)]

    def test_a_clerk_signs_with_his_own_cadre_unless_he_names_another(self, counter: Office) -> None:
        clerk = Person("c", "clerk", cadre=CHIEF)
        first, second = report(clerk, counter, [told("a", by=None), told("b")])
        assert (row(counter, first)["follower"], row(counter, second)["follower"]) == (CHIEF, WORKER)
        act(clerk, counter, [step(first, "file", at(3, 2, 11)), step(second, "file", at(3, 2, 11), WORKER)])
        actors = [show(clerk, counter, number).events["actor"].tolist() for number in (first, second)]
        assert actors == [[CHIEF, CHIEF], [WORKER, WORKER]]

    def test_who_may_report_where(self, counter: Office) -> None:
        with pytest.raises(RefusedError):
            report(Person("r", "reader"), counter, [told()])
        with pytest.raises(RefusedError, match="scope"):
            report(Person("c", "clerk", scope=frozenset({OTHER})), counter, [told()])
        with pytest.raises(RefusedError, match="own cadre"):
            report(Person("c", "cadre", cadre=CHIEF), counter, [told(by=WORKER)])
        assert report(Person("c", "cadre", cadre=WORKER), counter, [told(by=None)]) == ["2015-00001"]


class TestLife:
    def test_a_whole_life_with_refusals_at_each_wrong_step(self, counter: Office) -> None:
        (number,) = report(CLERK, counter, [told()])
        with pytest.raises(ConflictError, match="file"):
            act(CLERK, counter, [step(number, "start", at(3, 2, 11), LIGHTER)])
        act(CLERK, counter, [step(number, "file", at(3, 2, 11))])
        # five working days: closing time of the fifth after 2 March
        assert row(counter, number)["due_at"].tz_convert(ZONE).date() == dt.date(2015, 3, 9)
        act(CLERK, counter, [step(number, "assign", at(3, 2, 12))])
        assert (row(counter, number)["unit"], row(counter, number)["holder"]) == (LIGHTS, LAMPS)
        with pytest.raises(RefusedError):
            act(CLERK, counter, [step(number, "start", at(3, 3), WORKER)])
        act(CLERK, counter, [step(number, "start", at(3, 3), LIGHTER)])
        (done,) = act(CLERK, counter, [step(number, "finish", at(3, 4), LIGHTER)])
        assert (done.state, done.done_by) == ("done", LIGHTER)
        with pytest.raises(RefusedError):
            act(CLERK, counter, [step(number, "close", at(3, 4), LIGHTER, result="solved", reply="lit")])
        with pytest.raises(FaultsError, match="reply"):
            act(CLERK, counter, [step(number, "close", at(3, 5), WORKER, result="solved", quantities={"lamps": 1})])
        with pytest.raises(FaultsError, match="lamps"):
            act(CLERK, counter, [step(number, "close", at(3, 5), WORKER, result="solved", reply="lit")])
        closing = step(number, "close", at(3, 5), WORKER, result="solved", reply="lit", quantities={"lamps": 1})
        (closed,) = act(CLERK, counter, [closing])
        assert (closed.state, closed.result) == ("closed", "solved")
        assert act(CLERK, counter, [closing]) == [closed]
        with pytest.raises(ConflictError, match="look_back"):
            act(CLERK, counter, [step(number, "finish", at(3, 6), LIGHTER)])
        (looked,) = act(CLERK, counter, [step(number, "look_back", at(11, 6), CHIEF, satisfied=True)])
        assert looked.satisfied is True

    def test_a_life_in_one_batch_is_the_same(self, counter: Office) -> None:
        (number,) = report(CLERK, counter, [told()])
        steps = [
            step(number, "file", at(3, 2, 11)),
            step(number, "assign", at(3, 2, 12)),
            step(number, "start", at(3, 3), LIGHTER),
            step(number, "finish", at(3, 4), LIGHTER, quantities={"lamps": 1}),
            step(number, "close", at(3, 5), WORKER, result="solved", reply="lit"),
        ]
        after = act(CLERK, counter, steps)
        assert [one.state for one in after] == ["filed", "assigned", "in_progress", "done", "closed"]
        assert row(counter, number)["quantities"] == {"lamps": 1}

    def test_a_batch_with_a_wrong_step_keeps_nothing(self, counter: Office) -> None:
        (number,) = report(CLERK, counter, [told()])
        with pytest.raises(ConflictError):
            act(CLERK, counter, [step(number, "file", at(3, 2, 11)), step(number, "finish", at(3, 3), LIGHTER)])
        assert row(counter, number)["state"] == "reported"
        with pytest.raises(NotFoundError):
            act(CLERK, counter, [step("2015-00009", "file", at(3, 2, 11))])

    def test_a_pause_moves_the_deadline(self, counter: Office) -> None:
        (number,) = report(CLERK, counter, [told()])
        act(CLERK, counter, [step(number, "file", at(3, 2, 11))])
        before = row(counter, number)["due_at"]
        act(CLERK, counter, [step(number, "defer", at(3, 3), until="2015-04-01", note="no bulbs")])
        assert not row(counter, number)["overdue"]
        act(CLERK, counter, [step(number, "resume", at(4, 1))])
        after = row(counter, number)["due_at"]
        # four of the five days were left on 3 March
        assert before.tz_convert(ZONE).date() == dt.date(2015, 3, 9)
        assert after.tz_convert(ZONE).date() == dt.date(2015, 4, 8)  # 6 April is a holiday

    def test_a_leader_sets_a_deadline_that_overrides(self, counter: Office) -> None:
        (number,) = report(CLERK, counter, [told()])
        act(CLERK, counter, [step(number, "file", at(3, 2, 11))])
        with pytest.raises(RefusedError):
            act(CLERK, counter, [step(number, "set_deadline", at(3, 2, 12), WORKER, due_at=at(3, 16).isoformat())])
        act(CLERK, counter, [step(number, "set_deadline", at(3, 2, 12), SECRETARY, due_at=at(3, 16).isoformat())])
        found = row(counter, number)
        assert (found["leader"], found["due_at"]) == (SECRETARY, at(3, 16))

    def test_of_two_at_once_one_wins(self, counter: Office) -> None:
        (number,) = report(CLERK, counter, [told()])
        together = Barrier(4)

        def file(_: int) -> str:
            together.wait()
            try:
                return act(CLERK, counter, [step(number, "file", at(3, 2, 11))])[0].state
            except ConflictError as error:
                return error.code

        with ThreadPoolExecutor(4) as desks:
            said = sorted(desks.map(file, range(4)))
        assert said == ["filed", *["ledger.not_now"] * 3]
        assert show(CLERK, counter, number).events["act"].tolist() == ["report", "file"]

    def test_a_duplicate_names_the_other_by_its_number(self, counter: Office) -> None:
        first, second = report(CLERK, counter, [told("a"), told("b")])
        pairs = list_duplicates(CLERK, counter)
        assert (len(pairs), {*pairs["number"], *pairs["other"]}) == (1, {first, second})
        (after,) = act(CLERK, counter, [step(second, "duplicate", at(3, 3), of=first)])
        assert (after.state, after.of) == ("duplicate", str(uuid5(NAMESPACE_URL, "a")))
        assert list_duplicates(CLERK, counter, name=first).empty

    def test_as_of_an_earlier_instant_it_is_as_it_was_known(self, counter: Office) -> None:
        (number,) = report(CLERK, counter, [told()])
        assert list_issues(CLERK, counter, on=dt.date(2015, 3, 1)).empty
        act(CLERK, counter, [step(number, "file", at(3, 10))])
        assert row(counter, number, on=dt.date(2015, 3, 9))["state"] == "reported"
        assert row(counter, number, on=dt.date(2015, 3, 10))["state"] == "filed"
        assert list_issues(CLERK, counter, as_of=at(12, 30)).empty


class TestSight:
    def test_words_are_masked_unless_revealed_with_a_reason(self, counter: Office) -> None:
        (number,) = report(CLERK, counter, [told()])
        card = show(LOCAL_ADMINISTRATOR, counter, number)
        assert card.texts.empty
        assert card.masked == ("phone", "text")
        with pytest.raises(ArgumentError, match="reason"):
            show(LOCAL_ADMINISTRATOR, counter, number, reveal=["text"])
        with pytest.raises(RefusedError):
            show(CLERK, counter, number, reveal=["text"], reason="curious")
        read = show(LOCAL_ADMINISTRATOR, counter, number, reveal=["text"], reason="to answer")
        assert read.texts["value"].tolist() == [TEXT]
        assert read.masked == ("phone",)
        assert "to answer" in str(
            read_audit(LOCAL_ADMINISTRATOR, counter).query("action == 'reveal'")["detail"].iloc[0]
        )
        assert PHONE not in repr(read)
        assert TEXT not in repr(told())

    def test_what_was_his_is_not_got_back_by_asking_for_an_earlier_day(self, counter: Office) -> None:
        with counter.writing_whole() as tx:
            private = Category("private", "隐私", "private", "work_days", 5, sensitive=True)
            keep_categories(tx, {"private": private}, on=NEW_YEAR)
        (number,) = report(CLERK, counter, [told(category="private")])
        steps = [("file", {}), ("assign", {"holder": LIGHTER}), ("hand_over", {"holder": LAMPS})]
        for hour, (name, said) in enumerate(steps, start=11):
            act(LOCAL_ADMINISTRATOR, counter, [step(number, name, at(3, hour - 8, hour), **said)])
        then = dt.date(2015, 3, 4)
        assert show(LOCAL_ADMINISTRATOR, counter, number, on=then).issue["holder"] == LIGHTER
        assert list_issues(Person("a", "cadre", cadre=LIGHTER), counter, on=then).empty
        assert len(list_issues(Person("b", "cadre", cadre=LAMPS), counter, on=then)) == 1

    def test_those_responsible_read_the_words(self, counter: Office) -> None:
        (number,) = report(CLERK, counter, [told()])
        for cadre in (WORKER, CHIEF, SECRETARY):
            assert len(show(Person("a", "cadre", cadre=cadre), counter, number).texts) == 2
        assert show(Person("a", "cadre", cadre=LIGHTER), counter, number).texts.empty

    def test_a_sensitive_category_exists_only_for_those_responsible(self, counter: Office) -> None:
        private = Category("private", "隐私", "private", "work_days", 5, sensitive=True)
        with counter.writing_whole() as tx:
            keep_categories(tx, {"private": private}, on=NEW_YEAR)
        report(CLERK, counter, [told(category="private")])
        assert list_issues(CLERK, counter).empty
        assert list_issues(Person("r", "reader"), counter).empty
        assert len(list_issues(LOCAL_ADMINISTRATOR, counter)) == 1
        assert len(list_issues(Person("a", "cadre", cadre=WORKER), counter)) == 1
        with pytest.raises(NotFoundError):
            show(CLERK, counter, "2015-00001")

    def test_a_scope_shows_its_cells(self, counter: Office) -> None:
        report(CLERK, counter, [told("a"), told("b", lon=WEST + STEP / 2, lat=SOUTH + 1.5 * STEP)])
        assert list_issues(Person("r", "reader", scope=frozenset({OTHER})), counter)["cell"].tolist() == [OTHER]
        assert len(list_issues(CLERK, counter, wanted=Wanted(under=BIG))) == 2

    def test_anonymous_keeps_nobody(self, counter: Office) -> None:
        (number,) = report(CLERK, counter, [told(anonymous=True, reporter="Chen")])
        assert show(LOCAL_ADMINISTRATOR, counter, number).masked == ("text",)

    def test_erased_words_are_gone_from_the_file(self, counter: Office) -> None:
        (number,) = report(CLERK, counter, [told()])
        with pytest.raises(RefusedError):
            erase_issue(CLERK, counter, number, reason="asked")
        with pytest.raises(ArgumentError, match="reason"):
            erase_issue(LOCAL_ADMINISTRATOR, counter, number, reason=" ")
        with pytest.raises(ArgumentError, match="choose from"):
            erase_issue(LOCAL_ADMINISTRATOR, counter, number, reason="asked", fields=["source"])
        with pytest.raises(NotFoundError):
            erase_issue(LOCAL_ADMINISTRATOR, counter, "2015-00009", reason="asked")
        assert erase_issue(LOCAL_ADMINISTRATOR, counter, number, reason="asked") == 2
        assert TEXT.encode() not in counter.store.path.read_bytes()
        assert row(counter, number)["state"] == "reported"
        audit = read_audit(LOCAL_ADMINISTRATOR, counter)
        assert TEXT not in audit.to_string()
        assert audit.query("action == 'erase'")["subject"].tolist() == [f"issue {number}"]

    def test_no_word_of_anybody_is_in_the_audit(self, counter: Office) -> None:
        (number,) = report(CLERK, counter, [told()])
        act(CLERK, counter, [step(number, "note", at(3, 3), note="he was angry")])
        audit = read_audit(LOCAL_ADMINISTRATOR, counter).to_string()
        assert not any(word in audit for word in (TEXT, PHONE, "angry"))
