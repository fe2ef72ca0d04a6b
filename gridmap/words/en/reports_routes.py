"""Words of evening sheets."""

WORDS = {
    "route_title": "Evening of {who}, {on}",
    "route_pair": "{who} with {companion}",
    "route_line": "{office} · stops: {stops} · {kilometres} km · {begin} to {back} · plan {plan}",
    "route_stop": "No.",
    "route_time": "planned",
    "route_what": "where and why",
    "route_outcome": "what came of it",
    "route_issues": "Open: {issues}",
    "route_by_issue": "An issue: enter what was done with gridmap issues.",
    "route_done": "Called at already.",
    "route_left": "Left out: {count}",
    "route_left_why": "{why}: {count}",
    "route_left_first": "the {count} worth most:",
    "route_left_points": "{points} points",
    "route_enter": "Enter it by the stop numbers: gridmap visits quick {number} --lead {cadre}",
}
