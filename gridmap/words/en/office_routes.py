"""Words of the errands about routes."""

WORDS = {
    "no_roads": "there are no roads on {on}: import them as the layer `roads`, routes go along them",
    "no_plan": "there is no plan for {on}; make one with `gridmap route`",
    "no_route": "plan {plan}: {cadre} has no route in it; these have: {allowed}",
    "no_position": "{argument}: {given} are not stops of the route; name each once, from 1 to {count}",
    "unknown_tiers": "there is no tier {tiers}; use one of {allowed}",
}
