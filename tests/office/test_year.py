"""The year of the demo office: its figures come out of the ledger, and follow its numbers and its seed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gridmap.errors import ArgumentError
from gridmap.office import gapping
from gridmap.office.dapeng.size import Size, Year
from gridmap.office.dapeng.year import replay
from gridmap.office.dapeng.year.evenings import Evenings
from gridmap.office.demo import make_demo
from gridmap.office.figuring import Figures, figures
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.store import issues, registers, visits

SHANGHAI = ZoneInfo("Asia/Shanghai")
CAMPAIGN_ENDS, YEAR_ENDS = dt.date(2015, 10, 31), dt.date(2015, 12, 31)
SMALL = Size().scaled(100)
OTHER = replace(
    Size().scaled(60),
    dark=77,
    year=Year(
        issues=60,
        closed=47,
        programme=9,
        settled=6,
        rejected=3,
        duplicates=2,
        unmet=4,
        answers=70,
        lamps=12,
        later=25,
        revisited=11,
        jobs=8,
        startups=2,
        recovered=54_321,
        weekdays=(3,),
    ),
)


@pytest.fixture(scope="module")
def hamlet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The demo office with a hundred households."""
    home = tmp_path_factory.mktemp("hamlet") / "home"
    make_demo(LOCAL_ADMINISTRATOR, home, size=SMALL)
    with open_office(home) as office:
        yield office


def on(office: Office, day: dt.date, *, as_of: dt.datetime | None = None) -> Figures:
    return figures(LOCAL_ADMINISTRATOR, office, on=day, as_of=as_of)


def assert_told(office: Office, size: Size) -> None:
    """The figures of both days are the numbers that the year was drawn by."""
    year, then, now = size.year, on(office, CAMPAIGN_ENDS), on(office, YEAR_ENDS)
    met = {"households": size.households - year.unmet, "businesses": size.businesses}
    for layer, covered in (met | {"organisations": size.organisations}).items():
        assert (then[f"{layer}.covered"], then[f"{layer}.eligible"]) == (covered, getattr(size, layer)), layer
    collected = [then[f"issues.{name}"] for name in ("filed", "closed", "open")]
    assert collected == [year.issues, year.closed, year.issues - year.closed]
    assert (then["issues.rejected"], then["issues.duplicate"]) == (year.rejected, year.duplicates)
    assert (now["issues.filed"], now["campaign_2015.issues.filed"]) == (year.issues + year.later, year.issues)
    assert (then["lookback.households"], now["lookback.households"]) == (0, year.revisited)
    assert (now["streetlights.surveyed"], now["streetlights.dark"]) == (size.streetlights, size.dark)
    told = {name: now[f"quantities.{name}"] for name in ("people", "startups", "lamps", "yuan")}
    assert told == {"people": year.jobs, "startups": year.startups, "lamps": year.lamps, "yuan": year.recovered}
    programme = [now[f"programmes.Xiasha programme.{name}"] for name in ("total", "settled", "in_progress")]
    assert programme == [year.programme, year.settled, year.programme - year.settled]
    answers = now["duties.labour_monthly.answers"]
    assert answers is not None
    assert answers >= year.answers


def test_the_figures_are_those_of_its_size(hamlet: Office) -> None:
    assert_told(hamlet, SMALL)


def test_other_numbers_and_another_seed_give_other_figures(tmp_path: Path) -> None:
    make_demo(LOCAL_ADMINISTRATOR, tmp_path / "home", size=OTHER, seed=7)
    with open_office(tmp_path / "home") as office:
        assert_told(office, OTHER)


def test_the_figures_of_the_model_office_are_those_that_were_printed(tmp_path: Path) -> None:
    made = make_demo(LOCAL_ADMINISTRATOR, tmp_path / "home")
    with open_office(tmp_path / "home") as office:
        assert_told(office, Size())
        then, now = on(office, CAMPAIGN_ENDS), on(office, YEAR_ENDS)
    assert made.entered is not None
    assert (then["households.covered"], then["businesses.covered"], then["organisations.covered"]) == (2219, 1655, 37)
    assert (then["issues.filed"], then["issues.closed"], then["issues.open"]) == (1811, 1729, 82)
    assert round(float(then["issues.closed_share"] or 0), 3) == 0.955
    assert (now["lookback.households"], now["quantities.people"], now["quantities.yuan"]) == (659, 170, 11_200_000)
    assert now["duties.labour_monthly.visitors"] == 131
    assert now["duties.labour_monthly.answered"] == 84


def test_what_was_known_on_the_last_evening_of_the_campaign_is_all_there_is(hamlet: Office) -> None:
    then = on(hamlet, CAMPAIGN_ENDS, as_of=dt.datetime(2015, 10, 31, 22, tzinfo=SHANGHAI))
    assert (then["issues.filed"], then["issues.closed"]) == (SMALL.year.issues, SMALL.year.closed)
    assert then["households.covered"] == SMALL.households


