"""Errand: move an office from a file into a database, or back, without losing a row."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from gridmap.errors import ConflictError
from gridmap.office.clock import Clock, SystemClock
from gridmap.office.wiring import STORE_FILE, address_of
from gridmap.people.access import refuse_unless_everywhere
from gridmap.people.person import Person
from gridmap.settings import read_settings, write_settings
from gridmap.store.address import called, checked, without_password
from gridmap.store.engine import Store
from gridmap.store.pouring import to_file, to_new_database
from gridmap.store.snapshot import dated

_UTC = ZoneInfo("UTC")


def move_office(
    person: Person, home: Path, *, database: str = "", serving_role: str = "", clock: Clock | None = None
) -> Path | str:
    """Move the office in `home` into the empty PostgreSQL database `database`, or, without one, back into a file.

    Every row is compared on both sides before the settings name the new place, which is returned (an address without
    its password). What it was kept in stays: a file as a dated backup, a database as it is. Nobody may write meanwhile:
    stop the service first. `serving_role`: see `found_office`. Raises ConflictError where the office is kept there
    already, StoreError where the database is not empty or a row is not the same.
    """
    refuse_unless_everywhere(person, "keep")
    settings = read_settings(home)
    address = address_of(home, settings)
    if bool(database) == isinstance(address, str):
        raise ConflictError("store.exists", file=called(address))
    if isinstance(address, str):
        to_file(address, home / STORE_FILE)
        write_settings(home, replace(settings, database=""))
        return home / STORE_FILE
    _into(address, checked(database), serving_role)
    kept = without_password(database)
    write_settings(home, replace(settings, database=kept))
    address.rename(dated(address, (clock or SystemClock(_UTC)).now(), "moved"))
    return kept


def _into(path: Path, url: str, serving_role: str) -> None:
    to_new_database(path, url)
    if serving_role:
        with closing(Store.open(url)) as store:
            store.admit(serving_role)
