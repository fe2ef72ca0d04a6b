"""Words of the streets: lighting and travel."""

WORDS = {
    "radius": "{argument}: {given} is no distance ({count} roads); give metres above 0, for all roads or a Series that has one for each",
    "shortest": "{argument}: {given} is no length ({count} roads); give metres, 0 or more, for all roads or a Series that has one for each",
    "working": "{argument}: give one truth value for each of the {count} lamps",
    "unknown_lamp": "lamp {lamp}: it is none of the lamps given",
    "mode": "{argument}: nobody travels by {given!r}; use one of {allowed}",
    "speed": "{argument}: {given} are no speeds; give metres a second, 0 or more (0 = not allowed)",
    "by_road": "{argument}: give a Series with the index of the {count} roads",
    "oneway": "{argument}: {given} is no direction; use {allowed}, or leave it empty for both",
    "no_way": "{argument}: there is no way from place {start} to place {end}",
    "budget": "{argument}: {given:g} m are less than one street, {longest:,.0f} m; give a larger budget",
    "several_speeds": "{argument}: {given!r} goes at several speeds or has one-ways here; leave the prepared ways away",
    "no_fast_travel": "{argument}: the extra `fast-travel` is not installed; install it or leave the prepared ways away",
}
