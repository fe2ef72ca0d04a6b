"""What is worked out of the whole office, kept as long as nothing that it depends on has changed.

It is the same for everybody; what of it exists for whom is decided after it comes out of here.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from gridmap.office import moment
from gridmap.people.access import ANSWERING, may
from gridmap.people.person import Person
from gridmap.store.revisions import LEDGER, marks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gridmap.office.wiring import Office
    from gridmap.store.engine import Transaction

T = TypeVar("T")
Slot = tuple[Hashable, ...]
GROUND = ("grid", "registers", "roster")
RULED = (*GROUND, "rules")
SUBJECTS = (*RULED, *LEDGER)
_MOST = 128
_MOST_VALUES = 40_000_000  # of frames; a value takes some 8 to 60 bytes


@dataclass(frozen=True, slots=True)
class _Kept:
    stamp: Hashable
    begun: int
    value: object = field(repr=False)
    values: int


@dataclass(slots=True)
class _Gate:
    lock: Lock = field(default_factory=Lock)
    waiting: int = 0


class Derived:
    """Keeps one value a slot, the newest; the slots used last stay. For many threads: one works, others wait for it."""

    def __init__(self, most: int = _MOST, most_values: int = _MOST_VALUES) -> None:
        self._most, self._most_values = most, most_values
        self._kept: OrderedDict[Slot, _Kept] = OrderedDict()
        self._gates: dict[Slot, _Gate] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def waiting(self, slot: Slot) -> int:
        """Return how many are at a slot now: the one who works and those who wait for him."""
        with self._lock:
            return self._gates[slot].waiting if slot in self._gates else 0

    def get(
        self,
        slot: Slot,
        stamp: Callable[[], Hashable],
        make: Callable[[], T],
        grow: Callable[[T], T | None] | None = None,
    ) -> T:
        """Return what is kept in a slot under the stamp of now, made if there is none; of an error nothing is kept.

        What was begun after he came who asks is new enough for him, though things may have changed again: it says all
        that had happened when he asked. So a slot is worked at once at a time, however fast things change. `grow` makes
        of what is kept already what it would be now, or null where it cannot. A stamp of null keeps nothing.
        """
        arrived, wanted = moment.begun(), stamp()
        if wanted is None:
            return make()
        held = self._since(slot, arrived) or self._look(slot, wanted)
        if held is None:
            with self._passing(slot):
                held = self._since(slot, arrived) or self._made(slot, stamp, make, grow)
        value: T = held.value  # type: ignore[assignment]  # what this slot was made by
        return value

    def _made(
        self, slot: Slot, stamp: Callable[[], Hashable], make: Callable[[], T], grow: Callable[[T], T | None] | None
    ) -> _Kept:
        # The stamp is read first: what changes meanwhile makes the value newer than it says, never older.
        begun, now = moment.begin_anew(), stamp()
        known = self._look(slot, now)
        if known is not None:
            return known
        with self._lock:
            before = self._kept.get(slot)
        grown = None if grow is None or before is None else grow(before.value)  # type: ignore[arg-type]  # made by this
        made = make() if grown is None else grown
        held = _Kept(now, begun, made, _values(made))
        self._keep(slot, held)
        return held

    def remember(self, slot: Slot, stamp: Hashable, make: Callable[[], T]) -> T:
        """Return what is kept in a slot under this stamp, made now if it is not; nobody waits for another."""
        held = self._look(slot, stamp)
        if held is None:
            held = _Kept(stamp, 0, made := make(), _values(made))
            self._keep(slot, held)
        value: T = held.value  # type: ignore[assignment]  # what this slot was made by
        return value

    @contextmanager
    def _passing(self, slot: Slot) -> Iterator[None]:
        with self._lock:
            gate = self._gates.setdefault(slot, _Gate())
            gate.waiting += 1
        try:
            with gate.lock:
                yield
        finally:
            with self._lock:
                gate.waiting -= 1
                if not gate.waiting:
                    self._gates.pop(slot, None)

    def _since(self, slot: Slot, arrived: int) -> _Kept | None:
        with self._lock:
            held = self._kept.get(slot)
            return held if held is not None and held.begun >= arrived else None

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
    subjects: Collection[str] = SUBJECTS,
    as_of: dt.datetime | None = None,
    by_minute: bool = True,
    grow: Callable[[T], T | None] | None = None,
) -> T:
    """Return what `make` works out of the office, kept until one of `subjects` changes; `grow` as in `Derived.get`.

    `slot` names it with all that it is asked for. With `by_minute` it depends on the clock: it is made again each
    minute, unless `as_of` lies in the past. Never call it within a transaction: whoever waits would hold one. What it
    returns belongs to all: change nothing in it. Before an office has any mark of change, nothing is kept.
    """

    def stamp() -> Hashable:
        held = marks_now(office)
        now = office.clock.now()
        past = as_of is not None and as_of <= now
        minute = now.astimezone(dt.UTC).replace(second=0, microsecond=0) if by_minute and not past else None
        return (tuple(held.get(name) for name in subjects), minute, id(office.settings)) if held else None

    past = is_past(office, as_of)
    return office.derived.get((*slot, as_of if past else None), stamp, make, grow)


def is_past(office: Office, as_of: dt.datetime | None) -> bool:
    """Return whether an instant of knowledge (null: now) lies in the past: what was known then changes no more."""
    return as_of is not None and as_of <= office.clock.now()


def marks_now(office: Office) -> Mapping[str, str]:
    """Return the marks of change of the office, read once for what is asked at once."""

    def read() -> Mapping[str, str]:
        with office.reading_whole() as tx:
            return marks(tx)

    return moment.marks_once(read)


def remembered(
    office: Office, tx: Transaction, slot: Slot, make: Callable[[], T], *, subjects: Collection[str] = GROUND
) -> T:
    """Return what `make` reads in a transaction, kept for others that see the same of `subjects`; change nothing in it.

    It does not depend on the clock. What a transaction reads that writes is its own: it is never kept.
    """
    held = {} if tx.writes else marks(tx)
    if not held:
        return make()
    return office.derived.remember((*slot, tx.scope), tuple(held.get(name) for name in subjects), make)


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
