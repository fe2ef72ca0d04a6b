"""Whoever did the work does not check it, whatever his account may do besides."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridmap.errors import RefusedError
from gridmap.office.issues import act, keep_default_categories, report
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from tests.office.staff import NEW_YEAR, WORKER, staff_village
from tests.office.test_issues import at, step, told


def test_a_clerk_who_did_the_work_does_not_close_it_by_leaving_his_name_out(office: Office, tmp_path: Path) -> None:
    """Once a clerk's account stood for nobody unless it named a cadre, its own included."""
    staff_village(office, tmp_path)
    keep_default_categories(LOCAL_ADMINISTRATOR, office, on=NEW_YEAR)
    clerk = Person("clerk", "clerk", None, WORKER)
    (number,) = report(clerk, office, [told(source="own_check", category="road")])
    steps = [
        step(number, "file", at(3, 3)),
        step(number, "assign", at(3, 3), holder=WORKER),
        step(number, "start", at(3, 4)),
        step(number, "finish", at(3, 5)),
    ]
    assert act(clerk, office, steps)[-1].done_by == WORKER
    with pytest.raises(RefusedError, match="whoever did the work"):
        act(clerk, office, [step(number, "close", at(3, 6), result="solved")])
    (closed,) = act(Person("another", "clerk"), office, [step(number, "close", at(3, 6), result="solved")])
    assert closed.state == "closed"
