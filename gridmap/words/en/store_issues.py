"""Words of the store about issues."""

WORDS = {
    "unknown_issue": "issue {issue}: there is none of this number. See: gridmap issues list",
    "programme_exists": "programme {programme}: there is one of this name already. Choose another name, or add issues to it",
    "unknown_programme": "programme {programme}: there is none of this name. See: gridmap programmes list",
    "issues_stand_on": "import {batch}: {issues} issues stand for features that only this import keeps; it cannot be undone",
}
