"""Jobs: how far they are, how they ended, what they gave back."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel

from api.access.asking import Asked, Asking
from api.errors import FaultBody, declared, fault_body
from api.paging import Page, Paged
from gridmap.office import jobs
from gridmap.office.job_words import told_error, told_faults
from gridmap.office.jobs import Job

ROUTER = APIRouter(tags=["jobs"], responses=declared())

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", min_length=1, max_length=255, description="the same key stands for one job"),
]


class JobError(BaseModel):
    """Why a job failed."""

    error: str
    code: str
    sentence: str
    faults: list[FaultBody] = []


class JobBody(BaseModel):
    """A job: `done` of `total` steps; at its end `result` or `error`, and perhaps a `file` for a day."""

    uuid: UUID
    kind: str
    account: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    done: int
    total: int
    created_at: dt.datetime
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    result: dict[str, Any] | None
    error: JobError | None
    file: str | None


def told(asked: Asking, job: Job) -> JobBody:
    """Return a job as it is sent, in the language of who asks."""
    result = None if job.result is None else dict(job.result)
    if result is not None and "faults" in result:
        result["faults"] = [fault_body(one, asked.lang).model_dump() for one in told_faults(result["faults"])]
    error = None
    if job.error is not None:
        why = told_error(job.error, asked.lang)
        faults = [fault_body(one, asked.lang) for one in why.faults]
        error = JobError(error=why.error, code=why.code, sentence=why.sentence, faults=faults)
    mine = job.out is not None and job.account == asked.person.account
    return JobBody(
        uuid=UUID(job.uuid),
        kind=job.kind,
        account=job.account,
        state=job.state,  # type: ignore[arg-type]  # those of the store
        done=job.done,
        total=job.total,
        created_at=job.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
        result=result,
        error=error,
        file=f"/jobs/{job.uuid}/file" if mine else None,
    )


def accepted(asked: Asking, response: Response, job: Job) -> JobBody:
    """Return a job that was asked for, and say where to look for its end."""
    response.headers["Location"] = f"/jobs/{job.uuid}"
    return told(asked, job)


def attachment(content: bytes, name: str, media: str) -> Response:
    """Return bytes that a browser keeps as a file and does not show."""
    named = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=media, headers={"Content-Disposition": named})


@ROUTER.get("/jobs")
def list_jobs(asked: Asked, paged: Paged) -> Page:
    """List the jobs that one has asked for; for administrators all."""
    return paged.of(jobs.list_jobs(asked.person, asked.office), key="uuid")


@ROUTER.get("/jobs/{uuid}", responses=declared(404))
def job(asked: Asked, uuid: UUID) -> JobBody:
    """Show a job that one has asked for; for administrators any."""
    return told(asked, jobs.show_job(asked.person, asked.office, str(uuid)))


@ROUTER.delete("/jobs/{uuid}", responses=declared(404))
def cancel_job(asked: Asked, uuid: UUID) -> JobBody:
    """Cancel a job: one that waits at once, one that runs where it looks next, with nothing done."""
    return told(asked, jobs.cancel_job(asked.person, asked.office, str(uuid)))


@ROUTER.get(
    "/jobs/{uuid}/file",
    response_class=Response,
    responses={**declared(404), 200: {"description": "the file", "content": {XLSX: {}}}},
)
def job_file(asked: Asked, uuid: UUID) -> Response:
    """Give the file that a job gave back, such as a fault sheet, to whoever asked for the job and nobody else."""
    found = jobs.file_of_job(asked.person, asked.office, str(uuid))
    return attachment(found.content, found.name, XLSX)
