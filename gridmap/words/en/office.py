"""Words of the errands."""

WORDS = {
    "empty_name": "name: empty; give the office a name",
    "unknown_zone": "zone {zone}: unknown; use a name of the time-zone database such as Asia/Shanghai",
    "join_column": "join column {column}: not a public field of the layer; use one of {allowed}",
    "no_edition": "no grid is in force on {on}; run: gridmap grid import",
    "layer_gone": "layer {layer}: rows of it are kept, but its file is gone from layers/; bring it back",
    "reveal_reason": "reveal: a reason is needed; it is kept in the audit (--reason)",
    "erase_reason": "erase: a reason is needed; it is kept in the audit (--reason)",
    "demo_name": "Harbour Town (made up)",
    "not_a_demo": "home {home}: another office is kept there; name an empty folder with --home",
    "map_title": "{office}: {count} gaps",
    "map_source": "gridmap, grid edition {edition}, imports up to number {batch}",
    "map_covered": "features in cells with a head of their own",
    "map_todo": "{count} gaps to close",
    "map_hidden": "its place tells a home: see it in the list",
    "picture": "file {file}, view {view}: a picture ends in {allowed} and shows {views}",
    "export_format": "file {file}: the ending {suffix} is no export format; use one of {allowed}",
    "unknown_tier": "file {file}: load_limit names {tiers}, which is no tier; use one of {allowed}",
}
