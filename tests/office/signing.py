"""A clock that a test moves, and password hashes that cost nothing: what is tested is who gets in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

PASSWORD = "every door in the village"


@dataclass
class Watch:
    """Tells the instant that the test has set."""

    now: dt.datetime = dt.datetime(2026, 5, 4, 1, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        """Let time pass."""
        self.now += dt.timedelta(**span)


class CountingHash(PasswordHash):
    """Hashes cheaply, and counts how often it was asked."""

    def __init__(self, memory_cost: int = 8) -> None:
        super().__init__((Argon2Hasher(time_cost=1, memory_cost=memory_cost, parallelism=1),))
        self.hashes = 0
        self.checks = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.hashes += 1
        return super().hash(password, salt=salt)

    def verify_and_update(self, password: str | bytes, hash: str | bytes) -> tuple[bool, str | None]:  # noqa: A002
        self.checks += 1
        return super().verify_and_update(password, hash)


@dataclass
class Door:
    """What the tests of signing in move and count."""

    watch: Watch = field(default_factory=Watch)
    hashing: CountingHash = field(default_factory=CountingHash)
