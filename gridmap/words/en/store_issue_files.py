"""Sentences of the store about issues that a file brought."""

WORDS = {
    "undo_issues": "import {batch}: it brought {issues} issues, and the ledger is never rewritten; reject what is wrong",
}
