"""Words of the command that puts out routes."""

WORDS = {
    "help.route_out": "Put out routes of a plan: a sheet for paper, a map page, a picture, a workbook, GPX, GeoJSON (what several share shows no home)",
    "route.of_plan": "The number of the plan.",
    "route.of_cadres": "Number of a cadre whose route goes out; may be given again. Default: all of the plan.",
    "route.of_day": "The day, where the plan has several (default: all).",
    "route.sheet": "HTML file for the evening sheet of one cadre, to be printed on A4.",
    "route.map": "HTML file for the map page, which needs no network.",
    "route.picture": "PNG or SVG file for the picture.",
    "route.xlsx": "Workbook of the stops.",
    "route.gpx": "GPX file for a phone: the way of one cadre and his stops by number.",
    "route.geojson": "GeoJSON file of routes and stops.",
    "route.no_output": "say what to put out",
    "route.drawing": "Drawing",
    "route.out": "{path}: routes {routes}, stops {stops}, left out {left}",
    "route.sheet_made": "Sheet {number}: enter it with `gridmap visits quick {number}`.",
}
