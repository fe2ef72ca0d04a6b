"""What an answer depends on besides what is asked: the marks of all that may have changed since."""

from __future__ import annotations

from collections.abc import Mapping

from gridmap.office.derived import marks_now
from gridmap.office.moment import at_once
from gridmap.office.wiring import Office
from gridmap.store.revisions import LEDGER

__all__ = ["LEDGER", "at_once", "data_marks"]


def data_marks(office: Office) -> Mapping[str, str]:
    """Return the mark of each of the subjects of `store.revisions`: another one after a change."""
    return marks_now(office)
