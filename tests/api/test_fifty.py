"""Fifty posts with one key, on real endpoints: one thing is done, and everybody is told of that one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gridmap.office.default_categories import keep_default_categories
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.api.conftest import As
from tests.office.conftest import CLOCK
from tests.office.kept import BOTH, IN_A_FILE, moved
from tests.office.visited import FOUNDED, SMALL, settle, uid

KEY = {"Idempotency-Key": "fifty"}
VISIT = {"id": uid("a"), "at": "2015-03-12T19:30:00+08:00", "lead": "7", "outcome": "met", "cell": SMALL}
ISSUE = {"id": uid("lamp"), "source": "phone", "by": "7", "category": "streetlight", "cell": SMALL}


@pytest.fixture(params=BOTH)
def office(request: pytest.FixtureRequest, office: Office) -> Iterator[Office]:
    """The village's office, in a file or in a database."""
    if request.param == IN_A_FILE:
        yield office
        return
    office.store.close()
    with moved(request.getfixturevalue("postgres"), office.home), open_office(office.home, clock=CLOCK) as kept:
        yield kept


@pytest.mark.parametrize(
    ("path", "body", "table"),
    [
        ("/visits", {"visits": [VISIT]}, "visit"),
        ("/issues", ISSUE, "issue"),
        ("/plans", {"on": "2015-12-31", "cadres": ["7"]}, "job"),
    ],
)
def test_fifty_posts_with_one_key_are_one_row(
    *, office: Office, as_role: As, tmp_path: Any, path: str, body: dict[str, object], table: str
) -> None:
    settle(office, tmp_path)
    keep_default_categories(LOCAL_ADMINISTRATOR, office, on=FOUNDED)
    clerk = as_role("clerk")
    with ThreadPoolExecutor(50) as many:
        answers = list(many.map(lambda _: clerk.post(path, json=body, headers=KEY), range(50)))
    statuses = Counter(one.status_code for one in answers)
    assert set(statuses) <= {201, 202, 409}, statuses
    done = [one.json() for one in answers if one.status_code != 409]
    assert done
    assert all(one == done[0] for one in done)
    with office.reading_whole() as tx:
        assert tx.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 1
    assert clerk.post(path, json=body, headers=KEY).json() == done[0]
