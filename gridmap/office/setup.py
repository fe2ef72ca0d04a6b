"""Errand: found an office in an empty home."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gridmap.errors import ArgumentError
from gridmap.office.auditing import note
from gridmap.office.clock import Clock, SystemClock
from gridmap.office.wiring import STORE_FILE
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.settings import Settings, write_settings
from gridmap.store.engine import Store
from gridmap.store.scope import EVERYWHERE

DEFAULT_ZONE = "Asia/Shanghai"


def found_office(
    person: Person,
    home: Path,
    *,
    name: str,
    zone: str = DEFAULT_ZONE,
    settings: Settings | None = None,
    clock: Clock | None = None,
) -> Path:
    """Make the store and the settings of a new office in `home`; return the store's path.

    Raises ArgumentError for an unknown zone or an empty name, ConflictError where an office is kept already.
    """
    refuse_unless(person, "keep")
    if not name.strip():
        raise ArgumentError("office.empty_name")
    try:
        local = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ArgumentError("office.unknown_zone", zone=zone) from None
    at = (clock or SystemClock(local)).now()
    store = Store.create(home / STORE_FILE, name=name.strip(), zone=zone, at=at)
    try:
        with store.writing(EVERYWHERE) as tx:
            note(tx, person, action="found", subject="office", detail={"zone": zone})
        write_settings(home, settings or Settings())
    finally:
        store.close()
    return store.path
