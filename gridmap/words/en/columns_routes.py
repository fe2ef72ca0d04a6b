"""Headers of the columns of routes."""

WORDS = {
    "route_who": "cadre",
    "route_stop": "stop",
    "route_arrive": "planned",
    "route_leave": "until",
    "route_issue": "issue",
    "route_priority": "priority",
    "route_why": "why",
    "route_left_out": "left out because",
}
