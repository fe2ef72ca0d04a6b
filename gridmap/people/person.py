"""The acting person: who asks for an errand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AccountRole = Literal["administrator", "auditor", "planner", "leader", "clerk", "cadre", "reader", "public"]


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: an opaque account name (never a person's own name) and the account's role."""

    account: str
    role: AccountRole


# The terminal acts as the local administrator (DESIGN 3).
LOCAL_ADMINISTRATOR = Person("local", "administrator")
