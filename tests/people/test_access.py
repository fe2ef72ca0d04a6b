"""Roles, scopes and masks."""

from __future__ import annotations

from typing import get_args

import pytest

from gridmap.errors import RefusedError
from gridmap.grid.grid import Grid
from gridmap.layer import Field, Layer, Style
from gridmap.people.access import (
    ACTS,
    Act,
    cells_in_scope,
    masked_fields,
    may,
    may_in,
    refuse_unless,
    refuse_unless_in,
    responsible_cells,
    sees,
)
from gridmap.people.answers import who_answers
from gridmap.people.person import LOCAL_ADMINISTRATOR, AccountRole, Person
from tests.people.conftest import HARBOUR, MARKET, ON, PIER, QUAY, SHED, STALLS, away, head, roster, stand_in

ROLES: tuple[AccountRole, ...] = get_args(AccountRole)
EVERY_ACT: tuple[Act, ...] = get_args(Act)
# Who may do what: a letter for each act that is allowed, in the order of the heading.
TABLE = """
                 read import publish reveal export erase keep audit visit act rule       plan account
administrator    y    y      y       y      y      y     y    y    y     y   y           y          y
auditor          y    -      -       -      -      -     -    y    -     -   -           -          -
planner          y    y      y       -      y      -     -    -    -     -   y           y          -
leader           y    -      -       -      y      -     -    -    y     y   -           y          -
clerk            y    y      -       -      y      -     -    -    y     y   -           y          -
cadre            y    -      -       -      -      -     -    -    y     y   -           y          -
reader           y    -      -       -      -      -     -    -    -     -   -           -          -
public           -    -      -       -      -      -     -    -    -     -   -           -          -
"""
HEADING, *LINES = [line.split() for line in TABLE.strip().splitlines()]
ALLOWED = {(role, act): mark == "y" for role, *marks in LINES for act, mark in zip(HEADING, marks, strict=True)}


def test_the_table_is_whole() -> None:
    assert set(ALLOWED) == {(role, act) for role in ROLES for act in EVERY_ACT}
    assert set(ACTS) == set(ROLES)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("act", EVERY_ACT)
def test_a_role_may_do_what_the_table_says_and_nothing_else(role: AccountRole, act: Act) -> None:
    person = Person("somebody", role)
    assert may(person, act) == ALLOWED[role, act]
    if ALLOWED[role, act]:
        refuse_unless(person, act)
    else:
        with pytest.raises(RefusedError, match=f"{role} may not {act}"):
            refuse_unless(person, act)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("act", EVERY_ACT)
@pytest.mark.parametrize(("cell", "inside"), [(QUAY, True), (PIER, True), (HARBOUR, False), (STALLS, False)])
def test_within_its_scope_an_account_may_do_what_its_role_may(
    harbour: Grid,
    role: AccountRole,
    act: Act,
    cell: str,
    inside: bool,
) -> None:
    person, closure = Person("somebody", role, frozenset({QUAY})), harbour.closure()
    assert may_in(person, act, cell, closure) == (ALLOWED[role, act] and inside)
    if ALLOWED[role, act] and inside:
        refuse_unless_in(person, act, cell, closure)
    else:
        with pytest.raises(RefusedError):
            refuse_unless_in(person, act, cell, closure)


@pytest.mark.parametrize("cell", [None, "999"])
def test_what_lies_in_no_cell_is_for_those_whose_scope_is_everywhere(harbour: Grid, cell: str | None) -> None:
    closure = harbour.closure()
    assert may_in(LOCAL_ADMINISTRATOR, "read", cell, closure)
    assert not may_in(Person("p", "planner", frozenset({HARBOUR})), "read", cell, closure)


def test_a_refusal_names_the_cell(harbour: Grid) -> None:
    with pytest.raises(RefusedError, match=f"cell {STALLS}"):
        refuse_unless_in(Person("p", "planner", frozenset({QUAY})), "read", STALLS, harbour.closure())


@pytest.mark.parametrize(
    ("scope", "cells"),
    [
        (None, {HARBOUR, QUAY, MARKET, PIER, SHED, STALLS}),
        ({QUAY}, {QUAY, PIER, SHED}),
        ({QUAY, STALLS}, {QUAY, PIER, SHED, STALLS}),
        ({"1110"}, set()),
        (set(), set()),
    ],
)
def test_a_scope_is_its_roots_and_all_below_them(harbour: Grid, scope: set[str] | None, cells: set[str]) -> None:
    person = Person("p", "reader", None if scope is None else frozenset(scope))
    assert cells_in_scope(person, harbour.closure()) == cells


def test_he_is_responsible_where_he_answers_and_below(harbour: Grid) -> None:
    held = roster([head(PIER, "cui"), head(QUAY, "bo"), head(STALLS, "fu")], [away("fu")], [stand_in("fu", "du")])
    answers, closure = who_answers(harbour, held, ON), harbour.closure()

    def cells(cadre: str | None) -> frozenset[str]:
        return responsible_cells(Person("p", "cadre", cadre=cadre), answers, closure)

    assert cells("bo") == {QUAY, PIER, SHED}
    assert cells("cui") == {PIER}
    assert cells("du") == {STALLS}
    assert cells("fu") == cells("an") == cells(None) == frozenset()


def layer(*, sensitive: bool) -> Layer:
    fields = (
        Field("code", "编号", "code", required=True),
        Field("head", "户主", "head", mark="personal"),
        Field("people", "人数", "people", "integer"),
        Field("need", "需求", "need", mark="sensitive"),
    )
    return Layer("homes", "家庭", "homes", "point", "code", fields, Style("#112233"), sensitive=sensitive)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("responsible", [False, True])
def test_private_fields_are_bare_only_to_the_leader_or_cadre_who_is_responsible(
    role: AccountRole,
    responsible: bool,
) -> None:
    hidden = masked_fields(layer(sensitive=False), Person("p", role), responsible=responsible)
    assert hidden == (() if responsible and role in {"leader", "cadre"} else ("head", "need"))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("responsible", [False, True])
def test_a_sensitive_layer_exists_only_for_those_responsible_and_for_roles_that_reveal(
    role: AccountRole,
    responsible: bool,
) -> None:
    person = Person("p", role)
    expected = role == "administrator" or (responsible and role in {"leader", "cadre"})
    assert sees(layer(sensitive=True), person, responsible=responsible) == expected
    assert sees(layer(sensitive=False), person, responsible=responsible) == (role != "public")
