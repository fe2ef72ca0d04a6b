"""Words of maps of routes."""

WORDS = {
    "page.cell": "cell",
    "page.routes": "routes",
    "page.left_out": "left out",
    "page.no_place": "no place",
    "page.none_left": "nothing was left out",
    "page.part": "Calls at homes and at other protected places are not shown, nor is the way to them.",
    "page.priority": "priority",
    "page.route_line": "stops: {n} · {metres} km · {from} to {to}",
    "page.start": "start:",
    "page.times": "{from} to {to}",
    "page.with": "{who} with {name}",
    "routes_title": "{office}: {stops} stops on {routes} routes, {left} left out",
    "routes_title_one": "{office}: {who}, {stops} stops in {kilometres} km",
    "routes_title_part": "{office}: {stops} stops of {routes} routes; homes are not shown",
    "routes_legend": "Routes: {count}",
    "routes_line": "{who}: {stops} stops, {kilometres} km, {begin} to {back}",
    "routes_start": "start",
    "routes_left": "{letter}  {why}: {count}",
    "routes_nowhere": "left out and without a place: {count}",
    "routes_part": "Calls at homes and protected places are not shown",
}
