"""Words of vector tiles."""

WORDS = {
    "tile_zoom": "{argument}: {given} is no zoom; it goes from 0 to {last}",
    "tile_place": "{argument}: {given} is no tile; columns and rows of this zoom go from 0 to {last}",
    "tile_size": "{argument}: {given} is out of range; give {least} to {most} units",
    "tile_columns": "{argument}: more than one column is named {columns}; give each its own name",
    "tile_value": "{argument}: column {column} holds a value of kind {kind}; a tile holds text, numbers of 64 bits, flags, days and instants",
    "tile_text": "{argument}: column {column} holds text that is no Unicode (half a surrogate pair); correct it",
}
