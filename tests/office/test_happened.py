"""What is derived of the ledger grows by what is new, and is what it would be if all of it were worked out again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from gridmap.office import duty_sight, gap_day, happened
from gridmap.office.cell_cards import cell_card
from gridmap.office.duty_sight import derived_states
from gridmap.office.figuring import figures, figures_by
from gridmap.office.gapping import find
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.issue_lists import list_issues
from gridmap.office.issues import act, report
from gridmap.office.visiting import record
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.store.arrivals import Head, follows, head
from tests.office.conftest import CLOCK
from tests.office.lived import HERE, found, life, on_clock, told
from tests.office.visited import SMALL, at, book, uid, visit

ME = LOCAL_ADMINISTRATOR
MAY, LAST = dt.date(2015, 5, 20), dt.date(2015, 12, 31)
NAMES = (f"made {number}" for number in count())
EYES = (ME, Person("part", "reader", scope=frozenset({SMALL})), Person("worker", "cadre", cadre="7"))
Deed = tuple[str, str, str, int, str]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A village after its year, to which more happens."""
    folder = tmp_path_factory.mktemp("happened")
    found(folder / "home", folder)
    with open_office(folder / "home", clock=CLOCK) as office:
        yield office


@pytest.fixture(scope="module")
def warm(lived: Office) -> Office:
    """The same village in another process: it is asked again and again, and grows."""
    return replace(lived)


def seen(office: Office, on: dt.date, person: Person) -> Iterator[pd.DataFrame]:
    yield derived_states(office, on=on).rows
    yield derived_states(office, on=on, since=dt.date(2015, 1, 1)).rows
    yield find(person, office, on=on)
    yield list_issues(person, office, on=on)
    yield pd.DataFrame([figures(person, office, on=on)])
    yield figures_by(person, office, by="cell", level="small", on=on)


def whole(lived: Office, warm: Office, on: dt.date, person: Person) -> None:
    for grown, made in zip(seen(warm, on, person), seen(replace(lived), on, person), strict=True):
        assert_frame_equal(pd.DataFrame(grown), pd.DataFrame(made))


def do(office: Office, deed: Deed, entered: list[str], told_of: list[str]) -> None:
    """Do what is drawn: a visit, one that replaces the last, a report, an issue's whole life."""
    what, key, lead, days, outcome = deed
    when = at("2015-03-10T19:30") + dt.timedelta(days=days)
    name = next(NAMES)
    if what == "visit" or (what == "correct" and not entered):
        layer = "enterprises" if key.startswith("E") else "households"
        record(ME, office, [visit(name, key, layer=layer, lead=lead, at=when, outcome=outcome, companions=("8",))])
        entered.append(name)
    elif what == "correct":
        record(ME, office, [visit(name, "H2", lead=lead, at=when, outcome=outcome, corrects=uid(entered.pop()))])
    elif what == "report" or not told_of:
        place = {"features": (("households", key),)} if key.startswith("H") else {}
        report(ME, office, [told(name, when.date().isoformat() + "T19:00", **place)])
        told_of.append(name)
    else:
        one = told_of.pop()
        act(ME, office, life(one, "2015-12-29", "2015-12-30", lamps=1))


deeds = st.tuples(
    st.sampled_from(("visit", "correct", "report", "close")),
    st.sampled_from(("H1", "H2", "H3", "H4", "E1")),
    st.sampled_from(("1", "7", "9", "5")),
    st.integers(0, 290),
    st.sampled_from(("met", "absent", "refused")),
)


# An example takes a second or two: whoever wants the shortest one that fails asks for it.
@settings(deadline=None, max_examples=3, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    batches=st.lists(st.lists(deeds, min_size=1, max_size=5), min_size=1, max_size=2),
    person=st.sampled_from(EYES),
    on=st.sampled_from((MAY, LAST)),
)
def test_whatever_happens_what_has_grown_is_what_would_be_made(
    lived: Office, warm: Office, batches: list[list[Deed]], person: Person, on: dt.date
) -> None:
    entered: list[str] = []
    told_of: list[str] = []
    for batch in batches:
        for _ in seen(warm, on, person):
            pass
        for deed in batch:
            do(lived, deed, entered, told_of)
    whole(lived, warm, on, person)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was worked out of the whole ledger, by name."""
    made: list[str] = []

    def watch(room: object, name: str) -> None:
        real: Callable[..., object] = getattr(room, name)

        def noted(*given: object, **named: object) -> object:
            made.append(name)
            return real(*given, **named)

        monkeypatch.setattr(room, name, noted)

    watch(happened, "_read")
    watch(duty_sight, "whole_states")
    watch(gap_day.duty_gaps, "found")
    return made


def test_a_visit_and_an_issue_are_added_to_what_is_kept(lived: Office, watched: list[str]) -> None:
    warm = replace(lived)
    find(ME, warm, on=LAST)
    assert set(watched) == {"_read", "whole_states", "found"}
    watched.clear()
    record(ME, lived, [visit(next(NAMES), "H1", at=at("2015-12-30T19:30"))])
    report(ME, lived, [told(next(NAMES), "2015-12-30T19:00")])
    find(ME, warm, on=LAST)
    assert watched == []
    cell_card(ME, warm, SMALL, on=LAST)
    assert watched == ["whole_states"], "the states of the newest periods alone were not kept yet"


def test_a_register_that_changes_lets_all_be_made_again(
    lived: Office, watched: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    warm = replace(lived)
    find(ME, warm, on=LAST)
    watched.clear()
    rows = (("户编号", "户主", "地址", "应走访", "经度", "纬度"), ("H9", "周九", "王母路9号", "是", *HERE))
    file = book(tmp_path_factory.mktemp("new") / "new.xlsx", *rows)
    assert (
        import_register(ME, lived, "households", Source(file, crs="EPSG:4326"), Terms(on=dt.date(2015, 12, 1))).faults
        == ()
    )
    whole(lived, warm, LAST, ME)
    assert "whole_states" in watched


def test_what_was_recorded_later_than_now_is_not_known_until_then(lived: Office) -> None:
    """The clocks of two processes differ, or the office's clock stands still."""
    before, after = on_clock(lived, "2015-12-31T19:00"), on_clock(lived, "2015-12-31T21:00")
    ask: Callable[[Office], object] = lambda office: derived_states(office, on=LAST).rows  # noqa: E731
    ask(before)
    record(ME, after, [visit(next(NAMES), "H2", at=at("2015-12-31T19:30"), lead="7")])
    assert_frame_equal(pd.DataFrame(ask(before)), pd.DataFrame(ask(on_clock(lived, "2015-12-31T19:00"))))
    before.clock = after.clock
    assert_frame_equal(pd.DataFrame(ask(before)), pd.DataFrame(ask(on_clock(lived, "2015-12-31T21:00"))))


def test_a_ledger_that_is_not_the_one_known_is_told_by_its_last_entries(lived: Office) -> None:
    with lived.reading_whole() as tx:
        known = head(tx)
        assert follows(tx, known)
        assert not follows(tx, replace(known, visit=(known.visit[0], "another")))
        assert not follows(tx, replace(known, event=(known.event[0] + 1, "not there")))
        assert follows(tx, Head((0, None), (0, None)))
