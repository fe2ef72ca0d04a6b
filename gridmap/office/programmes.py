"""Errands: programmes (专项), each a named set of issues of which only totals are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from gridmap.errors import ArgumentError, NotFoundError
from gridmap.ledger.issues import NOT_COUNTED, NOT_OPEN, QUANTITIES
from gridmap.office.auditing import note
from gridmap.office.issue_lists import Wanted, listed_on
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless, refuse_unless_everywhere
from gridmap.people.person import Person
from gridmap.store import issues, programmes


def begin_programme(person: Person, office: Office, name: str, *, text: str = "") -> None:
    """Begin a programme; `text` says what it is about. Raises ConflictError if there is one of this name."""
    refuse_unless_everywhere(person, "rule")
    if not name.strip():
        raise ArgumentError("office.programme_name")
    with office.writing(person) as tx:
        programmes.begin(tx, name.strip(), note=text.strip() or None)
        note(tx, person, action="rule", subject=f"programme {name.strip()}", detail={})


def put_in_programme(person: Person, office: Office, name: str, numbers: Sequence[str]) -> int:
    """Put issues, by number or UUID, into a programme; return how many were not in it yet.

    Raises NotFoundError for a programme or an issue that there is not.
    """
    refuse_unless(person, "act")
    with office.writing(person) as tx:
        found = issues.find(tx, numbers)
        seen = set(listed_on(tx, person, office, wanted=Wanted(numbers=numbers))["issue"])
        for number in numbers:
            if found.get(number) not in seen:
                raise NotFoundError("store.unknown_issue", issue=number)
        count = programmes.put(tx, name, list(seen))
        note(tx, person, action="act", subject=f"programme {name}", detail={"added": count})
    return count


def list_programmes(
    person: Person, office: Office, *, on: dt.date | None = None, as_of: dt.datetime | None = None
) -> pd.DataFrame:
    """Return the totals of each programme by the end of a day (null: today), by name.

    Columns: programme, note, filed (without rejected and duplicate), closed, open, closed_share (NaN without any), and
    the quantities of the closed ones. Only issues that exist for `person` are counted; none of them is named.
    """
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        kept = programmes.programmes(tx)
        of = {name: programmes.issues_of(tx, name) for name in kept["programme"]}
        rows = listed_on(tx, person, office, on=on, as_of=as_of).set_index("issue")
    return pd.DataFrame(
        [
            {"programme": name, "note": text, **_totals(rows[rows.index.isin(of[name])])}
            for name, text in zip(kept["programme"], kept["note"], strict=True)
        ],
        columns=["programme", "note", "filed", "closed", "open", "closed_share", *QUANTITIES],
    )


def _totals(rows: pd.DataFrame) -> dict[str, float]:
    closed = rows[rows["state"] == "closed"]
    filed = int((~rows["state"].isin(NOT_COUNTED)).sum())
    return {
        "filed": filed,
        "closed": len(closed),
        "open": int((~rows["state"].isin(NOT_OPEN)).sum()),
        "closed_share": len(closed) / filed if filed else float("nan"),
        **{name: sum(float(one.get(name, 0)) for one in closed["quantities"]) for name in QUANTITIES},
    }
