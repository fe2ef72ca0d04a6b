"""The acting person: who asks for an errand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AccountRole = Literal["administrator", "auditor", "planner", "leader", "clerk", "cadre", "reader", "public"]


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: an opaque account name (never a person's own name) and the account's role.

    `scope`: the root cells that the account is for (null = everywhere). `cadre`: the cadre whose account it is, if any.
    """

    account: str
    role: AccountRole
    scope: frozenset[str] | None = None
    cadre: str | None = None


# The terminal acts as the local administrator (DESIGN 3).
LOCAL_ADMINISTRATOR = Person("local", "administrator")
