"""Words of visiting sheets."""

WORDS = {
    "visit_title": "Visiting sheet {number}: cell {cell}, {on}",
    "visit_keys": "m met · a absent · r refused · l locked · v moved · n not eligible; enter it with: gridmap visits quick",
    "visit_stop": "stop",
    "visit_layer": "layer",
    "visit_key": "key",
    "visit_name": "name",
    "visit_address": "where",
    "visit_outcome": "outcome",
    "visit_time": "time",
    "visit_note": "note",
}
