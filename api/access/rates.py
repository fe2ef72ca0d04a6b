"""How often one may ask: a bucket for each account and for each address, filled again all the time.

Counted in each process by itself: with several workers one may ask that many times as often.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.applications import Starlette

from gridmap.errors import RefusedError

# So many at most are remembered; then those go that are full again.
_MOST = 20_000


@dataclass(slots=True)
class Rate:
    """Buckets by name: each holds what one may ask in a minute, and fills again evenly."""

    clock: Callable[[], float] = time.monotonic
    _left: dict[str, tuple[float, float]] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def known(self) -> int:
        """How many buckets there are."""
        return len(self._left)

    def take(self, name: str, a_minute: int) -> None:
        """Take one from the bucket of `name`; 0 a minute = any number. Raises RefusedError with `seconds` if empty."""
        if a_minute == 0:
            return
        with self._lock:
            now = self.clock()
            left, at = self._left.get(name, (float(a_minute), now))
            left = min(float(a_minute), left + (now - at) * a_minute / 60)
            if left < 1:
                raise RefusedError("api.too_many", seconds=math.ceil((1 - left) * 60 / a_minute))
            if len(self._left) >= _MOST and name not in self._left:
                self._forget(now, a_minute)
            self._left[name] = (left - 1, now)

    def _forget(self, now: float, a_minute: int) -> None:
        """Drop the buckets that are full by now; if none is, all: to forget is better than to grow."""
        kept = {
            name: (left, at) for name, (left, at) in self._left.items() if left + (now - at) * a_minute / 60 < a_minute
        }
        self._left = kept if len(kept) < _MOST else {}


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a service keeps its buckets."""

    name: str

    def of(self, app: Starlette) -> Rate:
        """Return the buckets of a service."""
        rate: Rate | None = getattr(app.state, self.name, None)
        if rate is None:
            rate = Rate()
            setattr(app.state, self.name, rate)
        return rate


ACCOUNTS = Kept("rate_of_accounts")
ADDRESSES = Kept("rate_of_addresses")
