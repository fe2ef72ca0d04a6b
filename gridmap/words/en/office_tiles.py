"""Words of the errand about vector tiles."""

WORDS = {
    "no_tile": "there is no such tile: zooms go from 0 to {last}, columns and rows from 0 to 2 to the power of the zoom, less 1",
    "many_collections": "a tile holds {most} collections at the most; ask for the others as tiles of their own",
}
