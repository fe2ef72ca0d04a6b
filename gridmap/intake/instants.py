"""Instants as registers write them: a day and a time on the clock of some zone, or with an offset of their own."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gridmap.intake import kinds, texts
from gridmap.intake.texts import Column, objects
from gridmap.intake.values import Problem, Values
from gridmap.words import spellings

_YEAR, _MONTH, _DAY = spellings.DAY_SIGNS
_HOUR, _MINUTE, _SECOND = spellings.TIME_SIGNS
_TIME = (
    rf"(?P<hour>\d{{1,2}})\s*[:{_HOUR}]\s*(?:(?P<minute>\d{{1,2}})\s*[:{_MINUTE}]?\s*)?"
    rf"(?:(?P<second>\d{{1,2}}(?:\.\d+)?)\s*{_SECOND}?)?"
)
_DATE = rf"(?P<year>\d{{4}})\s*[-./{_YEAR}]\s*(?P<month>\d{{1,2}})\s*[-./{_MONTH}]\s*(?P<day>\d{{1,2}})"
_OFFSET = r"\s*(?P<offset>z|[+-]\d{2}:?\d{2})?"
# Narrow and small; white space stays: it alone parts 1 08:00 from 10 8:00. The American order of day and month is
# beyond doubt only with am or pm.
_PATTERNS = (
    rf"^{_DATE}(?:\s*[{_DAY}])?(?:[\st]\s*{_TIME}(?P<half>)?{_OFFSET})?$",
    rf"^{_DATE}\s*[{_DAY}]{_TIME}(?P<half>)?{_OFFSET}$",
    (
        r"^(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})\s+"
        r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<half>am|pm)(?P<offset>)?$"
    ),
)
_PARTS = ("year", "month", "day", "hour", "minute", "second", "half", "offset")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_NOON, _MINUTE_ENDS = 12, 60


def read_instants(column: Column, zone: ZoneInfo) -> Values:
    """Return the instants of a column: datetime64[us, UTC], NaT where empty or wrong.

    Read: 2015-01-16 08:30[:00], with T, slashes, dots or the Chinese signs of day and time, an offset (+08:00, Z) or
    none; 01/16/2015 08:30:00 AM, month first; a cell that Excel keeps as a day or an instant. Without an offset it is
    the clock of `zone`: an hour that it shows twice is the first one. A day alone is its midnight.
    Problems: an error cell; no instant; a time that the clock of the zone leaves out.
    """
    broken = column.kinds == kinds.ERROR
    spelled = pc.utf8_lower(texts.narrow(pc.if_else(pa.array(broken), pa.scalar(None, pa.string()), column.texts)))
    parts = _parts(spelled)
    clock, offset = _clock(parts), _offset(parts["offset"])
    sound = clock.notna().to_numpy() & clock.dt.year.between(_FIRST_YEAR, _LAST_YEAR).to_numpy()
    local = clock.where(sound).dt.tz_localize(zone, ambiguous=np.ones(len(clock), dtype=np.bool_), nonexistent="NaT")
    own = pd.notna(offset).to_numpy()
    stated = (clock.where(sound) - offset).dt.tz_localize("UTC")
    instants = local.dt.tz_convert("UTC").where(~own, stated).astype("datetime64[us, UTC]")
    skipped = sound & ~own & instants.isna().to_numpy()
    problems = (
        Problem(code="intake.error_cell", where=broken),
        Problem(code="intake.not_instant", where=np.asarray(texts.filled(spelled) & ~sound)),
        Problem(code="intake.no_such_time", where=skipped, inputs={"zone": zone.key}),
    )
    return Values(instants, tuple(one for one in problems if one.where.any()))


def _parts(spelled: pa.Array) -> dict[str, pd.Series]:
    found = {name: pa.nulls(len(spelled), pa.string()) for name in _PARTS}
    for pattern in _PATTERNS:
        held = pc.extract_regex(spelled, pattern)
        for name in _PARTS:
            # A part that is not there is an empty text of the match.
            found[name] = pc.coalesce(found[name], pc.struct_field(held, name))
    return {name: pd.Series(objects(values), dtype=object) for name, values in found.items()}


def _clock(parts: dict[str, pd.Series]) -> pd.Series:
    """Return naive timestamps of the clock; NaT where the parts are no day and time."""
    number = {
        name: pd.to_numeric(parts[name].replace("", "0"), errors="coerce")
        for name in ("year", "month", "day", "hour", "minute", "second")
    }
    half = parts["half"].isin(["am", "pm"])
    wrong = half & ~number["hour"].between(1, _NOON)
    hour = number["hour"].where(~half, number["hour"] % _NOON + _NOON * (parts["half"] == "pm"))
    days = pd.to_datetime(pd.DataFrame({name: number[name] for name in ("year", "month", "day")}), errors="coerce")
    within = hour.between(0, 23) & number["minute"].between(0, 59) & (number["second"] < _MINUTE_ENDS) & ~wrong
    # A spreadsheet's 08:30:05 may be 08:30:04.9999999: to the millisecond.
    seconds = (hour * 3600 + number["minute"] * 60 + number["second"]).where(within).round(3)
    clock: pd.Series = (days + pd.to_timedelta(seconds, unit="s")).astype("datetime64[us]")
    return clock


def _offset(offset: pd.Series) -> pd.Series:
    """Return the offset as a timedelta; NaT where there is none."""
    plain = offset.replace({"z": "+0000", "": None}).str.replace(":", "", regex=False)
    number = pd.to_numeric(plain, errors="coerce")
    minutes = np.sign(number) * (number.abs() // 100 * 60 + number.abs() % 100)
    offsets: pd.Series = pd.to_timedelta(minutes, unit="min").astype("timedelta64[us]")
    return offsets
