"""Words of reports and workbooks."""

WORDS = {
    "rows": "rows",
    "yes": "yes",
    "no": "no",
    "note": "note",
    "note_day": "as of the day",
    "note_rows": "rows",
    "note_unplaced": "of these without a place",
    "missing_crs": "{argument}: states no coordinate system; state it (set_crs), it is asked for and never guessed",
    "text_too_long": "row {row}, column {column}: {length} characters; a cell of a workbook holds {allowed}",
}
