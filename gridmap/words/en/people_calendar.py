"""Words about the working calendar and the clocks of deadlines."""

WORDS = {
    "calendar_year": "year {year} has {days} entries; it has {allowed} days",
    "calendar_empty": "no year: give the working days of one year at least",
    "calendar_hours": "office hours {hours}: each span begins when the one before has ended, and the last one ends before the first begins again",
    "calendar_days": "{argument}: give local days, such as 2015-10-01",
    "calendar_missing": "the working calendar knows nothing of {year} (it knows {known}); bring the year's notice in: gridmap calendar import FILE",
    "clock_unknown": "{clock} is no clock; use one of {allowed}",
    "clock_length": "the length of {clock} is not allowed; give a positive number, in days a whole one",
    "clock_naive": "{argument}: give instants with their offset from UTC",
    "clock_resumed": "{argument}: an issue resumes when it has paused, not before",
    "clock.urgent_hours": "urgent hours",
    "clock.work_hours": "working hours",
    "clock.work_days": "working days",
    "clock.natural_days": "natural days",
}
