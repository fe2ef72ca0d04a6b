"""What is said in the year of the made-up Dapeng."""

WORDS = {
    "caller": "Made-up Caller {number}",
    "told": "Made up: {what}",
    "told_lamps": "Sihe: the lamps of the street are out",
    "reply": "Told how it ended",
    "reply_lamps": "The lamps are lit again",
    "note_reject": "Not for this office",
    "note_return": "For another unit",
    "note_defer": "Waits for material",
    "note_rework": "Not done yet",
    "note_reopen": "Not content when asked",
    "programme": "Xiasha programme",
    "programme_note": "Made up. That its issues are among those of the campaign is an assumption.",
}
