"""However visits are cut into batches and sent again, the store holds each once, as an oracle by hand says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.grid.grid import Grid
from gridmap.ledger.visits import OUTCOMES
from gridmap.office.grids import publish_grid
from gridmap.office.setup import found_office
from gridmap.office.visiting import record
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.store import visits as kept_visits
from tests.office.conftest import CLOCK, LENGTHS, village_cells
from tests.office.visited import FAR, FOUNDED, OTHER, SMALL, at, settle, uid, visit

# By hand: in which cell each household lies, who answers there, and of which unit each visitor is.
CELLS = {"H1": SMALL, "H2": OTHER, "H3": FAR}
ANSWERING = {SMALL: "7", OTHER: "8", FAR: "9"}
AT_HOME = {"7": {SMALL, OTHER}, "8": {SMALL, OTHER}, "9": {FAR}, "1": {SMALL, OTHER}, "5": set[str]()}
EXAMPLES = count()

Said = tuple[str, str, str, int]


@pytest.fixture(scope="module")
def lasting_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One village for all examples; each has visits of its own."""
    folder: Path = tmp_path_factory.mktemp("lasting")
    found_office(LOCAL_ADMINISTRATOR, folder / "home", name="大鹏", clock=CLOCK)
    with open_office(folder / "home", clock=CLOCK) as office:
        grid = Grid(village_cells(), LENGTHS)
        publish_grid(LOCAL_ADMINISTRATOR, office, grid, name="2015", valid_from=FOUNDED.replace(month=1))
        settle(office, folder)
        yield office


@settings(deadline=None, max_examples=20)
@given(
    said=st.lists(
        st.tuples(
            st.sampled_from(sorted(CELLS)),
            st.sampled_from(sorted(AT_HOME)),
            st.sampled_from(OUTCOMES),
            st.integers(0, 299),
        ),
        min_size=1,
        max_size=12,
    ),
    sending=st.lists(st.integers(0, 11), min_size=1, max_size=30),
    size=st.integers(1, 5),
)
def test_each_visit_is_kept_once_as_the_oracle_says(
    lasting_office: Office, said: list[Said], sending: list[int], size: int
) -> None:
    example = next(EXAMPLES)
    made = [
        visit(
            f"{example}/{number}",
            key,
            lead=lead,
            outcome=outcome,
            at=at(f"2015-{3 + day // 30:02}-{1 + day % 28:02}T19:00"),
        )
        for number, (key, lead, outcome, day) in enumerate(
            (key, lead, outcome, day % 200) for key, lead, outcome, day in said
        )
    ]
    sent = [made[number % len(made)] for number in sending]
    reports = [
        record(LOCAL_ADMINISTRATOR, lasting_office, sent[begin : begin + size]) for begin in range(0, len(sent), size)
    ]
    once = {one.id: one for one in sent}
    assert sum(report.recorded for report in reports) == len(once)
    assert sum(report.repeated for report in reports) == len(sent) - len(once)
    with lasting_office.reading_whole() as tx:
        rows = kept_visits.visits(tx, ids=[uid(f"{example}/{number}") for number in range(len(made))])
    assert set(rows["visit"]) == set(once)
    assert rows["at"].is_monotonic_increasing
    for row in rows.to_dict("records"):
        one = once[row["visit"]]
        assert (row["key"], row["lead"], row["outcome"], row["at"]) == (one.key, one.lead, one.outcome, one.at)
        assert row["cell"] == CELLS[str(one.key)]
        assert row["answering"] == ANSWERING[row["cell"]]
        assert row["elsewhere"] == (row["cell"] not in AT_HOME[one.lead])
    assert sum(report.flagged for report in reports) == int(rows["elsewhere"].sum())
