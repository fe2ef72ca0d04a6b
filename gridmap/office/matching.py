"""What an edit was made upon: it names the state of the thing that was seen, and the errand compares at the write."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

import orjson

from gridmap.errors import ConflictError

ANY_STATE = "*"


def state_of(*facts: object) -> str:
    """Return the short text that tells one state of a thing from another, of plain facts: what last happened to it."""
    return hashlib.sha256(orjson.dumps(facts, default=str)).hexdigest()[:16]


def refuse_changed(seen: Collection[str] | None, *facts: object) -> None:
    """Raise ConflictError unless the state of these facts is among those `seen`; null = whoever asks compares nothing.

    Call it inside the writing transaction, before anything is changed: of many who saw one state, one writes.
    """
    if seen is not None and ANY_STATE not in seen and state_of(*facts) not in seen:
        raise ConflictError("office.changed_since")
