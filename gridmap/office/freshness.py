"""What an answer depends on besides what is asked: the marks of all that may have changed since."""

from __future__ import annotations

from gridmap.office.wiring import Office
from gridmap.store.revisions import marks


def data_marks(office: Office) -> dict[str, str]:
    """Return the mark of each subject (grid, registers, roster, rules, ledger, plans): another one after a change."""
    with office.reading_whole() as tx:
        return marks(tx)
