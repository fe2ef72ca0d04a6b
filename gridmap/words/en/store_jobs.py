"""Words about jobs as kept."""

WORDS = {"unknown_job": "there is no job {job}; GET /jobs lists yours"}
