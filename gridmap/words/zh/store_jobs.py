"""Words about jobs as kept."""

WORDS = {"unknown_job": "没有作业 {job}；GET /jobs 列出您的作业"}
