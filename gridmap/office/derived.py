"""What is worked out of the whole office, kept as long as nothing that it depends on has changed.

It is the same for everybody; what of it exists for whom is decided after it comes out of here.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from gridmap.people.access import ANSWERING, may
from gridmap.people.person import Person
from gridmap.store.revisions import marks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gridmap.office.wiring import Office

T = TypeVar("T")
Slot = tuple[Hashable, ...]
SUBJECTS = ("grid", "registers", "roster", "rules", "ledger")
GROUND = ("grid", "registers", "roster")
_MOST = 128
_MOST_VALUES = 40_000_000  # of frames; a value takes some 8 to 60 bytes


@dataclass(frozen=True, slots=True)
class _Kept:
    stamp: Hashable
    value: object = field(repr=False)
    values: int


class Derived:
    """Keeps one value a slot, the newest; the slots used last stay. For many threads: one works, others wait for it."""

    def __init__(self, most: int = _MOST, most_values: int = _MOST_VALUES) -> None:
        self._most, self._most_values = most, most_values
        self._kept: OrderedDict[Slot, _Kept] = OrderedDict()
        self._gates: dict[tuple[Slot, Hashable], Lock] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, slot: Slot, stamp: Hashable, make: Callable[[], T]) -> T:
        """Return what is kept in a slot under this stamp, made now if it is not; an error of `make` keeps nothing."""
        with self._lock:
            gate = self._gates.setdefault((slot, stamp), Lock())
        with self._passing(gate, (slot, stamp)):
            held = self._look(slot, stamp)
            if held is None:
                held = _Kept(stamp, made := make(), _values(made))
                self._keep(slot, held)
        value: T = held.value  # type: ignore[assignment]  # what this slot was made by
        return value

    @contextmanager
    def _passing(self, gate: Lock, key: tuple[Slot, Hashable]) -> Iterator[None]:
        with gate:
            try:
                yield
            finally:
                with self._lock:
                    self._gates.pop(key, None)

    def _look(self, slot: Slot, stamp: Hashable) -> _Kept | None:
        with self._lock:
            held = self._kept.get(slot)
            if held is None or held.stamp != stamp:
                return None
            self._kept.move_to_end(slot)
            return held

    def _keep(self, slot: Slot, made: _Kept) -> None:
        with self._lock:
            self._kept[slot] = made
            self._kept.move_to_end(slot)
            held = sum(one.values for one in self._kept.values())
            while self._kept and (len(self._kept) > self._most or held > self._most_values):
                _, gone = self._kept.popitem(last=False)
                held -= gone.values


def derived(
    office: Office,
    slot: Slot,
    make: Callable[[], T],
    *,
    subjects: Iterable[str] = SUBJECTS,
    as_of: dt.datetime | None = None,
    by_minute: bool = True,
) -> T:
    """Return what `make` works out of the office, kept until one of `subjects` changes.

    `slot` names it with all that it is asked for. With `by_minute` it depends on the clock: it is made again each
    minute, unless `as_of` lies in the past. Never call it within a transaction: whoever waits would hold one. What it
    returns belongs to all: change nothing in it. Before an office has any mark of change, nothing is kept.
    """
    with office.reading_whole() as tx:
        held = marks(tx)
    if not held:
        return make()
    now = office.clock.now()
    past = as_of is not None and as_of <= now
    minute = now.astimezone(dt.UTC).replace(second=0, microsecond=0) if by_minute and not past else None
    stamp = (tuple(held.get(name) for name in subjects), minute, id(office.settings))
    return office.derived.get((*slot, as_of if past else None), stamp, make)


def eyes(person: Person) -> Hashable:
    """Return what tells apart for whom what of the office exists: two persons of whom it is equal see the same."""
    cadre = person.cadre if person.role in ANSWERING else None
    return may(person, "read"), may(person, "reveal"), person.scope, cadre


def _values(made: object) -> int:
    """Return about how many values something holds: of frames rows times columns, of arrays all."""
    if isinstance(made, pd.DataFrame | pd.Series):
        return int(made.size)
    if isinstance(made, np.ndarray):
        return made.size
    if isinstance(made, Mapping):
        return sum(_values(one) for one in made.values())
    if isinstance(made, tuple):
        return sum(_values(one) for one in made)
    if is_dataclass(made) and not isinstance(made, type):
        return sum(_values(getattr(made, one.name)) for one in fields(made))
    return 1
