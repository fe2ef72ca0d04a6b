"""A store in PostgreSQL: one pool of connections, transactions that see what they would see in a file, errors told.

Reading is one REPEATABLE READ, READ ONLY snapshot. Writing takes an advisory lock until its end: one writer at a time,
as in a file, so that what is right there is right here. What a transaction is for (its scope) stands in the setting
`gridmap.scope` for its length: `*` for everything, else the roots as an array; without it no scoped row is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, StatementError

from gridmap.errors import ConflictError, GridmapError, RefusedError, StoreError
from gridmap.store.address import called
from gridmap.store.backends import walls
from gridmap.store.backends.guards import MARK
from gridmap.store.connect import WAIT_SECONDS
from gridmap.store.tables import metadata
from gridmap.words import known

if TYPE_CHECKING:
    from gridmap.store.scope import Scope

Begin = Literal["read", "write"]

SCOPE = "gridmap.scope"
EVERYTHING = "*"
WRITER_LOCK = 0x676D6170
"""Which advisory lock is the one writer's place in a database."""
STATEMENT_SECONDS = 600
"""How long one statement may take before it is ended."""

# What is acknowledged is on the server's disk, even where the server is set not to wait for that.
_DURABLE = "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'"
_BEGIN = {
    "read": "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; {limits}",
    "write": "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; {limits}; "
    f"{_DURABLE}; SELECT pg_advisory_xact_lock({WRITER_LOCK})",
}

# https://www.postgresql.org/docs/current/errcodes-appendix.html: whole codes, else their class.
_TOLD = {
    "55P03": "store.busy",
    "40001": "store.busy",
    "40P01": "store.busy",
    "53300": "store.busy",
    "57014": "store.too_long",
    "25006": "store.read_only",
    "42501": "store.no_right",
    "42P01": "store.not_a_store",
    "58030": "store.disk",
    "53100": "store.full",
    "53": "store.out_of_room",
    "XX": "store.damaged",
    "08": "store.cannot_connect",
    "28": "store.cannot_connect",
    "3D": "store.cannot_connect",
    "57": "store.cannot_connect",
    "23": "store.constraint",
}
_RAISED = "P0001"
# Compiling a plan pays where a statement runs for minutes; the conditions of the walls make it seem to, and it cost
# twenty times what reading did.
_SETTINGS = {
    "timezone": "UTC",
    "client_encoding": "UTF8",
    "jit": "off",
    # Of a statement that fails, the server's log shows no parameter, whatever the server is set to.
    "log_parameter_max_length_on_error": "0",
}
_OPTIONS = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
# Only a superuser may set these, for the server or for an account.
_SILENT = {"log_error_verbosity": "terse", "log_parameter_max_length": "0"}
_BYPASSES = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


def make_engine(url: str, *, wait: float) -> Engine:
    """Return the engine of a database. A connection of it says by the option `gridmap_begin` how it begins.

    `wait` is how many seconds a statement waits for a lock. Parameters never stand in its errors or logs.
    """
    limits = (
        f"SET LOCAL lock_timeout = {max(1, int(wait * 1000))}; SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'"
    )
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=20,
        pool_timeout=max(wait, 1.0),
        connect_args={"connect_timeout": 10, "options": _OPTIONS},
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        how = connection.get_execution_options().get("gridmap_begin")
        if how is None:  # a statement by itself, such as VACUUM
            return
        connection.exec_driver_sql(_BEGIN[how].format(limits=limits))

    event.listen(engine, "handle_error", _refuse)
    return engine


def _refuse(context: ExceptionContext) -> None:
    """Refuse in one and the same way what a narrow transaction may not do: which rule it breaks would betray a row."""
    state = getattr(context.original_exception, "sqlstate", None) or ""
    narrow = context.connection is not None and context.connection.get_execution_options().get("gridmap_narrow")
    if narrow and (state == "42501" or state.startswith("23")):
        raise RefusedError("store.out_of_scope") from None


class Postgres:
    """One store in a database."""

    def __init__(self, url: str, *, wait: float) -> None:
        self._url = url
        self._engine = make_engine(url, wait=wait)
        self._held = False
        """Whether row security is known to hold for the account."""

    def told(self) -> AbstractContextManager[None]:
        """Raise database errors as StoreError, naming the database."""
        return told(self._url)

    def connect(self, scope: Scope, *, writing: bool) -> Connection:
        """Return a connection of the pool, whose transactions begin as a reader's or as the one writer's."""
        options = {"gridmap_begin": "write" if writing else "read", "gridmap_narrow": scope is not None}
        return self._engine.execution_options(**options).connect()

    def enter(self, connection: Connection, scope: Scope) -> None:
        """Say which cells the transaction that has just begun is for.

        Raises StoreError where it is for some only and the account would see past row security.
        """
        if scope is not None and not self._held:
            if connection.exec_driver_sql(_BYPASSES).scalar_one():
                raise StoreError("store.bypasses", file=called(self._url))
            self._held = True
        set_scope(connection, scope)

    def scrub(self) -> None:
        """Give the room of what was erased free, in every table with values of people.

        PostgreSQL does that by itself before long; where the account does not own the tables, it is left to that.
        """
        names = ", ".join(f'"{name}"' for name in _with_values_of_people())
        with self.told(), self._engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            if _owns(alone):
                alone.exec_driver_sql(f"VACUUM {names}")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def _with_values_of_people() -> list[str]:
    private = {"personal", "sensitive"}
    return sorted(name for name, one in metadata.tables.items() if any(c.info.get("mark") in private for c in one.c))


