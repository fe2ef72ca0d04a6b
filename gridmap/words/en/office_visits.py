"""Words of the errands about visits."""

WORDS = {
    "visits_differ": "{count} visits are kept already with another content ({visits}): correct an entry by a new visit that names it",
    "visit_unknown": "no visit {value} is kept; name the entry that this one corrects",
    "visit_replaced": "visit {value} was corrected already; correct the entry that replaced it",
    "visit_no_issue": "no issue {value} is kept that was closed when it was asked about; name it by its number or UUID",
    "visit_not_own": "a leader or cadre enters and corrects only visits in which he took part; ask a clerk",
    "visit_no_field": "{value} is no field of a form in force on {on}; use one of {allowed}",
    "visit_no_answer": "{name}: this is no answer of the form; use one of {allowed}",
    "not_revealed_visit": "{fields}: cannot be revealed of a visit; choose from {allowed}",
    "visit_differs": "visit {value} is kept already with another content; enter a correction that names it",
    "visit_who": "{said}: this is no one cadre of the roster (found: {found}); give his number",
    "sheet_empty": "cell {cell}: nothing of {layers} is to be visited there on {on}",
    "visits_sort": "{argument}: visits are sorted by one of {allowed}",
}
