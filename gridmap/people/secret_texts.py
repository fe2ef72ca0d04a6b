"""Secrets that a program holds: sessions and tokens of 256 random bits, of which only a digest is ever kept."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import re
from typing import Literal

SecretKind = Literal["session", "token"]

BYTES = 32
# What a secret begins with tells what it is, so that one that was pasted somewhere is found by its looks.
_BEGINS: dict[SecretKind, str] = {"session": "gms_", "token": "gmt_"}
_REST = re.compile(r"[A-Za-z0-9_-]{43}")

SESSION_LASTS = dt.timedelta(hours=12)
SESSION_RESTS = dt.timedelta(hours=2)
LONGEST_DAYS = 366


def secret_of(kind: SecretKind, drawn: bytes) -> str:
    """Return the text of a secret from the BYTES random bytes that were drawn for it: `gms_` or `gmt_`, 43 characters.

    Raises ValueError for another number of bytes.
    """
    if len(drawn) != BYTES:
        raise ValueError(len(drawn))
    return _BEGINS[kind] + base64.urlsafe_b64encode(drawn).rstrip(b"=").decode()


def looks_like(kind: SecretKind, given: str) -> bool:
    """Return whether a text has the shape of such a secret; nothing else is looked up."""
    begin = _BEGINS[kind]
    return given.startswith(begin) and _REST.fullmatch(given, len(begin)) is not None


def digest_of(given: str) -> str:
    """Return the SHA-256 of a text, in hex: all that is kept of a secret.

    Without salt and stretching: 256 random bits cannot be guessed from it. Not for passwords.
    """
    return hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()


def same(one: str, other: str) -> bool:
    """Return whether two digests are equal, in a time that does not tell how much of them is."""
    return hmac.compare_digest(one, other)


def session_lives(seen_at: dt.datetime, expires_at: dt.datetime, now: dt.datetime) -> bool:
    """Return whether a session still holds: before its end, and seen within SESSION_RESTS."""
    return now < expires_at and now - seen_at < SESSION_RESTS


def token_lives(expires_at: dt.datetime, revoked_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Return whether a token still holds: before its end, and not revoked."""
    return revoked_at is None and now < expires_at
