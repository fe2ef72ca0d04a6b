"""Words of the store."""

WORDS = {
    "naive_instant": "instant {value}: give it with a time zone",
    "not_a_day": "day {value}: give a plain date, not an instant",
}
