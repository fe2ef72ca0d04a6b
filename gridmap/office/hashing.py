"""Passwords into hashes and back to a yes or no, by few at a time: hashing is slow on purpose, the service is not.

A process hashes for half of its cores at most, and lets few wait for that; who comes when all places are taken is sent
away at once, so that a flood of sign-ins holds neither the cores nor the threads that serve everybody else.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from gridmap.errors import RefusedError
from gridmap.people.passwords import password_bytes

AT_ONCE = max(1, (os.cpu_count() or 1) // 2)
WAITING = 8
BUSY_SECONDS = 2

# argon2id with RFC 9106's memory for servers; one lane, so that one hash takes one core.
PASSWORDS = PasswordHash((Argon2Hasher(time_cost=3, memory_cost=65536, parallelism=1),))

_places = threading.BoundedSemaphore(AT_ONCE + WAITING)
_cores = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def a_place() -> Iterator[None]:
    """Hold one of the places of those who sign in. Raises RefusedError with `seconds` if all are taken."""
    if not _places.acquire(blocking=False):
        raise RefusedError("office.sign_in_busy", seconds=BUSY_SECONDS)
    try:
        yield
    finally:
        _places.release()


def hashed(password: str) -> str:
    """Return the hash of a password, to be kept: argon2id, its parameters and salt within."""
    with _cores:
        return PASSWORDS.hash(password_bytes(password))


def fits(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Return whether a password is that of the hash `kept`, and a newer hash if that was made in an older way.

    Nothing kept (null) takes as long as a wrong password, and is one.
    """
    decoy = _decoy(PASSWORDS)
    with _cores:
        right, newer = PASSWORDS.verify_and_update(password_bytes(password), kept or decoy)
    return right and kept is not None, newer


@cache
def _decoy(passwords: PasswordHash) -> str:
    """Return a hash of nobody's password, to spend on unknown names the time that known ones take."""
    return passwords.hash(os.urandom(32))
