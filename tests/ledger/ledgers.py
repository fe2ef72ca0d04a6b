"""Small ledgers for the tests of figures: issues and duty states in the contract's columns, drawn at will."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import hypothesis.strategies as st
import pandas as pd

from gridmap.ledger.issues import ISSUE_COLUMNS, RESULTS, SOURCES, STATES

NOW = dt.datetime(2015, 10, 31, 16, tzinfo=dt.UTC)
SINCE = dt.datetime(2014, 12, 31, 16, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
_INSTANTS = ("reported_at", "filed_at", "due_at", "done_at", "closed_at")
_NO = {"deferred": False, "spot": False, "deferrals": 0, "reworks": 0, "reopenings": 0, "escalations": 0}


def issue(state: str = "filed", **known: object) -> dict[str, object]:
    """An issue in a state: reported ten days ago, of no category, cell or feature, unless it is said otherwise."""
    plain: dict[str, object] = dict.fromkeys(ISSUE_COLUMNS) | _NO | {"quantities": {}, "features": []}
    return plain | {"state": state, "reported_at": NOW - 10 * DAY} | known


def closed(after: float, **known: object) -> dict[str, object]:
    """An issue solved so many days after its report."""
    return issue("closed", closed_at=NOW - 10 * DAY + after * DAY, result="solved") | known


def issues(*rows: Mapping[str, object]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(ISSUE_COLUMNS)).assign(
        issue=[f"issue-{number}" for number in range(len(rows))]
    )
    for name in _INSTANTS:
        frame[name] = pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]")
    return frame


STATE_COLUMNS = (
    "duty", "layer", "subject", "period", "begin", "end", "needed", "count", "attempts", "state", "met_at", "cell",
    "answering",
)  # fmt: skip


def state(
    subject: str, state: str = "due", *, count: int = 0, attempts: int = 0, month: int = 10, **known: object
) -> dict[str, object]:
    """The state of a shop's monthly duty."""
    begin, end = f"2015-{month:02}-01", f"2015-{month + 1:02}-01"
    period = {"duty": "shops", "layer": "businesses", "period": begin[:7], "begin": begin, "end": end, "needed": 1}
    return period | {"subject": subject, "state": state, "count": count, "attempts": attempts} | known


def states(*rows: Mapping[str, object]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(STATE_COLUMNS))


CELLS = ("111", "112", "121", "11", None, "999")
_days = st.integers(0, 40)


@st.composite
def any_issue(draw: st.DrawFn) -> dict[str, object]:
    """An issue as a replay may give it: a closed one has a result and an end after its report."""
    state = draw(st.sampled_from(STATES))
    reported = NOW - draw(_days) * DAY
    known: dict[str, object] = {
        "reported_at": reported,
        "due_at": draw(st.none() | st.just(reported + draw(_days) * DAY)),
        "category": draw(st.sampled_from(("water", "road", None))),
        "source": draw(st.sampled_from(SOURCES)),
        "unit": draw(st.sampled_from(("police", "lamps", "", None))),
        "cell": draw(st.sampled_from(CELLS)),
        "features": draw(st.sampled_from(([], [("businesses", "S1")], [("businesses", "S2"), ("businesses", "S1")]))),
        "deferred": draw(st.booleans()),
        "reworks": draw(st.integers(0, 2)),
        "deferrals": draw(st.integers(0, 2)),
        "satisfied": draw(st.sampled_from((True, False, None))),
        "quantities": {"people": draw(st.integers(0, 3))},
    }
    if state == "closed":
        known |= {"closed_at": reported + draw(_days) * DAY, "result": draw(st.sampled_from(RESULTS))}
    return issue(state, **known)


any_issues: st.SearchStrategy[Sequence[dict[str, object]]] = st.lists(any_issue(), max_size=12)


@st.composite
def any_state(draw: st.DrawFn) -> dict[str, object]:
    count = draw(st.integers(0, 2))
    return state(
        draw(st.sampled_from(("S1", "S2", "S3"))),
        draw(st.sampled_from(("upcoming", "due", "overdue", "met", "missed", "exempt"))),
        count=count,
        attempts=count + draw(st.integers(0, 2)),
        month=draw(st.integers(8, 10)),
        cell=draw(st.sampled_from(CELLS)),
    )


any_states: st.SearchStrategy[Sequence[dict[str, object]]] = st.lists(any_state(), max_size=12)
