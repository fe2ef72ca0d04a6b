"""What an account may do, where, and what it sees. The acts are those of the errands; an errand refuses by itself."""

from __future__ import annotations

from typing import Literal, get_args

import pandas as pd

from gridmap.errors import RefusedError
from gridmap.layer import Layer
from gridmap.people.person import AccountRole, Person

# visit: enter visits; act: report issues and take their steps; rule: change duties, categories, the calendar;
# plan: make plans of routes.
Act = Literal[
    "read", "import", "publish", "reveal", "export", "erase", "keep", "audit", "visit", "act", "rule", "plan", "account"
]

_EVERYTHING: frozenset[Act] = frozenset(get_args(Act))

ACTS: dict[AccountRole, frozenset[Act]] = {
    "administrator": _EVERYTHING,
    "auditor": frozenset({"read", "audit"}),
    "planner": frozenset({"read", "import", "publish", "export", "rule", "plan"}),
    "leader": frozenset({"read", "export", "visit", "act", "plan"}),
    "clerk": frozenset({"read", "import", "export", "visit", "act", "plan"}),
    "cadre": frozenset({"read", "visit", "act", "plan"}),
    "reader": frozenset({"read"}),
    "public": frozenset(),
}
# Whose account is unmasked where its cadre answers: those who visit and lead, not those who keep the files.
ANSWERING: frozenset[AccountRole] = frozenset({"leader", "cadre"})


def may(person: Person, act: Act) -> bool:
    """Return whether the role of `person` allows `act` at all."""
    return act in ACTS[person.role]


def refuse_unless(person: Person, act: Act) -> None:
    """Raise RefusedError unless `person` may do `act`."""
    if not may(person, act):
        raise RefusedError("people.refused", role=person.role, act=act)


def refuse_unless_everywhere(person: Person, act: Act) -> None:
    """Raise RefusedError unless `person` may do `act`, and with scope everywhere: who is for a part gives no rights."""
    refuse_unless(person, act)
    if person.scope is not None:
        raise RefusedError("people.not_everywhere", role=person.role, act=act)


def cells_in_scope(person: Person, closure: pd.DataFrame) -> frozenset[str]:
    """Return the codes that the scope of `person` holds: its root cells and all below them, as `Grid.closure` says.

    A root that the grid does not have holds nothing. Without a scope: every code.
    """
    rows = closure if person.scope is None else closure[closure["ancestor"].isin(person.scope)]
    return frozenset(rows["cell"])


def may_in(person: Person, act: Act, cell: str | None, closure: pd.DataFrame) -> bool:
    """Return whether `person` may do `act` in `cell` of the grid whose `Grid.closure` is given.

    What lies in no cell (`cell` is null), or in one that the grid does not have, is for those with scope everywhere.
    """
    if not may(person, act):
        return False
    return person.scope is None or not person.scope.isdisjoint(closure.loc[closure["cell"] == cell, "ancestor"])


def refuse_unless_in(person: Person, act: Act, cell: str | None, closure: pd.DataFrame) -> None:
    """Raise RefusedError unless `person` may do `act`, and in `cell`: see `may_in`."""
    refuse_unless(person, act)
    if not may_in(person, act, cell, closure):
        raise RefusedError("people.out_of_scope", role=person.role, act=act, cell=cell or "-")


def responsible_cells(person: Person, answers: pd.DataFrame, closure: pd.DataFrame) -> frozenset[str]:
    """Return the cells in whose chain the cadre of `person` answers on the day of `answers` (of `who_answers`).

    Those are the cells where he answers himself, and all below them, whoever answers there.
    """
    if person.cadre is None:
        return frozenset()
    held = answers.index[(answers["cadre"] == person.cadre).to_numpy(dtype=bool)]
    return frozenset(closure.loc[closure["ancestor"].isin(held), "cell"])


def sees(layer: Layer, person: Person, *, responsible: bool) -> bool:
    """Return whether a feature of `layer` exists for `person`, who is or is not `responsible` where it lies.

    A sensitive layer exists only for those responsible and for roles that may reveal: nobody else gets even a count.
    """
    if not may(person, "read"):
        return False
    return not layer.sensitive or may(person, "reveal") or (responsible and person.role in ANSWERING)


def masked_fields(layer: Layer, person: Person, *, responsible: bool) -> tuple[str, ...]:
    """Return the private fields of a feature that stay hidden from `person`, in the order of the layer.

    None for a leader or cadre who is `responsible` where it lies; for everybody else all that are marked personal or
    sensitive. Who may reveal names them one by one, with a reason that the audit keeps.
    Source: DESIGN 4, Personal data.
    """
    if responsible and person.role in ANSWERING:
        return ()
    return tuple(field.name for field in layer.fields if field.mark != "public")
