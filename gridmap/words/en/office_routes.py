"""Words of the errands about routes."""

WORDS = {
    "no_roads": "there are no roads on {on}: import them as the layer `roads`, routes go along them",
    "no_plan": "there is no plan for {on}; make one with `gridmap route`",
    "no_route": "plan {plan}: {cadre} has no route in it on {on}; these have one: {allowed}",
    "days_backwards": "{argument}: {until} lies before {on}",
    "nobody_repairs": "{argument}: say who repairs, by number",
    "no_position": "{argument}: {given} are not stops of the route; name each once, from 1 to {count}",
    "unknown_tiers": "there is no tier {tiers}; use one of {allowed}",
    "no_street_in": "no street of {on} has its middle in cell {cell}",
    "cadres_away": "{cadres}: away from {on} to {until}; name those who are there",
}
