"""Sentences about registers of issues that come in."""

WORDS = {
    "no_categories": "no category of issues is in force; run: gridmap categories import",
    "issue_cell": "{value} is no cell of the grid in force when it was reported; give its code, coordinates, or leave it empty",
    "issue_differs": "{value} is kept, and the file tells one of its steps otherwise; what happened is never rewritten: take a step (gridmap issues)",
    "issue_moved_on": "{value} is kept and was worked on here since; its next steps are taken here (gridmap issues)",
}
