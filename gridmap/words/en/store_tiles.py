"""Words of the tiles that a database cuts."""

WORDS = {
    "cuts_no_tiles": "the store is a file; tiles of it are cut by gridmap itself",
}
