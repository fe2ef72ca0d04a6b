"""How long one waits after sign-ins that failed: longer each time, and never for good.

Counted for an account and an address together: who guesses at one place keeps nobody out at another.
"""

from __future__ import annotations

import datetime as dt
import ipaddress

FREE = 3
LONGEST = dt.timedelta(minutes=15)
FORGOTTEN = dt.timedelta(days=1)
_SECOND = dt.timedelta(seconds=1)


def place_of(address: str) -> str:
    """Return what counts as one address: that of IPv4, the first 64 bits of IPv6 (one connection has them all).

    What is no address stands for itself.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def delay(failures: int) -> dt.timedelta:
    """Return the wait after so many failures in a row: none up to FREE, then 2, 4, 8 ... seconds, at most LONGEST."""
    over = failures - FREE
    if over <= 0:
        return dt.timedelta()
    return min(LONGEST, dt.timedelta(seconds=1 << min(over, 30)))


def failures_now(failures: int, last_at: dt.datetime, now: dt.datetime) -> int:
    """Return how many of the failures still count: none once FORGOTTEN has passed since the last."""
    return 0 if now - last_at >= FORGOTTEN else failures


def seconds_left(failures: int, last_at: dt.datetime, now: dt.datetime) -> int:
    """Return the whole seconds still to wait, rounded up; 0 = go on.

    A clock that was set back makes nobody wait longer than the delay itself.
    """
    wait = delay(failures_now(failures, last_at, now))
    left = min(wait, last_at + wait - now)
    return max(0, -(-left // _SECOND))
