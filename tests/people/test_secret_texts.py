"""Secrets are told apart by their looks, known by a digest, and hold for a time."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.people.secret_texts import (
    BYTES,
    SESSION_RESTS,
    SecretKind,
    digest_of,
    looks_like,
    same,
    secret_of,
    session_lives,
    token_lives,
)

NOON = dt.datetime(2015, 4, 1, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
DRAWN = st.binary(min_size=BYTES, max_size=BYTES)


@settings(deadline=None)
@given(DRAWN, DRAWN)
def test_each_draw_is_a_secret_of_its_own(one: bytes, other: bytes) -> None:
    first, second = secret_of("session", one), secret_of("session", other)
    assert looks_like("session", first)
    assert not looks_like("token", first)
    assert (first == second) == (one == other) == same(digest_of(first), digest_of(second))


@pytest.mark.parametrize("drawn", [b"", bytes(BYTES - 1), bytes(BYTES + 1)])
def test_a_secret_has_256_bits(drawn: bytes) -> None:
    with pytest.raises(ValueError, match=str(len(drawn))):
        secret_of("token", drawn)


@settings(deadline=None)
@given(st.text(), st.sampled_from(["session", "token"]))
def test_no_other_text_looks_like_one(given_text: str, kind: SecretKind) -> None:
    assert not looks_like(kind, given_text)
    assert not looks_like(kind, secret_of(kind, bytes(BYTES)) + "\n")
    assert len(digest_of(given_text + "\ud800")) == 64


def test_a_session_ends_at_its_end_or_after_its_rest() -> None:
    end = NOON + 3 * SESSION_RESTS
    assert session_lives(NOON, end, NOON + SESSION_RESTS - SECOND)
    assert not session_lives(NOON, end, NOON + SESSION_RESTS)
    assert session_lives(end - SECOND, end, end - SECOND)
    assert not session_lives(end - SECOND, end, end)


def test_a_token_ends_at_its_end_or_when_it_is_revoked() -> None:
    assert token_lives(NOON + SECOND, None, NOON)
    assert not token_lives(NOON, None, NOON)
    assert not token_lives(NOON + SECOND, NOON - SECOND, NOON)
