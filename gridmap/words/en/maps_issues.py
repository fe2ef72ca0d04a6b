"""Words of maps of issues."""

WORDS = {
    "page.issues": "issues",
    "issues_in": "issues, {state}",
    "issues_legend": "Open issues: {count}",
    "issues_title": "Open issues: {count}; overdue: {overdue}; small cells with one or more: {cells}",
    "issues_title_none": "No open issue",
    "issues_nowhere": "of these in no cell of this map: {count}",
    "issue_number": "number",
    "issue_category": "category",
    "issue_due": "due",
    "issue_time_left": "time left",
    "time_left_overdue": "overdue",
    "time_left_soon": "due within a week",
    "time_left_later": "due later",
    "time_left_none": "deferred, or without a deadline",
}