def test_it_is_entered_evening_by_evening_and_little_of_it_late(hamlet: Office) -> None:
    with hamlet.reading_whole() as tx:
        every = visits.visits(tx, current=False)
    recorded = every["recorded_at"].dt.tz_convert(SHANGHAI)
    assert set(recorded.dt.strftime("%H:%M")) == {"21:30"}
    assert set(recorded.dt.day_of_week) == set(SMALL.year.weekdays)
    assert (every["at"] <= every["recorded_at"]).all()
    at_homes = every[every["layer"] == "households"]
    assert at_homes["at"].dt.tz_convert(SHANGHAI).dt.hour.between(19, 20).all(), "evenings"
    assert at_homes["late"].mean() < 0.1


def test_those_who_live_elsewhere_are_not_covered(hamlet: Office) -> None:
    with hamlet.reading_whole() as tx:
        homes = registers.features(tx, hamlet.layers["households"], on=CAMPAIGN_ENDS)
        every = visits.visits(tx, layer="households")
    met = set(every.loc[every["outcome"] == "met", "key"])
    assert met == set(homes.loc[homes["eligible"].astype(bool), "key"])


def test_the_lamps_of_one_complaint_are_lit_on_the_fifth_day(hamlet: Office) -> None:
    lamps = SMALL.year.lamps
    expected = {7: 0, 8: lamps, 12: lamps, 13: 0, 27: SMALL.dark}
    with hamlet.reading_whole() as tx:
        layer, days = hamlet.layers["streetlights"], [dt.date(2015, 10, day) for day in expected]
        dark = [int((registers.features(tx, layer, on=day)["status"] == "dark").sum()) for day in days]
        kept = issues.issues(tx)
    assert dark == list(expected.values())
    about = kept[kept["category"] == "streetlight"].sort_values("reported_at")
    assert about["features"].map(len).tolist() == [lamps, SMALL.dark]
    assert about["state"].tolist() == ["closed", "in_progress"]
    assert about["due_at"].dt.tz_convert(SHANGHAI).dt.date.tolist()[1] < dt.date(2016, 2, 8), "before Spring Festival"
    assert about["leader"].notna().all()


def test_bad_answers_of_the_labour_report_open_issues_and_no_dispute_is_left_without_its_yuan(hamlet: Office) -> None:
    with hamlet.reading_whole() as tx:
        kept, told = issues.issues(tx), visits.visits(tx, layer="enterprises")
    owed = [visit for visit in told["answers"] if visit.get("labour_monthly/wages_paid") == "no"]
    disputes = kept[kept["category"] == "wage_dispute"]
    assert len(disputes) >= max(len(owed), 1)
    closed = disputes[disputes["state"] == "closed"]
    assert sum(one["yuan"] for one in closed["quantities"]) == SMALL.year.recovered


def test_honest_gaps_remain_when_the_year_ends(hamlet: Office) -> None:
    found = gapping.find(
        LOCAL_ADMINISTRATOR, hamlet, on=YEAR_ENDS, kinds=("unvisited", "overdue_duty", "overdue_issue")
    )
    assert set(found["kind"]) == {"unvisited", "overdue_duty", "overdue_issue"}
    subjects = " ".join(found.loc[found["kind"] == "overdue_duty", "subject"])
    assert "rentals_2015" in subjects
    assert "leadership_evenings" in subjects


def test_a_year_that_was_broken_off_is_entered_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entered = replay._enter
    evenings = iter(range(20))

    def until_the_light_goes_out(*asked: object) -> None:
        if next(evenings, None) is None:
            raise KeyboardInterrupt
        entered(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(replay, "_enter", until_the_light_goes_out)
    tiny = Size().scaled(30)
    with pytest.raises(KeyboardInterrupt):
        make_demo(LOCAL_ADMINISTRATOR, tmp_path / "home", size=tiny)
    monkeypatch.setattr(replay, "_enter", entered)
    make_demo(LOCAL_ADMINISTRATOR, tmp_path / "home", size=tiny)
    with open_office(tmp_path / "home") as office:
        assert office.clock.today() == YEAR_ENDS
        assert_told(office, tiny)


@pytest.mark.parametrize(
    "wrong", [{"closed": 1900}, {"settled": 261}, {"programme": 500}, {"revisited": 1500}, {"jobs": -1}]
)
def test_numbers_of_a_year_that_contradict_each_other_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ArgumentError, match=next(iter(wrong))):
        replace(Year(), **wrong)  # type: ignore[arg-type]


def test_an_evening_takes_what_has_happened_by_half_past_nine() -> None:
    evenings = Evenings.of((1, 3), SHANGHAI)
    assert dt.date(2015, 10, 1) not in evenings.days, "a public holiday"
    tuesday = evenings.of_day(dt.date(2015, 10, 27))
    assert evenings.of_instant(evenings.at(dt.date(2015, 10, 27), 21.5)) == tuesday
    assert evenings.of_instant(evenings.at(dt.date(2015, 10, 27), 21.6)) == tuesday + 1
    assert evenings.of_instant(evenings.at(dt.date(2015, 12, 31), 9)) == len(evenings.days)
