"""An office in a database whose worker, its connection, or its process on the server is ended at any moment."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from gridmap.errors import StoreError
from gridmap.office.wiring import Office, open_office
from gridmap.settings import DATABASE_VARIABLE
from tests.cluster import SERVER, Cluster
from tests.office.conftest import CLOCK
from tests.office.kept import account
from tests.office.killing import SPREAD, Victim, Work

Done = TypeVar("Done")

_PATIENCE = 60.0  # seconds
_OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@dataclass(frozen=True, slots=True)
class Kept:
    """An office in the folder `home`, kept in a database."""

    cluster: Cluster
    name: str
    home: Path

    def url(self, user: str = SERVER) -> str:
        """The address of the database with the password of an account."""
        return self.cluster.url(self.name, user)

    @contextmanager
    def opened(self) -> Iterator[Office]:
        """The office, opened by who serves."""
        with account(self.cluster, self.name, SERVER), open_office(self.home, clock=CLOCK) as office:
            yield office

    def ask(self, statement: str) -> list[Any]:
        """The rows of a statement, whatever the walls are."""
        with psycopg.connect(self.url("postgres").replace("+psycopg", "")) as raw:
            return raw.execute(statement).fetchall()  # type: ignore[arg-type]

    def quiet(self) -> None:
        """Wait until the server is up and has nothing at hand that a worker had begun."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            try:
                if self.ask(f"SELECT 1 {_OTHERS} AND state <> 'idle'") == []:
                    return
            except psycopg.OperationalError:
                pass
            time.sleep(0.02)
        raise AssertionError("the server is not at rest")


Strike = Callable[[Kept], None]


def the_worker(_: Kept) -> None:
    """Nothing on the server: the worker alone is killed."""


def its_connection(kept: Kept) -> None:
    """End every connection, as an administrator or a network does."""
    kept.ask(f"SELECT pg_terminate_backend(pid) {_OTHERS}")


def its_backend(kept: Kept) -> None:
    """Kill the server's processes for the office: the server starts anew and recovers."""
    for (pid,) in kept.ask(f"SELECT pid {_OTHERS}"):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


STRIKES: tuple[Strike, ...] = (the_worker, its_connection, its_backend)


def struck(moments: random.Random, length: float, kept: Kept, strike: Strike, work: Work, *given: Any) -> list[int]:
    """Let it work, strike at a moment of the next few errands, kill it; return the numbers of those it had done."""
    victim = Victim(work, *given)
    time.sleep(moments.uniform(0, SPREAD * length))
    strike(kept)
    if strike is not the_worker:
        time.sleep(moments.uniform(0, length))
    told = victim.kill()
    kept.quiet()
    return told


@contextmanager
def at_work(home: Path, url: str) -> Iterator[Office]:
    """In a worker: the office, opened with an address's account (empty: of a file), once the store lets it."""
    as_account(url)
    office = persist(lambda: open_office(home, clock=CLOCK))
    with office:
        yield office


def as_account(url: str) -> None:
    """In a worker: open the office with the account of an address from now on."""
    os.environ[DATABASE_VARIABLE] = url


def persist(errand: Callable[[], Done]) -> Done:
    """Do an errand again until the store takes it, and return what it gives: whoever got no answer asks again."""
    while True:
        try:
            return errand()
        except StoreError:
            time.sleep(0.05)
