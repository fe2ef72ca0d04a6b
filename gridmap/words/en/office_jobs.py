"""Words about jobs: what takes longer than a request."""

WORDS = {
    "days_many": "{argument}: plan {most} days at once at the most",
    "job_account": "whoever asked for this may do nothing here any more; nothing was done",
    "job_cancelled": "cancelled; nothing was done",
    "job_file": "{argument} is missing; send the file that this is about",
    "job_file_name": "{argument} has a name that no file can have; use 1 to {longest} signs and an ending such as .xlsx",
    "job_killed": "its worker fell silent, perhaps when the machine was turned off; what it did is all there or not at"
    " all: look, and ask again if it is not",
    "job_no_file": "job {job} gives no file back, or gave one that was kept for {hours} hours",
    "job_stopped": "the worker stops; another one begins anew",
    "job_unforeseen": "something failed that should not have; nothing half done is kept. Tell the administrator the"
    " number of the job",
    "route_no_file": "there is no file {name} of a plan; there are {allowed}",
    "jobs_many": "{most} of your jobs are not finished; wait for them, or cancel some",
    "job_grid_files": "{argument}: a grid comes as one file or as one of each level; leave out {argument}, or {levels}",
    "job_columns": "a column for all levels is named alone, or for each as LEVEL=COLUMN, the level one of {levels}",
}
