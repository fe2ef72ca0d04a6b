"""Words of what the office shows on its own page."""

WORDS = {
    "no_view": "there is no map {view}; use one of {allowed}",
    "front_gaps": "Gaps: {n}, in {cells} of {of} cells; most in {most}: {top}",
    "front_gaps_one": "Gaps in {most}: {n}",
    "front_gaps_none": "No gap in any cell; outside of all cells: {n}",
    "front_coverage": "{n} / {of} things ({share} %) lie in cells with a head of their own; cells below half: {cells}",
    "front_issues": "Open issues: {n}, overdue: {late}; most in {most}: {top}",
    "front_issues_one": "Open issues in {most}: {n}, overdue: {late}",
    "front_issues_none": "No open issue",
    "front_late": "overdue: {n}",
    "front_route": "{who}: {begin} to {back}, {kilometres} km",
}
