"""Sentences about days with a time, as registers write them."""

WORDS = {
    "not_instant": "{value} is no day and time; write 2015-03-12 08:30, with an offset if it is not the office's own time",
    "no_such_time": "{value}: the clocks of {zone} leave that hour out; write the time with its offset",
}
