"""How passwords, delays and secrets live."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from gridmap.errors import RefusedError
from gridmap.people import access, delay, passwords, secret_texts
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person


def live() -> None:
    """Wait after failures, look at names and passwords, make and know secrets."""
    now = dt.datetime(2015, 12, 31, 9, tzinfo=dt.UTC)
    assert delay.delay(9) > delay.delay(delay.FREE)
    assert delay.failures_now(9, now, now) == 9
    assert delay.seconds_left(9, now, now) > 0
    assert delay.place_of("10.0.0.1") == "10.0.0.1"
    name = passwords.account_name("  W040 ")
    assert passwords.is_account_name(name)
    assert passwords.password_faults("short", name)
    assert passwords.password_bytes("a sentence is good")
    token = secret_texts.secret_of("token", bytes(secret_texts.BYTES))
    assert secret_texts.looks_like("token", token)
    assert secret_texts.same(secret_texts.digest_of(token), secret_texts.digest_of(token))
    assert secret_texts.session_lives(now, now + dt.timedelta(hours=1), now)
    assert secret_texts.token_lives(now + dt.timedelta(hours=1), None, now)
    access.refuse_unless_everywhere(LOCAL_ADMINISTRATOR, "account")
    with suppress(RefusedError):
        access.refuse_unless_everywhere(Person("a", "administrator", frozenset({"1"})), "account")
