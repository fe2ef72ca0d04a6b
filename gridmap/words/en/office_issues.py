"""Words of the errands about issues."""

WORDS = {
    "unknown_category": "category {category}: none of this name is in force on {on}; use one of {allowed}",
    "acts_for_himself": "the role {role} acts for its own cadre alone; name nobody else, and give the account its cadre",
    "in_the_future": "at {at}: later than now ({now}); enter what has happened",
    "not_a_uuid": "id {value}: no UUID; make one for each report",
    "unknown_state": "state {states}: there is none; use one of {allowed}",
    "no_such_words": "{fields}: no words of an issue; choose from {allowed}",
    "tick_running": "tick: another run is at it; it is over in some minutes at the latest",
    "programme_name": "name: empty; give the programme a name",
}
