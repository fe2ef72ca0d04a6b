"""Words of the store about visits."""

WORDS = {
    "undo_visits": "batch {batch} stays: {visits} visits and {stops} stops of printed sheets stand on the rows that it added",
    "unknown_sheet": "sheet {sheet}: none of this number was printed (gridmap visits sheets)",
}
