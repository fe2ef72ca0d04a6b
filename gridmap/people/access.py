"""What an account role may do. The acts are those of the errands; an errand refuses by itself."""

from __future__ import annotations

from typing import Literal

from gridmap.errors import RefusedError
from gridmap.people.person import AccountRole, Person

Act = Literal["read", "import", "publish", "reveal", "export", "erase", "keep", "audit"]

_EVERYTHING: frozenset[Act] = frozenset({"read", "import", "publish", "reveal", "export", "erase", "keep", "audit"})

ACTS: dict[AccountRole, frozenset[Act]] = {
    "administrator": _EVERYTHING,
    "auditor": frozenset({"read", "audit"}),
    "planner": frozenset({"read", "import", "publish", "export"}),
    "leader": frozenset({"read", "export"}),
    "clerk": frozenset({"read", "import", "export"}),
    "cadre": frozenset({"read"}),
    "reader": frozenset({"read"}),
    "public": frozenset(),
}


def may(person: Person, act: Act) -> bool:
    """Return whether the role of `person` allows `act`."""
    return act in ACTS[person.role]


def refuse_unless(person: Person, act: Act) -> None:
    """Raise RefusedError unless `person` may do `act`."""
    if not may(person, act):
        raise RefusedError("people.refused", role=person.role, act=act)
