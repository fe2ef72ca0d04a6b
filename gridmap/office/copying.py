"""Errands: copy the office away, bring a copy back, bring the store up to this program's tables."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from gridmap.office.auditing import note
from gridmap.office.clock import Clock, SystemClock
from gridmap.office.wiring import Office, address_of
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.settings import read_settings
from gridmap.store import copies, upgrade

_UTC = ZoneInfo("UTC")


def backup(person: Person, office: Office, target: Path) -> Path:
    """Copy the store into `target` while it is in use; the copy is verified before it gets its name."""
    refuse_unless(person, "keep")
    with office.writing(person) as tx:
        note(tx, person, action="backup", subject="office", detail={})
    return copies.backup(office.store, target)


def restore(person: Person, home: Path, source: Path, *, clock: Clock | None = None) -> Path | None:
    """Replace the store in `home` by the copy `source`; return where the present one was put aside, if there was one.

    The copy is verified first; erasures made since it was taken are applied to it again.
    """
    refuse_unless(person, "keep")
    at = (clock or SystemClock(_UTC)).now()
    address = address_of(home, read_settings(home))
    return copies.restore(address, source, at=at, account=person.account, folder=home)


def upgrade_store(person: Person, home: Path, *, clock: Clock | None = None) -> Path | None:
    """Bring the store in `home` to this program's tables; return the backup made first (null: nothing to do)."""
    refuse_unless(person, "keep")
    address = address_of(home, read_settings(home))
    return upgrade.upgrade(address, (clock or SystemClock(_UTC)).now(), folder=home)
