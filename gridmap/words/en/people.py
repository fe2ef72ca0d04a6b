"""Words about people and rights."""

WORDS = {
    "refused": "the role {role} may not {act}; ask the administrator",
    "missing_columns": "{argument}: columns {missing} are missing",
    "not_unique": "the id is missing or stands twice; give each row one of its own",
    "not_allowed": "a word that the roster does not know; use one of {allowed}",
    "days": "the days have no begin, or end before they begin",
    "empty_scope": "this account has no cell on {on}; choose another day, or ask the administrator for a wider scope",
    "out_of_scope": "the role {role} may {act}, but not in cell {cell}; ask the administrator for a wider scope",
    "chain_head": "{cadre} is head of {cell} since {since}",
    "chain_chief": "a unit holds {cell}; its chief {cadre} answers since {since}",
    "chain_stand_in": "{absent}, head of {cell}, is away; {cadre} stands in since {since}",
    "chain_away": "{absent}, head of {cell}, is away and nobody stands in",
    "chain_nobody": "{cell} has no head",
    "chain_team": "the coordinating team above the office",
    "hint_no_head": "cell {cell}: it has no head; name one in the roster",
    "hint_two_heads": "cell {cell}: {measure:g} heads are in force, and the lowest number answers; end the terms of the others",
    "hint_break_between_terms": "cell {cell}: it had no head for {measure:g} days, from {valid_from} to {valid_to}; add the term that is missing",
    "hint_absent_without_stand_in": "cell {cell}: its head {cadre} is away since {valid_from} and nobody stands in; name one",
    "hint_unknown_cell": "cell {cell}: {cadre} holds a post in it, but no edition in force has such a cell; mend the code",
    "hint_ended_cell": "cell {cell}: {cadre} holds a post in it, but the grid in force has it no more; move the post",
    "hint_cadre_without_cell": "cadre {cadre}: holds no cell, and his unit none either; give him one or leave it so",
}
