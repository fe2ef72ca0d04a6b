"""WHO: the acting person, roster, assignments, calendar and rights. Pure."""
