"""The one wiring place: layers by name, the frozen registry, the store, the settings and the clock of an office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Self
from zoneinfo import ZoneInfo

from gridmap.gaps.registry import KINDS
from gridmap.gaps.shape import NAMES
from gridmap.grid.grid import Grid
from gridmap.layer import Registry
from gridmap.office.clock import Clock, FixedClock, SystemClock
from gridmap.office.derived import Derived
from gridmap.office.moment import begin_anew
from gridmap.people.person import Person
from gridmap.settings import Settings, database_of, read_settings
from gridmap.store import grids
from gridmap.store.address import Address, checked
from gridmap.store.audit_keys import read_key
from gridmap.store.engine import Store, Transaction
from gridmap.store.scope import EVERYWHERE, Scope

STORE_FILE = "office.db"


def load_layers(package: str = "layers") -> Registry:
    """Return the frozen registry of every `LAYER` that a module of `package` declares, in the order of their names."""
    folder = import_module(package)
    modules = [import_module(f"{package}.{found.name}") for found in iter_modules(folder.__path__)]
    return Registry((module.LAYER for module in modules), gap_kinds={*NAMES, *KINDS})


@dataclass(slots=True)
class Office:
    """An open office: what every errand works with. Close it when done; it is a context manager."""

    home: Path
    store: Store
    settings: Settings
    layers: Registry
    clock: Clock
    _grids: dict[int, Grid] = field(default_factory=dict, repr=False)
    scene: object = field(default=None, repr=False, compare=False)
    """What `office.scene` has worked out, kept for the next batch of visits."""
    derived: Derived = field(default_factory=Derived, init=False, repr=False, compare=False)
    """What is worked out of the whole office, kept for the next who asks; see `office.derived`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    def reading(self, person: Person) -> AbstractContextManager[Transaction]:
        """Return a reading transaction of what lies in the scope of `person`."""
        return self.store.reading(person.scope)

    def writing(self, person: Person) -> AbstractContextManager[Transaction]:
        """Return a writing transaction that sees and touches what lies in the scope of `person`."""
        return _writing(self.store, person.scope)

    def reading_whole(self) -> AbstractContextManager[Transaction]:
        """Return a reading transaction of the whole office: for what is worked out of all of it and then cut."""
        return self.store.reading(EVERYWHERE)

    def writing_whole(self) -> AbstractContextManager[Transaction]:
        """Return a writing transaction of the whole office: for what is nobody's errand in a part of it."""
        return _writing(self.store, EVERYWHERE)

    def grid(self, tx: Transaction, edition_id: int) -> Grid:
        """Return the grid of an edition, kept for the life of this office: editions never change."""
        if edition_id not in self._grids:
            self._grids[edition_id] = Grid(grids.cells(tx, edition_id))
        return self._grids[edition_id]


@contextmanager
def _writing(store: Store, scope: Scope) -> Iterator[Transaction]:
    try:
        with store.writing(scope) as tx:
            yield tx
    finally:
        begin_anew()


def address_of(home: Path, settings: Settings) -> Address:
    """Return where the store of the office in `home` is. Raises ArgumentError for a database's address that is none."""
    database = database_of(settings)
    return checked(database) if database else home / STORE_FILE


def is_founded(home: Path) -> bool:
    """Return whether an office is kept in `home`. Raises SettingsError for bad settings."""
    return (home / STORE_FILE).exists() or bool(read_settings(home).database)


def open_office(home: Path, *, clock: Clock | None = None, layers: Registry | None = None) -> Office:
    """Return the office kept in `home`.

    Raises StoreError where there is none or it is behind its migrations, SettingsError for bad settings.
    """
    settings = read_settings(home)
    store = Store.open(address_of(home, settings), key=read_key(home))
    told = clock or _clock(settings, ZoneInfo(store.office().zone))
    return Office(home, store, settings, load_layers() if layers is None else layers, told)


def _clock(settings: Settings, zone: ZoneInfo) -> Clock:
    if settings.demo_instant:
        return FixedClock(dt.datetime.fromisoformat(settings.demo_instant), zone)
    return SystemClock(zone)
