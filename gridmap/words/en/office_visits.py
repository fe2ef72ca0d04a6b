"""Words of the errands about visits."""

WORDS = {
    "visit_differs": "{count} visits are kept already with another content ({visits}): correct an entry by a new visit that names it",
    "visit_unknown": "no visit {value} is kept; name the entry that this one corrects",
    "visit_replaced": "visit {value} was corrected already; correct the entry that replaced it",
    "visit_no_issue": "no issue {value} is kept; name the closed issue by its UUID",
    "visit_not_own": "a leader or cadre enters and corrects only visits in which he took part; ask a clerk",
}
