"""What is kept of what was worked out: made once, made anew after a change, cut to who asks, never too much of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from threading import Barrier, Event, Thread

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from gridmap.gaps.registry import KINDS
from gridmap.office import derived as module
from gridmap.office.clock import FixedClock
from gridmap.office.derived import Derived, derived, remembered
from gridmap.office.duties import duty_states
from gridmap.office.figuring import figures, figures_by
from gridmap.office.gap_day import GapDay
from gridmap.office.gapping import coverage, find
from gridmap.office.visiting import record
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from tests.office.conftest import CLOCK
from tests.office.lived import found
from tests.office.visited import BIG, FAR, SMALL, at, visit

MAY = dt.date(2015, 5, 20)
NEVER: dict[str, str] = {}
EYES = (
    LOCAL_ADMINISTRATOR,
    Person("reader", "reader"),
    Person("part", "reader", scope=frozenset({SMALL})),
    Person("far", "reader", scope=frozenset({FAR})),
    Person("worker", "cadre", cadre="7"),
    Person("other", "cadre", cadre="9"),
    Person("head", "leader", frozenset({BIG}), "1"),
)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A village after its year."""
    folder = tmp_path_factory.mktemp("derived")
    found(folder / "home", folder)
    with open_office(folder / "home", clock=CLOCK) as office:
        yield office


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The marks of the office's data, in the hands of the test."""
    held = {"grid": "a", "ledger": "a"}
    monkeypatch.setattr(module, "marks", lambda _: dict(held))
    return held


def test_what_has_not_changed_is_made_once(lived: Office, marked: dict[str, str]) -> None:
    made: list[int] = []
    ask = lambda: derived(lived, ("made",), lambda: made.append(1) or len(made))  # noqa: E731
    assert [ask(), ask()] == [1, 1]
    marked["ledger"] = "b"
    assert ask() == 2
    marked["plans"] = "b"
    assert ask() == 2, "it does not depend on plans"


def test_the_next_minute_it_is_made_anew_unless_an_instant_of_the_past_was_asked(
    lived: Office, marked: dict[str, str]
) -> None:
    made: list[int] = []
    office = replace(lived)
    now = office.clock.now()
    for later in (0, 61):
        office.clock = FixedClock(now + dt.timedelta(seconds=later), CLOCK.zone)
        derived(office, ("now",), lambda later=later: made.append(later))
        derived(office, ("then",), lambda: made.append(-1), as_of=now - dt.timedelta(days=1))
        derived(office, ("never mind",), lambda: made.append(-2), by_minute=False)
    assert sorted(made) == [-2, -1, 0, 61]


def test_without_any_mark_nothing_is_kept(lived: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "marks", lambda _: NEVER)
    made: list[int] = []
    for _ in range(2):
        derived(lived, ("unmarked",), lambda: made.append(1))
    assert len(made) == 2


def test_one_works_while_others_wait_for_it() -> None:
    kept, start, made, got = Derived(), Barrier(8), [], []

    def make() -> int:
        made.append(1)
        return len(made)

    def ask() -> None:
        start.wait()
        got.append(kept.get(("one",), lambda: "stamp", make))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [1] * 8


def test_whoever_waited_takes_what_was_begun_after_he_came_however_often_things_changed() -> None:
    kept, changes, begun, go = Derived(), iter(range(1000)), Event(), Event()
    made: list[int] = []

    def make() -> int:
        made.append(1)
        begun.set()
        go.wait()
        return len(made)

    def ask() -> None:
        kept.get(("one",), lambda: next(changes), make)

    first = Thread(target=ask)
    first.start()
    begun.wait()
    others = [Thread(target=ask) for _ in range(8)]
    for thread in others:
        thread.start()
    while kept.waiting(("one",)) < 9:
        pass
    go.set()
    for thread in (first, *others):
        thread.join()
    assert len(made) == 2, "the eight waited for one that knew all that had happened when they asked"


