"""Subjects and visits made by hand, for tests of duties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import pandas as pd

from gridmap.ledger.duties import Duty, duty_of
from gridmap.ledger.states import states
from gridmap.ledger.visits import COLUMNS

ZONE = ZoneInfo("Asia/Shanghai")
FOREVER = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


def duty(name: str = "calls", /, **rule: object) -> Duty:
    about = {"zh": "走访", "en": "calls", "subject": {"layer": "homes"}, "period": "month"}
    return duty_of(name, about | rule)


def subjects(
    *names: str, layer: str | None = "homes", begin: str = "2015-01-01", end: str | None = None
) -> pd.DataFrame:
    rows = [(layer, name, begin, end) for name in names]
    return pd.DataFrame(rows, columns=["layer", "subject", "valid_from", "valid_to"], dtype=object)


def call(at: str, key: str | None = "A", **more: object) -> dict[str, object]:
    """A visit at a local time, recorded an hour later, by Li, who met somebody; `more` says what is otherwise."""
    when = pd.Timestamp(at if "T" in at else f"{at}T20:00", tz=ZONE)
    plain: dict[str, object] = dict.fromkeys(COLUMNS)
    plain |= {"at": when, "recorded_at": when + pd.Timedelta(hours=1), "lead": "li", "companions": (), "outcome": "met"}
    plain |= {"layer": "homes" if key else None, "key": key, "mode": "home", "answers": {}, "elsewhere": False}
    return plain | {"late": False} | more


def visits(*calls: Mapping[str, object]) -> pd.DataFrame:
    rows = [
        {"visit": f"v{at}"} | {name: one[name] for name in one if one[name] is not None} for at, one in enumerate(calls)
    ]
    frame = pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in COLUMNS})
    for name in ("at", "recorded_at"):
        frame[name] = pd.to_datetime(pd.Series(frame[name]), utc=True).astype("datetime64[us, UTC]")
    return frame


def told(rule: Duty, who: pd.DataFrame, calls: Sequence[Mapping[str, object]], on: str, **more: object) -> pd.DataFrame:
    """The states of a duty on a day, everything known."""
    more = {"as_of": FOREVER, "zone": ZONE} | more
    return states(rule, who, visits(*calls), on=dt.date.fromisoformat(on), **more)


def state(rows: pd.DataFrame, period: str | None = None) -> str:
    """The state of the one subject in a period (none named: the newest)."""
    held = rows if period is None else rows[rows["period"] == period]
    return str(held["state"].iloc[-1])
