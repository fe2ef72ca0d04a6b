"""Words of the grid: cells, codes, linking, checking, repair, coordinate systems."""

WORDS = {
    "not_a_frame": "{argument}: {given} is no GeoDataFrame; give cells with code, level, parent, name and geometry",
    "not_geometries": "{argument}: {given} holds no geometries; give a GeoSeries or a GeoDataFrame",
    "missing_columns": "{argument}: no column {missing}; a grid has the columns {columns}",
    "missing_crs": "{argument}: no coordinate system is stated; set it (set_crs), it is asked for and never guessed",
    "unknown_level": "{argument}: level {given} is unknown; use one of {allowed}",
    "not_text": "{argument}: column {column} holds values that are not text; give codes as text",
    "unknown_code": "cell {code}: the grid has no such code",
    "code_lengths": "{argument}: {given}; give each level in use ({levels}) a length that grows from level to level",
    "snap": "{argument}: {given} is no distance; give metres, 0 or more",
    "wrong_geometry": "{argument}: {count} rows hold {kinds}; allowed is {allowed}",
    "local_not_in_metres": "{argument}: the local system {crs} is not in metres; give coordinates in metres",
    "unknown_crs": "{argument}: nobody knows the coordinate system {given}; give an EPSG code such as EPSG:4490, a WKT, gcj02 or bd09",
    "unplaced_crs": "{argument}: the local system {given} does not say where on earth it lies; give it as a projected system by WKT",
    "offset_target": "{argument}: nothing is kept in {given}; give a real coordinate system such as EPSG:4326",
}
