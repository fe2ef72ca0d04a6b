"""Words of the errands that take steps upon what was seen."""

WORDS = {"event_differs": "event {event} is kept already as something else; make a new UUID for each step"}
