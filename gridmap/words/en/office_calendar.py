"""Words of errands on the working calendar."""

WORDS = {
    "calendar_no_table": 'holidays = "table" (settings.toml), but no table has come in; run: gridmap calendar import FILE',
}