def _owns(connection: Connection) -> bool:
    found = connection.exec_driver_sql(
        "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'public.office'::regclass"
    )
    return bool(found.scalar_one())


def revision(url: str) -> str:
    """Return the revision of the store in a database. StoreError if it is absent, no gridmap store, or out of reach."""
    with connected(url, "read") as connection:
        if not is_store(connection):
            raise StoreError("store.not_a_store" if _tables(connection) else "store.absent", file=called(url))
        return revision_of(connection)


def revision_of(connection: Connection) -> str:
    """Return the revision of the tables of a store of ours."""
    return str(connection.exec_driver_sql("SELECT version_num FROM public.alembic_version").scalar_one())


def is_store(connection: Connection) -> bool:
    """Return whether the database holds a store of ours."""
    told = connection.exec_driver_sql("SELECT obj_description(to_regclass('public.office'), 'pg_class')").scalar()
    return bool(told == MARK)


def holds_store(url: str) -> bool:
    """Return whether a database holds a store of ours."""
    with connected(url, "read") as connection:
        return is_store(connection)


def refuse_used(url: str) -> None:
    """Refuse a database that holds a store (ConflictError) or other tables than PostGIS's own (StoreError)."""
    with connected(url, "read") as connection:
        if is_store(connection):
            raise ConflictError("store.exists", file=called(url))
        if _tables(connection):
            raise StoreError("store.not_empty", file=called(url))


def talkative(url: str) -> tuple[str, ...]:
    """Return the settings, as they should be, without which the server's log shows values of rows to who runs it."""
    with connected(url, "read") as connection:
        held = {name: connection.exec_driver_sql("SELECT current_setting(%s)", (name,)).scalar() for name in _SILENT}
    return tuple(f"{name} = {silent}" for name, silent in _SILENT.items() if held[name] != silent)


@contextmanager
def migrating(url: str) -> Iterator[Connection]:
    """Give the one writer's place for a change of the tables; PostGIS is brought in where it is not there yet."""
    with connected(url, "write") as connection:
        if connection.exec_driver_sql("SELECT 1 FROM pg_extension WHERE extname = 'postgis'").first() is None:
            _bring_postgis(connection, called(url))
        set_scope(connection, None)
        yield connection


def _bring_postgis(connection: Connection, name: str) -> None:
    try:
        with connection.begin_nested():
            connection.exec_driver_sql("CREATE EXTENSION postgis")
    except DBAPIError:
        raise StoreError("store.no_postgis", file=name) from None


def _tables(connection: Connection) -> int:
    """Return how many tables there are that no extension has brought."""
    statement = """SELECT count(*) FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
                   AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"""
    return int(connection.exec_driver_sql(statement).scalar_one())


@contextmanager
def connected(url: str, begin: Begin) -> Iterator[Connection]:
    """Give a connection of its own in a transaction that commits at a clean end; errors are told."""
    engine = make_engine(url, wait=WAIT_SECONDS)
    try:
        with told(url), engine.execution_options(gridmap_begin=begin).begin() as connection:
            yield connection
    finally:
        engine.dispose()


def set_scope(connection: Connection, scope: Scope) -> None:
    """Say for the length of the transaction which cells it is for."""
    told = EVERYTHING if scope is None else _array(scope)
    connection.exec_driver_sql("SELECT set_config(%s, %s, true)", (SCOPE, told))


def _array(values: frozenset[str]) -> str:
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in sorted(values))
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"


@contextmanager
def told(address: str) -> Iterator[None]:
    """Raise database errors as StoreError, naming the database and what to do; other errors pass as they are.

    What the server said goes: its detail shows the values of a row.
    """
    try:
        yield
    except StatementError as error:
        cause = error.orig
        if isinstance(cause, GridmapError):
            raise cause from None
        if not isinstance(error, DBAPIError) or cause is None:
            raise
        raise _told(cause, called(address)) from None


def _told(cause: BaseException, name: str) -> StoreError:
    state = getattr(cause, "sqlstate", None)
    if state is None:
        return StoreError("store.cannot_connect", file=name)
    said = getattr(getattr(cause, "diag", None), "message_primary", None) or ""
    if state == _RAISED and known(said):
        return StoreError(said, file=name)
    code = _TOLD.get(state) or _TOLD.get(state[:2])
    return StoreError(code, file=name) if code else StoreError("store.refused", file=name, state=state)


def admit(url: str, role: str) -> None:
    """Give a role the rights to work with the store, none over its tables. StoreError if it could pass the walls."""
    with connected(url, "write") as connection:
        walls.admit(connection, role)
