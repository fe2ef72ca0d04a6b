"""What `gridmap work` says."""

WORDS = {
    "help.work": "Do the jobs that were asked for over HTTP, until told to stop.",
    "work.once": "do the jobs that wait, and end",
    "work.begun": "Jobs are done as they come; stop it with Ctrl+C.",
    "work.did": "{job} ({kind}): {state} {why}",
    "work.none": "No job waits.",
    "work.queued": "waits",
    "work.running": "runs",
    "work.done": "done",
    "work.failed": "failed",
    "work.cancelled": "cancelled",
}
