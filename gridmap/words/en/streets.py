"""Words of the streets: lighting."""

WORDS = {
    "radius": "{argument}: {given} is no distance ({count} roads); give metres above 0, for all roads or a Series that has one for each",
    "shortest": "{argument}: {given} is no length ({count} roads); give metres, 0 or more, for all roads or a Series that has one for each",
    "working": "{argument}: give one truth value for each of the {count} lamps",
    "unknown_lamp": "lamp {lamp}: it is none of the lamps given",
}
