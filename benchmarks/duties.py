"""The states of a duty of a million features: `ledger.states` beside pandas group by group, and beside a loop.

The peers tell count and state of a campaign alone, without attempts, exemptions, corrections or terms: pandas groups
the visits of the period by feature and merges the counts; the loop (on fewer features) walks the visits of each. All
give the same states.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from benchmarks.link import best, show
from gridmap.ledger.duties import Duty, duty_of
from gridmap.ledger.states import states

ZONE = ZoneInfo("Asia/Shanghai")
ON = dt.date(2015, 9, 30)
AS_OF = dt.datetime(2016, 1, 1, tzinfo=dt.UTC)
ABOUT = {"zh": "-", "en": "-", "subject": {"layer": "homes"}}
CAMPAIGN = duty_of("campaign", ABOUT | {"period": "campaign", "from": "2015-03-01", "to": "2015-10-31"})
MONTHLY = duty_of("monthly", ABOUT | {"period": "month", "grace_days": 5})
INTERVAL = duty_of("interval", ABOUT | {"period": "interval", "every_days": 60})


def homes(count: int) -> pd.DataFrame:
    """Return the subjects: every home since the begin of the year."""
    names = [f"H{at:07}" for at in range(count)]
    return pd.DataFrame(
        {"layer": "homes", "subject": names, "valid_from": "2015-01-01", "valid_to": None}, dtype=object
    )


def calls(count: int, seed: int) -> pd.DataFrame:
    """Return one visit for each home on average, three in four of them met, from March to September."""
    rng = np.random.default_rng(seed)
    begin = np.datetime64("2015-03-01T00:00:00", "us").astype(np.int64)
    seconds = np.sort(rng.integers(0, 210 * 86_400, count))
    at = pd.Series((begin + seconds * 1_000_000).astype("datetime64[us]")).dt.tz_localize("UTC")
    names = np.array([f"H{at:07}" for at in range(count)], dtype=object)
    return pd.DataFrame(
        {
            "visit": np.arange(count).astype(str).astype(object),
            "at": at,
            "recorded_at": at,
            "lead": "W1",
            "companions": pd.Series([()] * count, dtype=object),
            "layer": "homes",
            "key": names[rng.integers(0, count, count)],
            "cell": None,
            "mode": "home",
            "outcome": np.array(["met", "absent"], dtype=object)[(rng.random(count) > 0.75).astype(int)],
            "corrects": pd.Series([None] * count, dtype=object),
            "looks_back": pd.Series([None] * count, dtype=object),
        }
    )


def ours(duty: Duty, subjects: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    return states(duty, subjects, visits, on=ON, as_of=AS_OF, zone=ZONE)


def grouped(subjects: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """Return count and state of the campaign as pandas tells them."""
    held = visits[(visits["outcome"] == "met") & (visits["recorded_at"] <= AS_OF)]
    day = held["at"].dt.tz_convert(ZONE).dt.date
    held = held.assign(day=day)[(day >= dt.date(2015, 3, 1)) & (day <= ON)]
    counts = held.groupby("key").agg(count=("day", "nunique"), met_at=("at", "min"))
    found = subjects.merge(counts, how="left", left_on="subject", right_index=True)
    count = found["count"].fillna(0).astype("int64")
    return found.assign(count=count, state=np.where(count > 0, "met", "due"))


def looped(subjects: pd.DataFrame, visits: pd.DataFrame) -> list[str]:
    """Return the state of the campaign, a visit at a time."""
    met: dict[str, set[dt.date]] = {}
    for key, at, recorded, outcome in zip(
        visits["key"], visits["at"], visits["recorded_at"], visits["outcome"], strict=True
    ):
        day = at.astimezone(ZONE).date()
        if outcome == "met" and recorded <= AS_OF and dt.date(2015, 3, 1) <= day <= ON:
            met.setdefault(key, set()).add(day)
    return ["met" if name in met else "due" for name in subjects["subject"]]


def main() -> None:
    """Print the table."""
    ask = argparse.ArgumentParser(description=main.__doc__)
    ask.add_argument("--features", type=int, default=1_000_000)
    ask.add_argument("--rounds", type=int, default=3)
    given = ask.parse_args()
    subjects, visits = homes(given.features), calls(given.features, seed=1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = ours(CAMPAIGN, subjects, visits)
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 2**20
    peer = grouped(subjects, visits)
    assert told["state"].tolist() == peer["state"].tolist()
    assert told["count"].tolist() == peer["count"].tolist()
    few = given.features // 20
    some, their = homes(few), calls(few, seed=2)
    assert ours(CAMPAIGN, some, their)["state"].tolist() == looped(some, their)
    taken = best(
        given.rounds,
        ours=lambda: ours(CAMPAIGN, subjects, visits),
        monthly=lambda: ours(MONTHLY, subjects, visits),
        interval=lambda: ours(INTERVAL, subjects, visits),
        pandas=lambda: grouped(subjects, visits),
        few=lambda: ours(CAMPAIGN, some, their),
        loop=lambda: looped(some, their),
    )
    print(f"{'':<52} {'ratio':>6}   wanted")
    title = f"{given.features:,} features, as many visits"
    detail = ", ".join(f"{name} {seconds:.3f} s" for name, seconds in taken.items())
    show(f"{title}: pandas (tells less) / campaign", taken["pandas"] / taken["ours"], "", detail)
    show(f"{few:,} features: loop / states", taken["loop"] / taken["few"], "> 1", "")
    show(f"{title}: campaign, seconds", taken["ours"], "< 3", "")
    show(f"{title}: monthly with grace, seconds", taken["monthly"], "< 3", "")
    show(f"{title}: every 60 days, seconds", taken["interval"], "< 3", "")
    show(f"{title}: memory beyond the frames, GB", more, "< 2", "")


if __name__ == "__main__":
    main()
