"""Words of what the office shows on its own page."""

WORDS = {
    "no_view": "there is no map {view}; use one of {allowed}",
    "front_gaps": "{n} gaps, in {cells} of {of} cells; most in {most}: {top}",
    "front_gaps_none": "No gap in {of} cells; in no cell: {n}",
    "front_coverage": "{n} / {of} things ({share} %) lie in cells with a head of their own; cells below half: {cells}",
    "front_issues": "{n} open issues, {late} overdue; most in {most}: {top}",
    "front_issues_none": "No open issue",
    "front_late": "overdue: {n}",
    "front_route": "{who}: {begin} to {back}, {kilometres} km",
}
