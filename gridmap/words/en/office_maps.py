"""Words of maps as an office draws them."""

WORDS = {
    "map_duties": "duties met",
}
