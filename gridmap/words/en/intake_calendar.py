"""Words about a file of working days."""

WORDS = {
    "calendar_differs": "the same day stands twice, once worked and once not; keep one of them",
}
