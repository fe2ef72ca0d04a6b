# ruff: noqa: S608 - names and conditions of our own make the statements
"""The wall of a store in a file: row-level security of our own, in the connection that a narrow transaction uses.

Views of the connection stand before the tables of the same name and show what lies in the scope; triggers of the
connection do to changes what row-level security does: a row out of scope is passed over, one that would be made or
moved there refuses the statement. SQLite's authorizer refuses to read a table but through its view, and anything that
would take the wall down. Statements come as they are written for every database: the table that one changes is turned
to behind its view, nothing else of it. See `store.scope` for which rows lie where.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext

from gridmap.errors import RefusedError
from gridmap.store.dialects import WALL
from gridmap.store.scope import NUMBERED, SCOPED, Rule
from gridmap.store.tables import metadata

_CODE = "store.out_of_scope"
# What the views and triggers behind the names are called: a statement that cannot name them cannot pass for one.
_SECRET = f"wall_{secrets.token_hex(8)}_"
_WORDS: Mapping[str, str] = MappingProxyType({"whole": "main.", "within": "IN (SELECT code FROM temp.scope_cell)"})
# The index of the boxes takes no triggers: a narrow transaction adds to it and never takes from it.
_INDEX = "version_box"

_BEGIN = r"^(\s*(?:WITH\b.*?\)\s*)?(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+)"
_TARGET = re.compile(rf'{_BEGIN}(["`\[]?)(\w+)(["`\]]?)(?=[\s(;]|$)', re.IGNORECASE | re.DOTALL)
# What no statement of ours says: a table past its view, the wall itself, what an index keeps, a way around a conflict.
_FORBIDDEN = re.compile(
    rf"\bmain\b\W{{0,2}}\s*\.|--|/\*|\bscope_cell\b|\b{_INDEX}_\w|\bON\s+CONFLICT\b|\b(?:INSERT|UPDATE)\s+OR\b|\bREPLACE\s+INTO\b",
    re.IGNORECASE,
)
_FREE = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
        sqlite3.SQLITE_TRANSACTION,
        sqlite3.SQLITE_SAVEPOINT,
    }
)
_CHANGES = frozenset({sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE})


def build(engine: Engine, *, read_only: bool) -> Engine:
    """Build the wall into every connection of an engine, and return it."""

    @event.listens_for(engine, "connect")
    def _raise(connection: sqlite3.Connection, record: Any) -> None:  # noqa: ANN401 - a record of the pool
        connection.execute("PRAGMA query_only=0")
        for statement in _statements():
            connection.execute(statement)
        connection.execute("PRAGMA recursive_triggers=ON")  # so that REPLACE, too, meets the triggers
        connection.execute(f"SELECT 1 FROM main.{_INDEX} LIMIT 0").fetchall()
        connection.execute(f"PRAGMA query_only={int(read_only)}")
        record.info[WALL] = warden = _Warden(read_only=read_only)
        connection.set_authorizer(warden.judge)

    event.listen(engine, "before_cursor_execute", _aim, retval=True)
    event.listen(engine, "handle_error", _tell)
    return engine


def enter(connection: Connection, scope: frozenset[str]) -> None:
    """Narrow the transaction that has just begun to the cells below these roots, in any edition."""
    warden: _Warden = connection.info[WALL]
    driver: Any = connection.connection.driver_connection
    roots = orjson.dumps(sorted(scope)).decode()
    with warden.lifted(driver):
        driver.execute("DELETE FROM temp.scope_cell")
        driver.execute(
            "INSERT OR IGNORE INTO temp.scope_cell SELECT cell FROM main.closure"
            " WHERE ancestor IN (SELECT value FROM json_each(?))",
            (roots,),
        )


class _Warden:
    """Judges what a connection of narrow transactions may do, when a statement is prepared."""

    def __init__(self, *, read_only: bool) -> None:
        self._read_only = read_only
        self._lifted = False
        # Which columns the statement at hand may read outside the views: those of the table it changes, and the keys
        # that the database itself looks up when it does.
        self.reach: frozenset[tuple[str, str]] = frozenset()
        self.target: str | None = None
        self.looked_at: set[str] = set()

    def face(self, target: str | None) -> None:
        """Get ready to judge a statement, which changes the rows of the scoped table `target`, or of none."""
        self.target = target
        self.reach = _REACH[target] if target else frozenset()
        self.looked_at.clear()

    @contextmanager
    def lifted(self, driver: sqlite3.Connection) -> Iterator[None]:
        """Let the cells of a scope be written."""
        self._lifted = True
        try:
            driver.execute("PRAGMA query_only=0")
            yield
        finally:
            driver.execute(f"PRAGMA query_only={int(self._read_only)}")
            self._lifted = False

    def judge(self, action: int, first: str | None, second: str | None, whose: str | None, within: str | None) -> int:
        """Return SQLITE_OK or SQLITE_DENY, as https://www.sqlite.org/c3ref/set_authorizer.html asks."""
        if self._lifted or action in _FREE:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ:
            if (
                first is None
                or whose != "main"
                or first not in SCOPED
                or first == self.target
                or (first, second) in self.reach
            ):
                return sqlite3.SQLITE_OK
            if (within or "").startswith(_SECRET):
                self.looked_at.add(first)
                return sqlite3.SQLITE_OK
            # Rows that are counted, none of whose columns is read: told of the table when its view was looked at.
            return _verdict(not second and first in self.looked_at)
        if action in _CHANGES and whose == "main":
            return _verdict(first != _INDEX or action == sqlite3.SQLITE_INSERT)
        return sqlite3.SQLITE_DENY


