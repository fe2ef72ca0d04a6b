"""Headers of the columns of visits."""

WORDS = {
    "visit": "visit",
    "at": "visited at",
    "recorded_at": "recorded at",
    "lead": "visitor",
    "lead_name": "visitor's name",
    "companions": "companions",
    "layer": "layer",
    "mode": "mode",
    "outcome": "outcome",
    "corrects": "corrects visit",
    "looks_back": "looks back on issue",
    "sheet": "sheet",
    "answering": "answering cadre",
    "elsewhere": "by others",
    "late": "late entry",
    "note": "note",
    "answers": "answers",
}
