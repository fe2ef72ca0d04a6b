"""Words about a file of working days."""

WORDS = {
    "calendar_differs": "同一天出现两次，一次上班一次放假；请保留一行",
}
