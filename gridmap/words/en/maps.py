"""Words of maps and map files."""

WORDS = {
    "not_a_frame": "{argument}: {given} is not a GeoDataFrame; give one",
    "missing_crs": "{argument}: states no coordinate system; state it (set_crs), it is asked for and never guessed",
    "mixed_shapes": "{argument}: holds {kinds}; one table of a GeoPackage holds points, lines or areas alone",
    "column_type": "{argument}: column {column} mixes values of {kinds}; give it one type",
    "not_stated": "not stated",
    "style_name": "gridmap",
    "cells_big": "big cells",
    "cells_middle": "middle cells",
    "cells_small": "small cells",
}
