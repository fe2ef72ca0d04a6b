"""What the ledger shows to be missing: places nobody visited, duties that are late, issues past their deadline."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridmap.gaps.registry import asks_ledger, find_gaps
from gridmap.gaps.rollup import rollup
from gridmap.gaps.view import View
from gridmap.ledger.issues import ISSUE_COLUMNS
from gridmap.ledger.states import COLUMNS
from gridmap.words import say
from tests.gaps.conftest import BIG, CRS, EAST, EASTERN, NORTH, WEST, Look

SHANGHAI = ZoneInfo("Asia/Shanghai")
END = dt.datetime(2016, 1, 1, tzinfo=SHANGHAI)  # of the day of the view
FIRST = f"{WEST}01"
HOMES = {"H1": shapely.Point(EAST + 50, NORTH + 50), "H2": shapely.Point(EAST + 50, NORTH + 150)}

State = tuple[str, str | None, str, str, str, str, int, int, str]


def states(*rows: State, cell: str = FIRST, answering: str | None = "li") -> pd.DataFrame:
    """States of duties: duty, layer, subject, period, begin, end, needed, count, state."""
    names = ["duty", "layer", "subject", "period", "begin", "end", "needed", "count", "state"]
    frame = pd.DataFrame(rows, columns=names).astype(
        {name: object for name in names if name not in ("needed", "count")}
    )
    return frame.assign(attempts=frame["count"], met_at=pd.NaT)[list(COLUMNS)].assign(cell=cell, answering=answering)


def month(number: int, count: int, state: str, *, subject: str = "H1", layer: str | None = "households") -> State:
    begin, end = (f"{2015 + at // 12}-{at % 12 + 1:02}-01" for at in (number - 1, number))
    return ("care", layer, subject, begin[:7], begin, end, 1, count, state)


@pytest.fixture
def homes(look: Look) -> View:
    """Two homes, kept since February, one in each western block."""
    return look(households=HOMES, declared={"households": ("unvisited", "overdue_duty")})


def gaps(view: View, kind: str) -> gpd.GeoDataFrame:
    return find_gaps(view, [kind])


def why(gap: pd.Series[object]) -> str:
    return say(str(gap["reason"]), "en", **dict(gap["inputs"]))  # type: ignore[call-overload]


def test_without_the_ledger_there_is_nothing_to_say(homes: View) -> None:
    for kind in ("unvisited", "overdue_duty", "overdue_issue"):
        assert gaps(homes, kind).empty
        assert gaps(replace(homes, duties=states(), moment=END), kind).empty


def test_a_kind_says_whether_it_looks_at_the_ledger() -> None:
    assert asks_ledger("duties")
    assert asks_ledger("duties", ["unvisited"])
    assert asks_ledger("issues", ["overdue_issue", "dragons"])
    assert not asks_ledger("issues", ["unvisited", "overdue_duty", "overlap"])


def test_a_place_that_nobody_met_in_the_period_is_unvisited(homes: View) -> None:
    found = gaps(replace(homes, duties=states(month(12, 0, "due"), month(12, 1, "met", subject="H2"))), "unvisited")
    (gap,) = [row for _, row in found.iterrows()]
    assert gap["subject"] == "households H1"
    assert gap[["small", "middle", "big"]].tolist() == [FIRST, WEST, BIG]
    assert gap[["measure", "unit", "since", "responsible"]].tolist() == [1, "features", "2015-12-01", "li"]
    assert why(gap) == "no visit that counts yet: care 2015-12"
    assert gap.geometry == HOMES["H1"]


@pytest.mark.parametrize(
    ("row", "there"),
    [
        (month(12, 0, "due"), True),
        (month(12, 1, "due"), False),  # of two that are needed
        (month(12, 0, "exempt"), False),
        (month(13, 0, "upcoming"), False),
        (("once", "households", "H1", "2015", "2015-03-01", "2015-11-01", 1, 0, "missed"), True),
        (("once", "households", "H1", "2015", "2015-03-01", "2015-11-01", 1, 0, "overdue"), True),
        (month(12, 0, "due", subject="H9"), False),  # no more there
        (month(12, 0, "due", layer=None), False),  # a cadre is no place
        (month(12, 0, "due", layer="lamps"), False),
    ],
)
def test_what_is_unvisited(homes: View, row: State, *, there: bool) -> None:
    assert len(gaps(replace(homes, duties=states(row)), "unvisited")) == there


def test_the_newest_period_decides_and_those_before_say_since_when(homes: View) -> None:
    def since(*rows: State) -> list[str]:
        return gaps(replace(homes, duties=states(*rows)), "unvisited")["since"].tolist()

    assert since(month(10, 1, "met"), month(11, 0, "missed"), month(12, 0, "due")) == ["2015-11-01"]
    assert since(month(10, 0, "missed"), month(11, 1, "met"), month(12, 0, "due")) == ["2015-12-01"]
    assert since(month(10, 0, "missed"), month(12, 0, "due")) == ["2015-12-01"], "November is a hole"
    assert since(month(11, 0, "missed"), month(12, 1, "met")) == []
    assert since(month(1, 0, "missed"), *(month(at, 0, "missed") for at in range(2, 13))) == ["2015-02-01"], (
        "it was kept in February"
    )


def test_a_place_of_several_duties_is_one_gap_that_names_them(homes: View) -> None:
    once = ("once", "households", "H1", "2015", "2015-03-01", "2015-11-01", 1, 0, "missed")
    found = gaps(replace(homes, duties=states(month(12, 0, "due"), once)), "unvisited")
    assert found["since"].tolist() == ["2015-03-01"]
    assert found["inputs"].iloc[0]["duties"] == "care 2015-12, once 2015"
    assert found["reason"].tolist() == ["gaps.unvisited"], "one of them may still be done"
    assert gaps(replace(homes, duties=states(once)), "unvisited")["reason"].tolist() == ["gaps.unvisited_over"]


def test_a_layer_that_does_not_declare_it_has_no_gap(homes: View) -> None:
    quiet = replace(homes, declared={"households": ()}, duties=states(month(11, 0, "missed"), month(12, 0, "due")))
    assert gaps(quiet, "unvisited").empty
    assert gaps(quiet, "overdue_duty").empty


def test_a_duty_is_overdue_once_its_last_period_has_ended_short(homes: View) -> None:
    rows = states(month(11, 0, "missed"), month(12, 0, "due"))
    gap = gaps(replace(homes, duties=rows), "overdue_duty").iloc[0]
    assert gap["subject"] == "households H1 care"
    assert gap[["small", "measure", "unit", "since", "responsible"]].tolist() == [
        FIRST,
        1,
        "visits",
        "2015-12-01",
        "li",
    ]
    assert why(gap) == "care, 2015-11: 0 of 1 visits"
    assert gap.geometry == HOMES["H1"]


def test_a_cadre_may_be_late_and_has_a_cell_but_no_place(homes: View) -> None:
    week = ("evenings", None, "wang", "2015-W52", "2015-12-21", "2015-12-28", 2, 1, "overdue")
    gap = gaps(replace(homes, duties=states(week, cell=EASTERN, answering="wang")), "overdue_duty").iloc[0]
    assert gap["subject"] == "evenings wang"
    assert gap[["small", "middle", "big"]].tolist() == [None, EASTERN, BIG]
    assert gap[["measure", "responsible"]].tolist() == [1, "wang"]
    assert "1 of 2 visits" in why(gap)
    assert "made up for" in why(gap)
    assert gap.geometry is None


def test_late_since_the_end_of_the_first_period_of_the_row(homes: View) -> None:
    def since(*rows: State) -> list[str]:
        return gaps(replace(homes, duties=states(*rows)), "overdue_duty")["since"].tolist()

    assert since(month(9, 1, "met"), month(10, 0, "missed"), month(11, 0, "overdue")) == ["2015-11-01"]
    assert since(month(10, 0, "missed"), month(11, 1, "met"), month(12, 0, "due")) == []
    assert since(month(11, 0, "exempt"), month(12, 0, "due")) == []


def issues(*rows: dict[str, object]) -> gpd.GeoDataFrame:
    """Issues in progress in the first block, due on 2015-12-30 at 18:00, unless a row says otherwise."""
    usual = {
        "number": "2015-00001",
        "state": "in_progress",
        "category": "water",
        "holder": "wang",
        "cell": FIRST,
        "due_at": pd.Timestamp("2015-12-30T18:00+08:00"),
        "deferred": False,
        "features": [],
        "geometry": HOMES["H1"],
        "runs_since": pd.NaT,
    }
    frame = pd.DataFrame([dict.fromkeys(ISSUE_COLUMNS) | usual | row for row in rows])
    instants = {name: pd.DatetimeIndex(pd.to_datetime(frame[name], utc=True)) for name in ("due_at", "runs_since")}
    return gpd.GeoDataFrame(frame.assign(**instants), geometry="geometry", crs=CRS)


def late(view: View, *rows: dict[str, object], moment: dt.datetime = END) -> gpd.GeoDataFrame:
    return gaps(replace(view, issues=issues(*rows), moment=moment), "overdue_issue")


def test_an_open_issue_past_its_deadline_is_overdue(homes: View) -> None:
    gap = late(homes, {}).iloc[0]
    assert gap["subject"] == "2015-00001"
    assert gap[["small", "unit", "since", "responsible"]].tolist() == [FIRST, "days", "2015-12-30", "wang"]
    assert gap["measure"] == pytest.approx(1.25)
    assert why(gap) == "issue 2015-00001 was due 2015-12-30 18:00, 1.2 days ago"


@pytest.mark.parametrize(
    ("row", "there"),
    [
        ({"state": "reported"}, True),
        ({"state": "closed"}, False),
        ({"state": "rejected"}, False),
        ({"state": "duplicate"}, False),
        ({"deferred": True}, False),
        ({"due_at": pd.NaT}, False),
        ({"due_at": pd.Timestamp("2015-12-31T23:59:59+08:00")}, True),
        ({"due_at": pd.Timestamp("2016-01-01T00:00+08:00")}, False),  # 24:00 is the end of the day itself
    ],
)
def test_what_is_overdue(homes: View, row: dict[str, object], *, there: bool) -> None:
    assert len(late(homes, row)) == there


def test_as_known_earlier_on_the_day_less_is_over(homes: View) -> None:
    due = {"due_at": pd.Timestamp("2015-12-31T18:00+08:00")}
    assert late(homes, due, moment=dt.datetime(2015, 12, 31, 17, tzinfo=SHANGHAI)).empty
    assert len(late(homes, due, moment=dt.datetime(2015, 12, 31, 19, tzinfo=SHANGHAI)))


def test_it_is_overdue_since_it_last_began_to_run(homes: View) -> None:
    reopened = late(homes, {"runs_since": pd.Timestamp("2015-12-31T09:00+08:00")})
    assert reopened["since"].tolist() == ["2015-12-31"]
    resumed = late(homes, {"runs_since": pd.Timestamp("2015-12-20T09:00+08:00")})
    assert resumed["since"].tolist() == ["2015-12-30"]


def test_without_a_holder_who_answers_for_the_cell_is_responsible(look: Look) -> None:
    view = look(own={f"c{FIRST}": ("li", True, None)})
    assert late(view, {"holder": None})["responsible"].tolist() == ["li"]
    nowhere = late(view, {"holder": None, "cell": None, "geometry": None}).iloc[0]
    assert nowhere[["small", "responsible"]].tolist() == [None, None]


def test_they_sum_to_the_office(homes: View) -> None:
    rows = states(month(12, 0, "due"), month(12, 0, "due", subject="H2"))
    view = replace(homes, duties=rows, issues=issues({}, {"number": "2015-00002", "cell": None}), moment=END)
    summed = rollup(find_gaps(view, ["unvisited", "overdue_issue"]), view.grid)
    for kind, count in (("unvisited", 2), ("overdue_issue", 2)):
        of_kind = summed[summed["kind"] == kind].groupby("level")["count"].sum()
        assert set(of_kind) == {count}
