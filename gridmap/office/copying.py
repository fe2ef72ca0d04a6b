"""Errands: copy the office away, bring a copy back, bring the store up to this program's tables."""

from __future__ import annotations

import contextlib
from pathlib import Path
from zoneinfo import ZoneInfo

from gridmap.office.auditing import note
from gridmap.office.clock import Clock, SystemClock, real_now
from gridmap.office.wiring import Office, address_of
from gridmap.people.access import refuse_unless_everywhere
from gridmap.people.person import Person
from gridmap.settings import read_settings
from gridmap.store import audit, copies, upgrade
from gridmap.store.audit_keys import drop_key, make_key, read_head, read_key, write_head
from gridmap.store.engine import Store
from gridmap.store.scope import EVERYWHERE
from gridmap.store.snapshot import own_folder

_UTC = ZoneInfo("UTC")


def backup(person: Person, office: Office, target: Path) -> Path:
    """Copy the store into `target` while it is in use; the copy is verified before it gets its name.

    Beside it stands `<target>.head`: how far the audit had come, signed. It shows at a restore that nobody has cut the
    copy short.
    """
    refuse_unless_everywhere(person, "keep")
    with office.writing(person) as tx:
        note(tx, person, action="backup", subject="office", detail={})
        noted = audit.head(tx)
    made = copies.backup(office.store, target)
    if office.store.key is not None:
        write_head(made, office.store.key, noted)
    return made


def restore(person: Person, home: Path, source: Path, *, clock: Clock | None = None) -> Path | None:
    """Replace the store in `home` by the copy `source`; return where the present one was put aside, if there was one.

    The copy is verified first, with the head of its audit that was noted beside it, if it is there; erasures made since
    it was taken are applied to it again. A home without a key of the audit gets one.
    """
    refuse_unless_everywhere(person, "keep")
    at = (clock or SystemClock(_UTC)).now()
    address = address_of(home, read_settings(home))
    own_folder(home)
    known = read_key(home)
    key = known or make_key(home)
    try:
        noted = read_head(source, key)
        return copies.restore(address, source, at=at, account=person.account, folder=home, key=key, noted=noted)
    except Exception:
        if known is None:
            drop_key(home)
        raise


def upgrade_store(person: Person, home: Path, *, clock: Clock | None = None) -> Path | None:
    """Bring the store in `home` to this program's tables; return the backup made first (null: nothing to do).

    A home without a key of the audit gets one, and what the audit holds is signed with the key that is there.
    """
    refuse_unless_everywhere(person, "keep")
    address = address_of(home, read_settings(home))
    kept = upgrade.upgrade(address, (clock or SystemClock(_UTC)).now(), folder=home)
    with contextlib.closing(Store.open(address, key=make_key(home))) as store, store.writing(EVERYWHERE) as tx:
        audit.adopt(tx, at=real_now(), account=person.account)
    return kept
