"""Words of visits."""

WORDS = {
    "visit_id": "{value} is no UUID; write it in lower case, as 0f8fad5b-d9cb-469f-a165-70867728950e",
    "visit_itself": "a visit cannot correct itself; give the correction an id of its own",
    "visit_naive": "the instant has no offset; write it as 2015-12-31T18:30+08:00",
    "visit_future": "this lies after {now}: a visit is entered once it has happened",
    "visit_nobody": "{value} is no cadre of the roster",
    "visit_companions": "a companion is named twice, or leads the visit; name each once",
    "visit_word": "{value} is not allowed; use one of {allowed}",
    "visit_place": "a visit is at a feature (layer and key) or at a cell: name one of them",
    "visit_answer": "{value} is no field of a form; write duty/field",
    "outcome.met": "met",
    "outcome.absent": "absent",
    "outcome.refused": "refused",
    "outcome.locked": "locked, empty",
    "outcome.moved": "moved away",
    "outcome.not_eligible": "not eligible",
    "mode.home": "at home",
    "mode.appointment": "by appointment",
    "mode.phone": "by telephone",
    "mode.meeting": "meeting",
    "mode.inspection": "inspection",
}
