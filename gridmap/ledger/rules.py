"""Reading a rule that is data: every key is taken once, what is wrong is kept, and what nobody took is a fault too."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias, TypeVar, overload

from gridmap.errors import Fault
from gridmap.layer import Choice

Hours: TypeAlias = tuple[int, int]  # minutes since midnight, half-open; over midnight if the end is the earlier one

_HOURS = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_DAY = 24 * 60
_MISSING = object()
_T = TypeVar("_T")


class Rule:
    """A mapping being read. `place` says where it stands, for the faults; `faults` grows as keys are taken."""

    def __init__(
        self, held: Mapping[str, object], place: str, faults: list[Fault] | None = None, path: str = ""
    ) -> None:
        self._held = held
        self._place = place
        self._path = path
        self._taken: set[str] = set()
        self.faults: list[Fault] = [] if faults is None else faults

    def fault(self, code: str, key: str, **inputs: object) -> None:
        """Keep a fault at a key."""
        value = inputs.pop("value", None)
        shown = None if value is None else str(value)
        self.faults.append(Fault(code, file=self._place, column=self._path + key, value=shown, inputs=inputs))

    def refuse_rest(self) -> None:
        """Keep a fault for each key that was not taken."""
        for key in self._held:
            if key not in self._taken:
                self.fault("ledger.rule_unknown", key, allowed=", ".join(sorted(self._taken)))

    @overload
    def text(self, key: str) -> str: ...
    @overload
    def text(self, key: str, default: _T) -> str | _T: ...
    def text(self, key: str, default: object = _MISSING) -> object:
        """Return a text that is not blank; without a default it must be there."""
        value = self._take(key, required=default is _MISSING)
        if value is None:
            return "" if default is _MISSING else default
        if not isinstance(value, str) or not value.strip():
            self.fault("ledger.rule_text", key)
            return ""
        return value.strip()

    def choice(self, key: str, allowed: Sequence[str], *, required: bool = True) -> str | None:
        """Return one of the allowed texts, null if it is not there."""
        value = self._take(key, required=required)
        if value is not None and value not in allowed:
            self.fault("ledger.rule_choice", key, value=value, allowed=", ".join(allowed))
        return value if isinstance(value, str) else None

    def texts(self, key: str, allowed: Sequence[str] | None = None) -> tuple[str, ...]:
        """Return a list of texts, none if it is not there."""
        found = self._list(key)
        for one in found:
            if not isinstance(one, str):
                self.fault("ledger.rule_text", key)
            elif allowed is not None and one not in allowed:
                self.fault("ledger.rule_choice", key, value=one, allowed=", ".join(allowed))
        return tuple(one for one in found if isinstance(one, str))

    def whole(self, key: str, default: int | None, *, low: int, required: bool = False) -> int | None:
        """Return a whole number from `low` on."""
        value = self._take(key, required=required)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            self.fault("ledger.rule_whole", key, value=value, low=low)
            return default
        return value

    def wholes(self, key: str, low: int, high: int) -> tuple[int, ...]:
        """Return a list of whole numbers within the bounds."""
        found = self._list(key)
        for one in found:
            if isinstance(one, bool) or not isinstance(one, int) or not low <= one <= high:
                self.fault("ledger.rule_bounds", key, value=one, low=low, high=high)
        return tuple(one for one in found if isinstance(one, int))

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fault("ledger.rule_flag", key, value=value)
            return default
        return value

    def day(self, key: str, *, required: bool = False, after: bool = False) -> dt.date | None:
        """Return a day, a date or ISO text; `after`: the day after it, so that a last day becomes an end."""
        value = self._take(key, required=required)
        if value is None:
            return None
        try:
            # a TOML instant is a date too, and holds more than a day
            told = value if type(value) is dt.date else dt.date.fromisoformat(str(value))
        except ValueError:
            self.fault("ledger.rule_day", key, value=value)
            return None
        return told + dt.timedelta(days=1) if after else told

    def hours(self, key: str) -> tuple[Hours, ...]:
        """Return hours of the day, such as 19:00-21:00; 24:00 is the end of the day."""
        found = []
        for one in self._list(key):
            begin, end = _minutes(str(one))
            if begin == end:
                self.fault("ledger.rule_hours", key, value=one)
            else:
                found.append((begin, end))
        return tuple(found)

    def values(self, key: str) -> Mapping[str, tuple[object, ...]]:
        """Return a table of values, or lists of values, by name."""
        held = self._mapping(key, self._take(key))
        return MappingProxyType(
            {name: tuple(value) if isinstance(value, list | tuple) else (value,) for name, value in held.items()}
        )

    def choices(self, key: str) -> tuple[Choice, ...]:
        """Return a list of choices, each a text or a table of value, zh, en; at least one."""
        found = []
        for one in self._list(key, required=True):
            if isinstance(one, str):
                found.append(Choice(one, one, one))
            else:
                part = self._below(key, one)
                found.append(Choice(part.text("value"), part.text("zh"), part.text("en")))
                part.refuse_rest()
        return tuple(found)

    def table(self, key: str) -> Rule:
        """Return the reader of a table below, which must be there."""
        return self._below(key, self._take(key, required=True))

    def tables(self, key: str) -> list[Rule]:
        """Return the readers of a list of tables."""
        return [self._below(key, one) for one in self._list(key)]

    def _below(self, key: str, value: object) -> Rule:
        return Rule(self._mapping(key, value), self._place, self.faults, f"{self._path}{key}.")

    def _mapping(self, key: str, value: object) -> Mapping[str, object]:
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.fault("ledger.rule_table", key)
            return {}
        return value

    def _take(self, key: str, *, required: bool = False) -> object:
        self._taken.add(key)
        value = self._held.get(key)
        if value is None and required:
            self.fault("ledger.rule_missing", key)
        return value

    def _list(self, key: str, *, required: bool = False) -> Iterable[object]:
        value = self._take(key, required=required)
        if value is None:
            return ()
        return value if isinstance(value, list | tuple) else (value,)


def spoken_hours(hours: Sequence[Hours]) -> list[str]:
    """Return hours as a rule writes them: 19:00-21:00."""
    return ["-".join(f"{one // 60:02}:{one % 60:02}" for one in pair) for pair in hours]


def _minutes(text: str) -> Hours:
    """Return the minutes of hours such as 19:00-21:00; both 0 for a text that is none."""
    parts = _HOURS.fullmatch(text)
    if parts is None:
        return 0, 0
    begin_hour, begin_minute, end_hour, end_minute = map(int, parts.groups())
    begin, end = 60 * begin_hour + begin_minute, 60 * end_hour + end_minute
    wrong = begin >= _DAY or end > _DAY or max(begin_minute, end_minute) >= 60
    return (0, 0) if wrong else (begin, end)
