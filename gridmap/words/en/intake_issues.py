"""Sentences about registers of issues."""

WORDS = {
    "issue_words": "the words of {field} cannot be said otherwise; those of {allowed} can",
    "issue_word": "{value} is no {field}; use one of {allowed}",
    "issue_future": "{value} is after {now}, the present instant; nothing can be recorded before it happens",
    "issue_closed_early": "{value} is before the issue was reported",
    "issue_no_result": "an issue that is closed needs a result; fill in {column}, or say what an empty one means",
    "issue_holder": "{value} is nobody, or several people, on the roster; write the number",
    "issue_unknown": "{value} is no issue that is kept here; leave {column} empty in the row of a new one",
    "issue_edited": "{value}: an issue is never changed in a workbook; take the step: gridmap issues {step} {number}",
    "issue_fixed": "{value}: this never changes once an issue is reported; note what is wrong: gridmap issues note",
}
