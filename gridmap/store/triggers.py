"""The triggers that keep the audit table append-only, and its head moving only forward.

They are no part of a migration: each upgrade drops them first (a table that is rebuilt would lose them) and makes them
again last. What they raise is a code of the word catalogue.
"""

from __future__ import annotations

from types import MappingProxyType

from sqlalchemy import Connection

_REFUSE = "BEGIN SELECT RAISE(ABORT, 'store.append_only'); END"

TRIGGERS = MappingProxyType(
    {
        "audit_no_update": f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit {_REFUSE}",
        "audit_no_delete": f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit {_REFUSE}",
        # WHEN is true unless the row is exactly the next link of the chain.
        "audit_next": "CREATE TRIGGER audit_next BEFORE INSERT ON audit"
        " WHEN NOT EXISTS (SELECT 1 FROM audit_head WHERE count + 1 = NEW.seq AND hash = NEW.previous)"
        f" OR EXISTS (SELECT 1 FROM audit WHERE hash = NEW.hash) {_REFUSE}",
        "audit_forward": "CREATE TRIGGER audit_forward AFTER INSERT ON audit"
        " BEGIN UPDATE audit_head SET count = NEW.seq, hash = NEW.hash; END",
        "audit_head_no_insert": f"CREATE TRIGGER audit_head_no_insert BEFORE INSERT ON audit_head {_REFUSE}",
        "audit_head_no_delete": f"CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head {_REFUSE}",
        "audit_head_forward": "CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head"
        " WHEN NEW.id <> OLD.id OR NEW.count <> OLD.count + 1"
        " OR NOT EXISTS (SELECT 1 FROM audit WHERE seq = NEW.count AND hash = NEW.hash AND previous = OLD.hash)"
        f" {_REFUSE}",
    }
)


def wrong(connection: Connection) -> tuple[str, ...]:
    """Return the names of the triggers that are absent, changed, or not ours, sorted."""
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = {str(name): str(sql) for name, sql in rows}
    names = found.keys() | TRIGGERS.keys()
    return tuple(sorted(name for name in names if found.get(name) != TRIGGERS.get(name)))


def drop(connection: Connection) -> None:
    """Remove every trigger of the store."""
    for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


def create(connection: Connection) -> None:
    """Make every trigger of the store."""
    for sql in TRIGGERS.values():
        connection.exec_driver_sql(sql)