def _verdict(free: bool) -> int:  # noqa: FBT001 - what is judged
    return sqlite3.SQLITE_OK if free else sqlite3.SQLITE_DENY


def _statements() -> Iterator[str]:
    yield "CREATE TEMP TABLE scope_cell (code TEXT PRIMARY KEY) WITHOUT ROWID"
    for name, rule in SCOPED.items():
        seen = rule.seen.format(row="seen", **_WORDS)
        yield f"CREATE TEMP VIEW {_SECRET}{name} AS SELECT * FROM main.{name} seen WHERE {seen}"
        yield f"CREATE TEMP VIEW {name} AS SELECT * FROM temp.{_SECRET}{name}"
        if name != _INDEX:
            yield from _triggers(name, rule)
    yield from _counted()


def _triggers(name: str, rule: Rule) -> Iterator[str]:
    made = rule.seen if rule.made is None else rule.made
    for moment, row, condition, deed in (
        ("BEFORE INSERT", "NEW", made, f"RAISE(ABORT, '{_CODE}')"),
        ("BEFORE UPDATE", "OLD", rule.seen, "RAISE(IGNORE)"),
        ("AFTER UPDATE", "NEW", rule.seen, f"RAISE(ABORT, '{_CODE}')"),
        ("BEFORE DELETE", "OLD", rule.seen, "RAISE(IGNORE)"),
    ):
        called = f"{_SECRET}{moment.replace(' ', '_').lower()}_{name}"
        out = f"({condition.format(row=row, **_WORDS)}) IS NOT TRUE"
        yield f"CREATE TEMP TRIGGER {called} {moment} ON main.{name} WHEN {out} BEGIN SELECT {deed}; END"


def _counted() -> Iterator[str]:
    """Views of how far the tables are counted, which says no more than the next number does."""
    tables = (name for name in SCOPED if "id" in metadata.tables.get(name, metadata.tables["link"]).c)
    ids = " UNION ALL ".join(f"SELECT '{name}' AS name, max(id) AS last FROM main.{name}" for name in tables)
    numbers = " UNION ALL ".join(
        f"SELECT '{name}' AS name, substr(number, 1, {length}) AS begin,"
        f" max(CAST(substr(number, {length + 1}) AS INTEGER)) AS last FROM main.{name} GROUP BY 2"
        for name, length in NUMBERED.items()
    )
    for name, query in (("highest_id", ids), ("highest_count", numbers)):
        yield f"CREATE TEMP VIEW {_SECRET}{name} AS {query}"
        yield f"CREATE TEMP VIEW {name} AS SELECT * FROM temp.{_SECRET}{name}"


def _keys(name: str, *, deep: bool = True) -> Iterator[tuple[str, str]]:
    """Yield the columns that the database looks at when rows of a table change: keys of parents and of children."""
    table = metadata.tables.get(name)
    if table is None:
        return
    for key in table.foreign_keys:
        yield key.column.table.name, key.column.name
    for other in metadata.tables.values():
        for key in other.foreign_keys:
            if key.column.table is table:
                yield other.name, key.parent.name
                if deep and key.ondelete:
                    yield from _keys(other.name, deep=False)


_REACH = {name: frozenset(_keys(name)) for name in SCOPED}


def _aim(
    connection: Connection,
    _cursor: object,
    statement: str,
    parameters: Any,  # noqa: ANN401 - as SQLAlchemy passes them
    *_: object,
) -> tuple[str, Any]:
    """Turn a statement that changes a scoped table to the table itself, whose triggers judge each row."""
    warden: _Warden = connection.info[WALL]
    warden.face(None)
    if _FORBIDDEN.search(statement):
        raise RefusedError(_CODE)
    found = _TARGET.match(statement)
    name = found.group(3).lower() if found else ""
    if found is None or name not in SCOPED:
        return statement, parameters
    warden.face(name)
    return f"{found.group(1)}main.{name}{statement[found.end() :]}", parameters


def _tell(context: ExceptionContext) -> None:
    """Refuse in one and the same way what breaks the wall or a rule of the tables: which of them would betray a row."""
    code = getattr(context.original_exception, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in (sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_AUTH):
        raise RefusedError(_CODE) from None
