"""Issues that another ledger brings with their whole history, as events: late entries of what happened before.

What such a ledger knows of an issue is when it was raised, by when it was due, and when and how it ended. The steps
between are taken at those instants, in the order of the flow, so that state is their replay as of any other issue.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID, uuid5

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.ledger.issues import EVENT_COLUMNS, RESULTS
from gridmap.ledger.steps import STEPS

# Of the numbers under which other ledgers keep their issues: the same number is always the same issue.
_NAMESPACE = UUID("6f0f6c0e-3b8e-5d0a-9a55-0d6f3c6b7a10")
_CLOSING = ("start", "finish", "close")
_AT_THE_END = (*_CLOSING, "return", "reject", "duplicate")
# Of an event, what stands in a column of its own under the same name in the row, by act.
_SAYS = {
    "report": ("category", "source", "follower"),
    "file": ("category", "due_at"),
    "assign": ("unit", "holder"),
    "close": ("result",),
}
_TEXTS = ("actor", "category", "source", "unit", "holder", "follower", "leader", "result")


def issue_id(number: str) -> str:
    """Return the UUID of the issue that another ledger keeps under `number`."""
    return str(uuid5(_NAMESPACE, number))


def event_id(issue: str, act: str) -> str:
    """Return the UUID of the one event of that act in the history of an issue."""
    return str(uuid5(UUID(issue), act))


def histories(rows: pd.DataFrame, *, recorded_at: dt.datetime, account: str) -> pd.DataFrame:
    """Return the events (EVENT_COLUMNS) of issues with their history, issue by issue in the order of the rows.

    `rows`: issue (UUID), number (the other ledger's own), category, source, unit, holder, follower, of (UUID of the
    issue it repeats) as text, null where unknown; reported_at, due_at, closed_at (datetime64[us, UTC]; NaT: unknown,
    not ended); ending (of `RESULTS`, `duplicate` or `rejected`, where it ended). An issue is reported and filed as it
    was raised, assigned then if a unit or holder is known, and started, finished and closed when it ended (assigned,
    too, if nobody is known to have had it); one that
    ended as a duplicate takes that step alone, a rejected one goes back first to whoever filed it. So an issue that was
    open the last time only gains events. `recorded_at`: now, an aware instant: it is a late entry.
    """
    ended = rows["closed_at"].notna().to_numpy()
    ending = rows["ending"].to_numpy(dtype=object)
    closed = ended & np.isin(ending, RESULTS)
    rejected = ended & (ending == "rejected")
    repeated = ended & (ending == "duplicate")
    held = (rows["unit"].notna() | rows["holder"].notna()).to_numpy()
    taken: dict[str, NDArray[np.bool_]] = {
        "report": np.ones(len(rows), dtype=np.bool_),
        "file": np.ones(len(rows), dtype=np.bool_),
        "assign": held | closed,
        **dict.fromkeys(_CLOSING, closed),
        "return": held & rejected,
        "reject": rejected,
        "duplicate": repeated,
    }
    parts = [_events(rows[where], act, np.flatnonzero(where), rank) for rank, (act, where) in enumerate(taken.items())]
    events = pd.concat(parts, ignore_index=True).sort_values(["row", "rank"], kind="stable", ignore_index=True)
    events["recorded_at"] = pd.Series(recorded_at, index=events.index).astype("datetime64[us, UTC]")
    events["account"] = pd.Series(account, index=events.index, dtype=object)
    return events[list(EVENT_COLUMNS)]


def _events(rows: pd.DataFrame, act: str, at: NDArray[np.intp], rank: int) -> pd.DataFrame:
    count = len(rows)
    says = _SAYS.get(act, ())
    columns: dict[str, object] = {
        "row": at,
        "rank": rank,
        "event": pd.Series([event_id(issue, act) for issue in rows["issue"]], dtype=object),
        "issue": rows["issue"].to_numpy(dtype=object),
        "act": _same(act, count),
        "state": _same(STEPS[act].after, count),
        "at": _instants(rows, act).to_numpy(),
        "due_at": rows["due_at"].to_numpy() if "due_at" in says else np.full(count, np.datetime64("NaT", "us")),
        "said": pd.Series(list(_said(rows, act)), dtype=object),
    }
    of = {"result": "ending"}
    for name in _TEXTS:
        columns[name] = _text(rows[of.get(name, name)]) if name in says else _same(None, count)
    frame = pd.DataFrame(columns)
    for name in ("at", "due_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True).astype("datetime64[us, UTC]")
    return frame


def _instants(rows: pd.DataFrame, act: str) -> pd.Series:
    """Return when each row took the step: as it was raised, or at its end, as with hands that nobody names."""
    if act == "assign":
        held = rows["unit"].notna() | rows["holder"].notna()
        return rows["reported_at"].where(held, rows["closed_at"])
    return rows["closed_at" if act in _AT_THE_END else "reported_at"]


def _said(rows: pd.DataFrame, act: str) -> Iterable[dict[str, object]]:
    """Return what an event says beside its columns: the other ledger's number, the issue that it repeats."""
    if act == "report":
        return ({"ticket": number} for number in rows["number"])
    if act == "duplicate":
        return ({} if pd.isna(of) else {"of": of} for of in rows["of"])
    return ({} for _ in range(len(rows)))


def _same(value: object, count: int) -> NDArray[np.object_]:
    return np.full(count, value, dtype=object)


def _text(column: pd.Series) -> NDArray[np.object_]:
    held: NDArray[np.object_] = column.astype(object).where(column.notna(), None).to_numpy(dtype=object)
    return held
