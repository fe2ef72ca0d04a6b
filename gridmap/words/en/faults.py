"""Words about faults as such."""

WORDS = {
    "many": "{count} faults",
    "rest": "and {count} more",
    "row": "row {row}",
}
