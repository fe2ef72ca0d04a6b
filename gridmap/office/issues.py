"""The errands about issues, by the one name under which other rooms call them."""

from __future__ import annotations

from gridmap.office.acting import act, act_in
from gridmap.office.default_categories import keep_default_categories
from gridmap.office.issue_cards import Card, erase_issue, show
from gridmap.office.issue_lists import EVERYTHING, Wanted, kinds_on, list_issues, listed_on
from gridmap.office.pairing import list_duplicates, list_jobs
from gridmap.office.proposing import Proposal, proposed
from gridmap.office.reporting import Report, report, report_in

__all__ = [
    "EVERYTHING",
    "Card",
    "Proposal",
    "Report",
    "Wanted",
    "act",
    "act_in",
    "erase_issue",
    "keep_default_categories",
    "kinds_on",
    "list_duplicates",
    "list_issues",
    "list_jobs",
    "listed_on",
    "proposed",
    "report",
    "report_in",
    "show",
]
