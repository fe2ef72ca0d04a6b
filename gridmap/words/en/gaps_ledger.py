"""Words of the gaps that the ledger shows."""

WORDS = {
    "unit.visits": "visits",
    "unit.days": "days",
    "unvisited": "no visit that counts yet: {duties}",
    "unvisited_over": "no visit that counts, and the time for it is over: {duties}",
    "duty_overdue": "{duty}, {period}: {count} of {needed} visits; it may still be made up for",
    "duty_missed": "{duty}, {period}: {count} of {needed} visits",
    "issue_overdue": "issue {number} was due {due}, {days:,.1f} days ago",
}
