"""Words of the terminal about the working calendar."""

WORDS = {
    "help.calendar": "The working calendar: holidays, make-up workdays, and when something is due.",
    "help.calendar_import": "Bring the year's notice, or another country's table, in: a day a row and whether it is worked.\n\n"
    "Example: gridmap calendar import notice-2027.xlsx",
    "help.calendar_show": "Print the holidays and make-up workdays of a year.\n\nExample: gridmap calendar show 2015",
    "help.calendar_due": "Say when something is due by one of the four clocks.\n\n"
    "Example: gridmap calendar due work_days 5 --from 2015-09-30T17:55+08:00",
    "calendar.year": "The year (default: the office's this year).",
    "calendar.clock": "urgent_hours, work_hours, work_days or natural_days.",
    "calendar.length": "How long, in the clock's own unit.",
    "calendar.start": "From this instant on, such as 2015-09-30T17:55+08:00 (default: now).",
    "calendar.head": "{file}: {rows} rows",
    "calendar.kept": "Kept. Deadlines that are set already stay as they are.",
    "calendar.hours": "{year}, office hours {hours}",
    "calendar.column.day": "day",
    "calendar.column.weekday": "weekday",
    "calendar.column.kind": "worked",
    "calendar.column.source": "source",
    "calendar.working": "working day",
    "calendar.off": "off",
    "calendar.stated": "own notice",
    "calendar.weekday.1": "Monday",
    "calendar.weekday.2": "Tuesday",
    "calendar.weekday.3": "Wednesday",
    "calendar.weekday.4": "Thursday",
    "calendar.weekday.5": "Friday",
    "calendar.weekday.6": "Saturday",
    "calendar.weekday.7": "Sunday",
    "calendar.due": "{length} {clock} from {start}: due {due}",
}
