"""What an event may say, and whether it says it well: every fault of it in one pass."""

from __future__ import annotations

import datetime as dt
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType

from gridmap.errors import Fault
from gridmap.ledger.issues import QUANTITIES, RESULTS, SOURCES, Event
from gridmap.ledger.steps import Step

# What somebody wrote or said, and who: personal, kept apart in `Event.private`, and erased without touching the event.
PRIVATE = ("text", "reporter", "phone", "reply", "note")


def instant(value: object) -> dt.datetime | None:
    """Return the instant that an ISO text with an offset names, in UTC; null if it names none."""
    with suppress(ValueError):
        found = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
        return None if found.tzinfo is None else found.astimezone(dt.UTC)
    return None


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object, least: float, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _are_quantities(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        name in QUANTITIES and _is_number(much, 0, sys.float_info.max) for name, much in value.items()
    )


def _are_features(value: object) -> bool:
    pairs = list(value) if isinstance(value, list | tuple) else [None]
    return all(isinstance(pair, list | tuple) and len(pair) == 2 and all(map(_is_text, pair)) for pair in pairs)


def _is_uuid(value: object) -> bool:
    with suppress(ValueError):
        return bool(uuid.UUID(str(value)))
    return False


def _is_day_or_instant(value: object) -> bool:
    with suppress(ValueError):
        return bool(dt.date.fromisoformat(str(value)))
    return instant(value) is not None


# What is right, and the code of what to write instead, by name; a name that is not here is a text.
_CHECKS: Mapping[str, tuple[Callable[[object], bool], str, tuple[str, ...]]] = MappingProxyType(
    {
        "source": (lambda value: value in SOURCES, "ledger.not_one_of", SOURCES),
        "result": (lambda value: value in RESULTS, "ledger.not_one_of", RESULTS),
        "due_at": (lambda value: instant(value) is not None, "ledger.not_an_instant", ()),
        "until": (_is_day_or_instant, "ledger.not_a_day", ()),
        "quantities": (_are_quantities, "ledger.not_quantities", QUANTITIES),
        "of": (_is_uuid, "ledger.not_a_uuid", ()),
        "satisfied": (lambda value: isinstance(value, bool), "ledger.not_yes_or_no", ()),
        "anonymous": (lambda value: isinstance(value, bool), "ledger.not_yes_or_no", ()),
        "consent": (lambda value: isinstance(value, bool), "ledger.not_yes_or_no", ()),
        "features": (_are_features, "ledger.not_features", ()),
        "lon": (lambda value: _is_number(value, -180, 180), "ledger.not_a_degree", ()),
        "lat": (lambda value: _is_number(value, -90, 90), "ledger.not_a_degree", ()),
    }
)
_TEXT: tuple[Callable[[object], bool], str, tuple[str, ...]] = (_is_text, "ledger.not_a_text", ())


def faults_in(event: Event, step: Step) -> Iterator[Fault]:
    """Yield what is wrong with what `event` says for its `step`: a need not said, a name not taken, a value not right.

    `column` is the name; a private value, and one that names a person, never stands in a message.
    """
    said: dict[str, object] = {**event.said, **event.private}
    allowed = (*step.needs, *step.may)
    for name in step.needs:
        if said.get(name) in (None, ""):
            yield missing(name, step)
    for name, value in said.items():
        if name not in allowed or (name in event.private) != (name in PRIVATE):
            yield Fault("ledger.not_taken", column=name, inputs={"act": step.act, "allowed": ", ".join(allowed)})
        elif value is not None:
            yield from _wrong(name, value)
    if ("lon" in said) != ("lat" in said):
        yield missing("lat" if "lon" in said else "lon", step)


def missing(name: str, step: Step) -> Fault:
    """Return the fault of a name that `step` needs and nobody said."""
    return Fault("ledger.missing", column=name, inputs={"act": step.act})


def _wrong(name: str, value: object) -> Iterator[Fault]:
    right, code, allowed = _CHECKS.get(name, _TEXT)
    if not right(value):
        hidden = name in PRIVATE
        yield Fault(code, column=name, value=str(value), personal=hidden, inputs={"allowed": ", ".join(allowed)})
