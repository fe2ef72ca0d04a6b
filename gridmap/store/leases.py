"""Leases: one at a time does a recurring job, and one who died holds it only until his time is over."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, insert, select

from gridmap.store.engine import Transaction
from gridmap.store.tables import lease


def take(tx: Transaction, name: str, *, holder: str, now: dt.datetime, until: dt.datetime) -> bool:
    """Take the lease of a job until an aware instant, and return whether it is held now.

    Refused while somebody else holds it; the same holder prolongs it.
    """
    kept = tx.connection.execute(select(lease.c.holder, lease.c.until).where(lease.c.name == name)).first()
    if kept is not None and kept.holder != holder and kept.until > now:
        return False
    tx.connection.execute(delete(lease).where(lease.c.name == name))
    tx.connection.execute(insert(lease), {"name": name, "holder": holder, "until": until})
    return True


def give_back(tx: Transaction, name: str, *, holder: str) -> None:
    """Give the lease back, if it is still the holder's."""
    tx.connection.execute(delete(lease).where(lease.c.name == name, lease.c.holder == holder))
