"""Who somebody is to an issue: the harbour's people on one day."""

from __future__ import annotations

import pandas as pd
import pytest

from gridmap.ledger.flow import Issue
from gridmap.ledger.relations import Staff, relations_of, staff_on
from gridmap.people.person import LOCAL_ADMINISTRATOR, AccountRole, Person
from gridmap.people.roster import Roster
from tests.ledger.walks import BEGIN

PIER, QUAY, SHED = "111", "11", "112"
ISSUE = Issue("1", "filed", BEGIN, unit="lamps", holder="cui", follower="du", raised_by="fu")


@pytest.fixture(scope="module")
def staff() -> Staff:
    """An leads the office, Bo answers for the quay, Cui (of the lamps, whose chief is Gu) for the pier."""
    cadres = [
        ("an", "leadership", "office"),
        ("bo", "community", "office"),
        ("cui", "grid_worker", "lamps"),
        ("du", "grid_worker", "office"),
        ("fu", "grid_worker", "roads"),
        ("gu", "section", "roads"),
        ("hu", "section", "lamps"),
        ("ji", "section", None),
    ]
    none: dict[str, list[str]] = {"cadre": [], "valid_from": [], "valid_to": []}
    posts = ["cell", "holder", "who", "part", "kind", "valid_from", "valid_to"]
    roster = Roster(
        cadres=pd.DataFrame(cadres, columns=["cadre", "tier", "unit"]).assign(name="x"),
        units=pd.DataFrame({"unit": ["lamps", "roads", "office"], "chief": ["gu", None, "an"]}),
        assignments=pd.DataFrame([], columns=posts, dtype=object),
        absences=pd.DataFrame(none),
        stand_ins=pd.DataFrame(none | {"stand_in": [], "cell": []}),
    )
    answers = pd.DataFrame({"cadre": ["cui", "bo", None]}, index=pd.Index([PIER, QUAY, SHED], name="code"))
    pairs = [(PIER, PIER), (PIER, QUAY), (SHED, SHED), (SHED, QUAY), (QUAY, QUAY)]
    return staff_on(roster, answers, pd.DataFrame(pairs, columns=["cell", "ancestor"]))


def of(staff: Staff, cadre: str | None, cell: str | None = PIER, role: AccountRole = "cadre") -> set[str]:
    return set(relations_of(ISSUE, Person("a", role, None, cadre), staff, cell=cell))


@pytest.mark.parametrize(
    ("cadre", "relations"),
    [
        ("fu", {"reporter"}),
        ("du", {"follower"}),
        ("cui", {"holder", "unit", "head"}),
        ("gu", {"unit"}),
        ("hu", {"unit"}),
        ("bo", {"head"}),
        ("an", {"leader"}),
        ("ji", set()),
        ("nobody", set()),
        (None, set()),
    ],
)
def test_each_is_to_an_issue_what_the_roster_and_the_issue_say(
    staff: Staff, cadre: str | None, relations: set[str]
) -> None:
    assert of(staff, cadre) == relations


def test_whoever_answers_elsewhere_or_nowhere_is_no_head(staff: Staff) -> None:
    assert of(staff, "cui", SHED) == {"holder", "unit"}
    assert of(staff, "bo", SHED) == {"head"}
    assert of(staff, "bo", None) == of(staff, "bo", "999") == set()


def test_an_account_is_a_clerk_or_a_leader_by_its_role(staff: Staff) -> None:
    assert of(staff, None, role="clerk") == of(staff, None, role="administrator") == {"clerk"}
    assert of(staff, None, role="leader") == of(staff, "ji", role="leader") == {"leader"}
    assert of(staff, None, role="planner") == set()


def test_a_clerk_enters_what_another_did_and_stays_a_clerk(staff: Staff) -> None:
    assert relations_of(ISSUE, LOCAL_ADMINISTRATOR, staff, actor="du", cell=PIER) == {"clerk", "follower"}


@pytest.mark.parametrize("role", ["cadre", "leader"])
def test_another_account_speaks_for_its_own_cadre_alone(staff: Staff, role: AccountRole) -> None:
    person = Person("a", role, None, "bo")
    assert relations_of(ISSUE, person, staff, actor="du", cell=PIER) == frozenset()
    assert "head" in relations_of(ISSUE, person, staff, actor="bo", cell=PIER)


def test_the_unit_of_the_holder_has_it_too(staff: Staff) -> None:
    no_unit = Issue("1", "assigned", BEGIN, holder="fu")
    assert relations_of(no_unit, Person("a", "cadre", None, "gu"), staff) == {"unit"}


def test_before_its_report_one_is_only_what_one_is_by_oneself(staff: Staff) -> None:
    assert relations_of(None, Person("a", "cadre", None, "cui"), staff, cell=PIER) == {"head"}
