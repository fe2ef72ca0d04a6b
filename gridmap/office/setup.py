"""Errand: found an office in an empty home."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gridmap.errors import ArgumentError, ConflictError
from gridmap.office.auditing import note
from gridmap.office.clock import Clock, SystemClock
from gridmap.office.wiring import STORE_FILE, is_founded
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.settings import Settings, write_settings
from gridmap.store.address import checked, without_password
from gridmap.store.audit_keys import make_key
from gridmap.store.engine import Store
from gridmap.store.scope import EVERYWHERE
from gridmap.store.snapshot import own_folder

DEFAULT_ZONE = "Asia/Shanghai"


def found_office(
    person: Person,
    home: Path,
    *,
    name: str,
    zone: str = DEFAULT_ZONE,
    settings: Settings | None = None,
    clock: Clock | None = None,
    database: str = "",
    serving_role: str = "",
) -> Path | str:
    """Make the store and the settings of a new office in `home`; return the store's path, or its database's address.

    `database`: the address of an empty PostgreSQL database with PostGIS, of the account that shall own the tables
    (empty: the store is a file in `home`); the settings keep it without its password. `serving_role`: the account of
    that server which the service will use, given the rights to work and none over the tables.
    Raises ArgumentError for an unknown zone, an empty name or a bad address, ConflictError where an office is kept
    already.
    """
    refuse_unless(person, "keep")
    if not name.strip():
        raise ArgumentError("office.empty_name")
    try:
        local = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ArgumentError("office.unknown_zone", zone=zone) from None
    at = (clock or SystemClock(local)).now()
    address = checked(database) if database else home / STORE_FILE
    if is_founded(home):
        raise ConflictError("store.exists", file=STORE_FILE)
    if database:
        own_folder(home)
    store = Store.create(address, name=name.strip(), zone=zone, at=at)
    store.key = make_key(home)
    kept = without_password(database) if database else ""
    try:
        if serving_role:
            store.admit(serving_role)
        with store.writing(EVERYWHERE) as tx:
            note(tx, person, action="found", subject="office", detail={"zone": zone})
        write_settings(home, replace(settings or Settings(), database=kept))
    finally:
        store.close()
    return kept or store.path
