"""The one clock. Errands ask it for the instant and for the office's own day; nothing else reads the time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the instant and the local day of the office's zone."""

    @property
    def zone(self) -> ZoneInfo:
        """The office's zone."""

    def now(self) -> dt.datetime:
        """Return the instant, in UTC."""

    def today(self) -> dt.date:
        """Return the local day of the office."""


def real_now() -> dt.datetime:
    """Return the machine's instant, in UTC, also in a demo whose clock stands still: for sessions, tokens, delays."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    zone: ZoneInfo

    def now(self) -> dt.datetime:
        """Return the instant, in UTC."""
        return dt.datetime.now(dt.UTC)

    def today(self) -> dt.date:
        """Return the local day of the office."""
        return self.now().astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still: for tests and a demo office."""

    instant: dt.datetime
    zone: ZoneInfo

    def now(self) -> dt.datetime:
        """Return the instant, in UTC."""
        return self.instant.astimezone(dt.UTC)

    def today(self) -> dt.date:
        """Return the local day of the office."""
        return self.instant.astimezone(self.zone).date()
