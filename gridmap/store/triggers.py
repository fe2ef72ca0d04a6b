"""The triggers that keep the audit table append-only, and its head moving only forward.

They are no part of a migration: each upgrade drops them first (a table that is rebuilt would lose them) and makes them
again last. What they raise is a code of the word catalogue.
"""

from __future__ import annotations

from types import MappingProxyType

from sqlalchemy import Connection

from gridmap.store.backends import guards
from gridmap.store.dialects import on_postgres

_REFUSE = "SELECT RAISE(ABORT, 'store.append_only')"


def _trigger(name: str, moment: str, deed: str = _REFUSE, when: str = "") -> tuple[str, str]:
    """Return a trigger's name and SQL: at the `moment`, on the condition `when` (or always), the `deed`."""
    condition = f" WHEN {when}" if when else ""
    return name, f"CREATE TRIGGER {name} {moment}{condition} BEGIN {deed}; END"


_IS_NEXT = "SELECT 1 FROM audit_head WHERE count + 1 = NEW.seq AND hash = NEW.previous"
# Against INSERT OR REPLACE, which would delete the row of the same hash unseen.
_IS_TWIN = "SELECT 1 FROM audit WHERE hash = NEW.hash"
_IS_LAST = "SELECT 1 FROM audit WHERE seq = NEW.count AND hash = NEW.hash AND previous = OLD.hash"
_IS_STEP = "NEW.id = OLD.id AND NEW.count = OLD.count + 1"
_STEP = "UPDATE audit_head SET count = NEW.seq, hash = NEW.hash"

TRIGGERS = MappingProxyType(
    dict(
        (
            _trigger("audit_no_update", "BEFORE UPDATE ON audit"),
            _trigger("audit_no_delete", "BEFORE DELETE ON audit"),
            _trigger("audit_next", "BEFORE INSERT ON audit", when=f"NOT EXISTS ({_IS_NEXT}) OR EXISTS ({_IS_TWIN})"),
            _trigger("audit_forward", "AFTER INSERT ON audit", _STEP),
            _trigger("audit_head_no_insert", "BEFORE INSERT ON audit_head"),
            _trigger("audit_head_no_delete", "BEFORE DELETE ON audit_head"),
            _trigger(
                "audit_head_forward",
                "BEFORE UPDATE ON audit_head",
                when=f"NOT ({_IS_STEP} AND EXISTS ({_IS_LAST}))",
            ),
        )
    )
)


def wrong(connection: Connection) -> tuple[str, ...]:
    """Return the names of the triggers that are absent, changed, or not ours, sorted."""
    if on_postgres(connection):
        return guards.wrong(connection)
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = {str(name): str(sql) for name, sql in rows}
    names = found.keys() | TRIGGERS.keys()
    return tuple(sorted(name for name in names if found.get(name) != TRIGGERS.get(name)))


def drop(connection: Connection) -> None:
    """Remove every trigger of the store."""
    if on_postgres(connection):
        guards.drop(connection)
        return
    for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


def create(connection: Connection) -> None:
    """Make every trigger of the store."""
    if on_postgres(connection):
        guards.create(connection)
        return
    for sql in TRIGGERS.values():
        connection.exec_driver_sql(sql)