def test_what_a_transaction_reads_is_kept_for_those_that_see_the_same_but_not_of_one_that_writes(lived: Office) -> None:
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    for _ in range(2):
        with lived.reading_whole() as tx:
            assert remembered(lived, tx, ("read",), make) == 1
    with lived.reading(Person("part", "reader", scope=frozenset({SMALL}))) as tx:
        assert remembered(lived, tx, ("read",), make) == 2, "behind a wall one sees something else"
    for number in (3, 4):
        with lived.writing_whole() as tx:
            assert remembered(lived, tx, ("read",), make) == number
            tx.rollback()


def test_an_error_keeps_nothing() -> None:
    kept = Derived()
    with pytest.raises(ZeroDivisionError):
        kept.get(("x",), lambda: 1, lambda: 1 // 0)
    assert (len(kept), kept.get(("x",), lambda: 1, lambda: 5)) == (0, 5)


def test_the_slots_used_last_stay_and_the_great_ones_go() -> None:
    kept = Derived(most=2, most_values=100)
    for name in "aba":
        kept.get((name,), lambda: 1, lambda name=name: name)
    kept.get(("c",), lambda: 1, lambda: "c")
    assert kept.get(("a",), lambda: 1, lambda: "anew") == "a"
    assert kept.get(("b",), lambda: 1, lambda: "anew") == "anew"
    kept.get(("great",), lambda: 1, lambda: pd.DataFrame({"x": range(101)}))
    assert len(kept) == 0


@pytest.mark.parametrize("person", EYES, ids=lambda person: person.account)
def test_what_is_kept_is_what_would_be_made(lived: Office, marked: dict[str, str], person: Person) -> None:
    """Whoever asked before: each gets from what is kept what he would get if nothing were."""
    warm = replace(lived)
    for other in EYES:
        find(other, warm, on=MAY)
    cold = replace(lived)
    assert len(warm.derived) > len(cold.derived) == 0
    asks = (
        lambda office: find(person, office, on=MAY),
        lambda office: find(person, office, on=MAY, kinds=["unvisited", "overdue_issue"]),
        lambda office: coverage(person, office, on=MAY),
        lambda office: duty_states(person, office, on=MAY),
        lambda office: figures_by(person, office, by="cell", on=MAY),
        lambda office: pd.DataFrame([figures(person, office, on=MAY)]),
    )
    for ask in asks:
        first = ask(warm)
        assert_frame_equal(pd.DataFrame(ask(warm)), pd.DataFrame(first))
        assert_frame_equal(pd.DataFrame(first), pd.DataFrame(ask(cold)))


def test_each_kind_alone_finds_what_all_together_do(lived: Office, marked: dict[str, str]) -> None:
    everything = find(LOCAL_ADMINISTRATOR, replace(lived), on=MAY)
    alone = [find(LOCAL_ADMINISTRATOR, replace(lived), on=MAY, kinds=[kind]) for kind in KINDS]
    together = pd.concat([one for one in alone if len(one)], ignore_index=True)
    assert_frame_equal(pd.DataFrame(together), pd.DataFrame(everything), check_dtype=False)


def test_a_view_for_a_scope_has_the_ledger_of_its_cells_alone(lived: Office, marked: dict[str, str]) -> None:
    view = GapDay(Person("part", "reader", scope=frozenset({SMALL})), replace(lived), MAY).view
    assert view.duties is not None
    assert view.issues is not None
    assert set(view.duties["cell"]) | set(view.issues["cell"]) == {SMALL}


def test_a_visit_shows_at_the_next_question(lived: Office) -> None:
    """Without the test's own marks: those of the store."""
    before = find(LOCAL_ADMINISTRATOR, lived, on=MAY, kinds=["unvisited"])
    assert "households H2" in set(before["subject"])
    record(LOCAL_ADMINISTRATOR, lived, [visit("at last", "H2", lead="8", at=at("2015-05-19T19:30"))])
    after = find(LOCAL_ADMINISTRATOR, lived, on=MAY, kinds=["unvisited"])
    assert "households H2" not in set(after["subject"])
