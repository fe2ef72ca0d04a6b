"""A PostgreSQL of the tests' own: a cluster in a temporary folder, on 127.0.0.1 at a free port, ended by its own id."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import URL, create_engine, text

from gridmap.store.backends import guards

SERVICE_USER = "postgres"
"""Who runs the cluster where the tests run as root: PostgreSQL refuses root."""
OWNER = "keeper"
"""The account that owns the databases of the tests: no superuser."""
SERVER = "server"
"""The account that serves the offices of the tests: it owns nothing, and passes no wall."""
QUIET = ("SET log_error_verbosity = terse", "SET log_parameter_max_length = 0")
"""How each account is altered, so that the server's log holds no value of a row: as docs/stores.md says."""
EMPTY = "empty"
_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: int(place.parent.name), reverse=True)
# A cluster that is thrown away need not survive the machine.
_HASTE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "256MB"}
_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster: its port, the password of its superuser and of every role that the tests make, its log."""

    port: int
    password: str
    log: Path

    def url(self, database: str, user: str = SERVICE_USER) -> str:
        """Return the address of a database, with the password."""
        made = URL.create("postgresql+psycopg", user, self.password, "127.0.0.1", self.port, database)
        return made.render_as_string(hide_password=False)

    def run(self, *statements: str, database: str = "postgres") -> None:
        """Run statements as the superuser, each by itself."""
        engine = create_engine(self.url(database), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                for statement in statements:
                    connection.execute(text(statement))
        finally:
            engine.dispose()

    def prepare(self) -> None:
        """Make the roles that own the databases and serve them, and what each new one is copied from."""
        self.role(OWNER, "CREATEROLE")
        self.role(SERVER)
        self.run(f"CREATE DATABASE {EMPTY}")
        self.run("CREATE EXTENSION postgis", database=EMPTY)

    def new_database(self, like: str = EMPTY) -> str:
        """Make a database, a copy of another one that nobody has open, and return its name."""
        name = f"office_{secrets.token_hex(4)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {like} OWNER {OWNER}")
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever has it open."""
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def role(self, name: str, *rights: str) -> str:
        """Make a role that may log in, of whose values the log is silent, and return its name."""
        made = f"CREATE ROLE {name} LOGIN {' '.join(rights)} PASSWORD '{self.password}'"
        self.run(made, *(f"ALTER ROLE {name} {switch}" for switch in QUIET))
        return name


@dataclass(slots=True)
class Lent:
    """A database that one test after the other uses: emptied in between, for that is quicker than another copy.

    Where it cannot be emptied (somebody still holds a lock) or has other walls than it had, it is copied anew.
    """

    cluster: Cluster
    like: str
    rows: dict[str, bytes]
    """What each table holds at first, where it holds anything."""
    name: str = ""

    @classmethod
    def of(cls, cluster: Cluster, like: str) -> Lent:
        """Return a database that is lent as it is in the database `like`."""
        with _raw(cluster, like) as connection:
            rows = {name: _copied(connection, name) for name in _tables(connection)}
        return cls(cluster, like, {name: held for name, held in rows.items() if held})

    def lend(self) -> str:
        """Return the name of the database, as it was at first."""
        if not self.name or not self._emptied():
            self.end()
            self.name = self.cluster.new_database(self.like)
        return self.name

    def end(self) -> None:
        """Remove the database."""
        if self.name:
            self.cluster.drop(self.name)
            self.name = ""

    def _emptied(self) -> bool:
        try:
            with _raw(self.cluster, self.name) as connection:
                connection.execute("SET session_replication_role = replica")  # no trigger, no foreign key
                connection.execute("SET lock_timeout = '2s'")
                connection.execute("; ".join(f'DELETE FROM "{name}"' for name in _tables(connection)))
                for name, held in self.rows.items():
                    with connection.cursor().copy(f'COPY "{name}" FROM STDIN') as copy:
                        copy.write(held)
        except psycopg.Error:
            return False
        engine = create_engine(self.cluster.url(self.name))
        try:
            with engine.connect() as connection:
                return not guards.wrong(connection)
        finally:
            engine.dispose()


@contextmanager
def _raw(cluster: Cluster, name: str) -> Iterator[psycopg.Connection]:
    """Give a connection of the superuser, in a transaction that commits at a clean end."""
    with psycopg.connect(cluster.url(name).replace("+psycopg", "")) as connection:
        yield connection


def _tables(connection: psycopg.Connection) -> list[str]:
    """Return the names of all tables but PostGIS's own."""
    found = connection.execute(
        "SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT EXISTS"
        " (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY relname"
    )
    return [str(row[0]) for row in found]


def _copied(connection: psycopg.Connection, name: str) -> bytes:
    with connection.cursor().copy(f'COPY "{name}" TO STDOUT') as copy:
        return b"".join(bytes(part) for part in copy)


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, or null where PostgreSQL or PostGIS is not installed."""
    for place in [*_PLACES, *(Path(found).parent for found in [shutil.which("initdb")] if found)]:
        shared = Path("/usr/share/postgresql") / place.parent.name / "extension" / "postgis.control"
        if (place / "postgres").exists() and (shared.exists() or not str(place).startswith("/usr/lib/postgresql")):
            return place
    return None


@contextmanager
def running(place: Path) -> Iterator[Cluster]:
    """Start a new cluster with the programs in `place`; at the end it is stopped and its folder goes."""
    folder = Path(tempfile.mkdtemp(prefix="gridmap-postgres-"))
    as_user = _as_user(folder)
    password = secrets.token_hex(16)
    try:
        key = folder / "key"
        key.write_text(password, encoding="ascii")
        _own(key)
        data = folder / "data"
        made = [place / "initdb", "-D", data, "-U", SERVICE_USER, "-A", "scram-sha-256", "--pwfile", key]
        subprocess.run([*as_user, *made, "--locale=C", "-E", "UTF8", "--no-sync"], check=True, capture_output=True)
        key.unlink()
        port = _free_port()
        options = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", **_HASTE}
        switches = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen([*as_user, place / "postgres", "-D", data, *switches], stdout=log, stderr=log)
        try:
            _await(server, data, port, folder / "log")
            yield Cluster(port, password, folder / "log")
        finally:
            _stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_user(folder: Path) -> list[str]:
    """Return what to put before a command so that it is not run by root, whose folder is handed over."""
    if os.geteuid() != 0:
        return []
    _own(folder)
    return ["setpriv", f"--reuid={SERVICE_USER}", f"--regid={SERVICE_USER}", "--clear-groups"]


def _own(path: Path) -> None:
    if os.geteuid() == 0:
        user = pwd.getpwnam(SERVICE_USER)
        os.chown(path, user.pw_uid, user.pw_gid)
    path.chmod(0o700 if path.is_dir() else 0o600)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(server: subprocess.Popen[bytes], data: Path, port: int, log: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        told = data / "postmaster.pid"
        if told.exists() and "ready" in told.read_text("ascii", "replace"):
            return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start on port {port}: {log.read_text('utf-8', 'replace')[-2000:]}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End the server at once: every connection is closed, nothing is written any more."""
    if server.poll() is None:
        server.send_signal(signal.SIGQUIT)
        server.wait(timeout=_START_SECONDS)
