"""Words of what the office shows on its own page."""

WORDS = {
    "no_view": "there is no map {view}; use one of {allowed}",
}
