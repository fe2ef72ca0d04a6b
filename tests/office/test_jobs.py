"""Jobs: asked for once, done by any worker with the rights of the moment, told as they ended."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest

from gridmap.errors import ArgumentError, ConflictError, NotFoundError, RefusedError
from gridmap.office import job_kinds
from gridmap.office.accounts import change_account, disable, new_account
from gridmap.office.clock import real_now
from gridmap.office.job_kinds import Kind, Outcome, Run
from gridmap.office.job_words import told_error, told_faults
from gridmap.office.jobs import MOST_UNFINISHED, File, Job, ask, cancel_job, file_of_job, list_jobs, show_job
from gridmap.office.tokens import new_token, revoke_token
from gridmap.office.undoing import list_imports
from gridmap.office.wiring import Office, open_office
from gridmap.office.work import FOLDER, JOBS_KEPT, OUT_KEPT, keep_house, work, work_once
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.store import jobs
from tests.office.conftest import CLOCK, Sheet
from tests.office.signing import PASSWORD, Door

REGISTER = {"layer": "households", "on": "2015-05-01", "crs": "EPSG:4326"}
ROWS = (("户编号", "户主", "经度", "纬度"), ("H1", "张三", 114.4822, 22.5922), ("H2", "李四", "somewhere", 22.592))
CLERK = Person("clerk-1", "clerk")


@pytest.fixture
def homes(sheet: Sheet) -> File:
    """A register of two homes, one of them with a longitude that is none."""
    path = sheet("homes.xlsx", *ROWS)
    return File(path.name, path.read_bytes())


@pytest.fixture
def clerk(office: Office, door: Door) -> Person:
    new_account(LOCAL_ADMINISTRATOR, office, CLERK.account, "clerk", password=PASSWORD)
    return CLERK


def state_of(office: Office, job: Job) -> Job:
    return show_job(LOCAL_ADMINISTRATOR, office, job.uuid)


def test_an_import_is_done_by_a_worker_and_gives_its_fault_sheet_to_whoever_brought_it(
    office: Office, clerk: Person, homes: File
) -> None:
    asked = ask(clerk, office, "import", REGISTER, given=homes)
    assert (asked.state, asked.done, asked.result) == ("queued", 0, None)
    done = work_once(office)
    assert done is not None
    assert (done.uuid, done.state, done.error) == (asked.uuid, "done", None)
    assert done.result is not None
    assert done.result["counts"]["added"] == 1
    assert done.result["fault_count"] == len(done.result["faults"]) == 1
    assert file_of_job(clerk, office, done.uuid).name == "homes.faults.xlsx"
    with pytest.raises(NotFoundError):
        file_of_job(LOCAL_ADMINISTRATOR, office, done.uuid)
    assert list_imports(LOCAL_ADMINISTRATOR, office)["account"].tolist() == [clerk.account]
    assert work_once(office) is None


def test_what_a_job_keeps_says_nothing_personal(office: Office, sheet: Sheet) -> None:
    path = sheet("homes.xlsx", ("户编号", "户主", "电话", "经度", "纬度"), ("H1", "张三", "NEVER-SAID" * 20, 1, 2))
    ask(LOCAL_ADMINISTRATOR, office, "import", REGISTER, given=File(path.name, path.read_bytes()))
    done = work_once(office)
    assert done is not None
    assert done.result is not None
    assert done.result["faults"]
    assert "NEVER-SAID" not in repr(done)
    assert "张三" not in repr(done)
    assert all("NEVER-SAID" not in fault.reason("zh") for fault in told_faults(done.result["faults"]))


def test_the_same_key_stands_for_one_job(office: Office, homes: File) -> None:
    first = ask(LOCAL_ADMINISTRATOR, office, "import", REGISTER, given=homes, key="k")
    assert ask(LOCAL_ADMINISTRATOR, office, "import", REGISTER, given=homes, key="k") == first
    other = File(homes.name, homes.content + b" ")
    with pytest.raises(ArgumentError, match="Idempotency-Key"):
        ask(LOCAL_ADMINISTRATOR, office, "import", REGISTER, given=other, key="k")
    assert ask(LOCAL_ADMINISTRATOR, office, "import", REGISTER, given=homes, key="l").uuid != first.uuid
    assert len(list_jobs(LOCAL_ADMINISTRATOR, office)) == 2


def test_jobs_of_others_are_not_there(office: Office, clerk: Person, homes: File) -> None:
    mine = ask(LOCAL_ADMINISTRATOR, office, "import", REGISTER, given=homes)
    yours = ask(clerk, office, "import", REGISTER, given=homes)
    assert list_jobs(clerk, office)["uuid"].tolist() == [yours.uuid]
    assert list_jobs(LOCAL_ADMINISTRATOR, office)["uuid"].tolist() == [yours.uuid, mine.uuid]
    for errand in (show_job, cancel_job, file_of_job):
        with pytest.raises(NotFoundError):
            errand(clerk, office, mine.uuid)


def test_a_job_is_done_with_the_rights_of_the_moment(office: Office, clerk: Person, homes: File) -> None:
    ask(clerk, office, "import", REGISTER, given=homes)
    change_account(LOCAL_ADMINISTRATOR, office, clerk.account, role="reader")
    done = work_once(office)
    assert done is not None
    assert done.error is not None
    assert (done.state, done.error["code"]) == ("failed", "people.refused")
    assert list_imports(LOCAL_ADMINISTRATOR, office).empty


def test_nothing_is_done_for_an_account_that_is_shut(office: Office, clerk: Person, homes: File) -> None:
    ask(clerk, office, "import", REGISTER, given=homes)
    disable(LOCAL_ADMINISTRATOR, office, clerk.account)
    done = work_once(office)
    assert done is not None
    assert done.error is not None
    assert done.error["code"] == "office.job_account"


def test_a_token_acts_until_it_is_revoked(office: Office, homes: File) -> None:
    made = new_token(LOCAL_ADMINISTRATOR, office, label="script", role="clerk")
    script = Person(f"token:{made.id}", "clerk")
    ask(script, office, "import", REGISTER, given=homes)
    ask(script, office, "import", REGISTER, given=homes)
    first = work_once(office)
    revoke_token(LOCAL_ADMINISTRATOR, office, made.id)
    second = work_once(office)
    assert [one and one.state for one in (first, second)] == ["done", "failed"]


@pytest.mark.parametrize(
    ("role", "kind"),
    [("reader", "import"), ("clerk", "roster"), ("leader", "grid"), ("clerk", "categories"), ("auditor", "plan")],
)
def test_who_may_not_do_it_may_not_ask(office: Office, homes: File, role: str, kind: str) -> None:
    scope = None if role != "clerk" else frozenset({"440307010001"})
    with pytest.raises(RefusedError):
        ask(Person("one", role, scope), office, kind, {}, given=homes)  # type: ignore[arg-type]
    assert list_jobs(LOCAL_ADMINISTRATOR, office).empty


def test_one_has_so_many_jobs_unfinished_at_the_most(office: Office, homes: File) -> None:
    for _ in range(MOST_UNFINISHED):
        ask(LOCAL_ADMINISTRATOR, office, "import", REGISTER, given=homes)
    with pytest.raises(ConflictError):
        ask(LOCAL_ADMINISTRATOR, office, "import", REGISTER, given=homes)


@pytest.mark.parametrize("name", ["", "..", ".xlsx", "homes", "a\x00.xlsx", "x" * 130 + ".xlsx", "folder/"])
def test_a_name_that_no_file_can_have_is_refused(office: Office, name: str) -> None:
    with pytest.raises(ArgumentError):
        ask(LOCAL_ADMINISTRATOR, office, "import", REGISTER, given=File(name, b""))


def test_a_file_lies_where_the_worker_puts_it_whatever_its_name_says(office: Office, homes: File) -> None:
    asked = ask(LOCAL_ADMINISTRATOR, office, "import", REGISTER, given=File("..\\../etc/homes.xlsx", homes.content))
    assert asked.asked["file"]["name"] == "homes.xlsx"
    done = work_once(office)
    assert done is not None
    assert done.state == "done"
    assert list((office.home / FOLDER).iterdir()) == []


def test_a_job_that_fails_says_why_in_each_language(office: Office) -> None:
    ask(LOCAL_ADMINISTRATOR, office, "import", REGISTER, given=File("homes.xlsx", b"no workbook"))
    done = work_once(office)
    assert done is not None
    assert done.error is not None
    assert done.state == "failed"
    told = {lang: told_error(done.error, lang).sentence for lang in ("zh", "en")}
    assert told["zh"] != told["en"]
    assert str(office.home) not in str(told)


def test_a_queued_job_that_is_cancelled_is_never_done(office: Office, homes: File) -> None:
    asked = ask(LOCAL_ADMINISTRATOR, office, "import", REGISTER, given=homes)
    assert cancel_job(LOCAL_ADMINISTRATOR, office, asked.uuid).state == "cancelled"
    assert work_once(office) is None
    assert cancel_job(LOCAL_ADMINISTRATOR, office, asked.uuid).state == "cancelled"


class Slow:
    """A kind of job that goes on until it is told to stop."""

    def __init__(self) -> None:
        self.begun, self.runs = threading.Event(), 0

    def __call__(self, run: Run) -> Outcome:
        self.runs += 1
        self.begun.set()
        for step in range(3000):
            run.progress(step, 3000)
            threading.Event().wait(0.01)
        return Outcome({})


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    made = Slow()
    kind = Kind("read", made, with_file=False)
    monkeypatch.setattr("gridmap.office.jobs.KINDS", {**job_kinds.KINDS, "slow": kind})
    monkeypatch.setattr("gridmap.office.work.KINDS", {**job_kinds.KINDS, "slow": kind})
    return made


def test_a_running_job_hears_that_it_is_cancelled_and_tells_how_far_it_is(office: Office, slow: Slow) -> None:
    asked = ask(LOCAL_ADMINISTRATOR, office, "slow", {})
    worker = threading.Thread(target=work_once, args=(office,), kwargs={"beat": 0.02})
    worker.start()
    assert slow.begun.wait(10)
    while state_of(office, asked).done == 0:
        pass
    assert cancel_job(LOCAL_ADMINISTRATOR, office, asked.uuid).state == "running"
    worker.join(10)
    ended = state_of(office, asked)
    assert (ended.state, ended.total) == ("cancelled", 3000)


def test_a_worker_that_stops_leaves_its_job_to_the_next(office: Office, slow: Slow) -> None:
    asked = ask(LOCAL_ADMINISTRATOR, office, "slow", {})
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(office, stop))
    worker.start()
    assert slow.begun.wait(10)
    stop.set()
    worker.join(10)
    left = state_of(office, asked)
    assert (left.state, left.started_at, left.done) == ("queued", None, 0)


def test_a_job_whose_worker_fell_silent_has_failed_and_is_not_done_again(office: Office, slow: Slow) -> None:
    asked = ask(LOCAL_ADMINISTRATOR, office, "slow", {})
    now = real_now()
    with office.writing_whole() as tx:
        assert jobs.take_job(tx, holder="dead", now=now, until=now) is not None
    left = office.home / FOLDER / asked.uuid
    left.mkdir(parents=True)
    assert work_once(office) is None
    ended = state_of(office, asked)
    assert ended.error is not None
    assert (ended.state, ended.error["code"], slow.runs) == ("failed", "office.job_killed", 0)
    assert not left.exists()


def test_a_worker_taken_for_dead_that_lives_is_believed(office: Office, homes: File) -> None:
    asked = ask(LOCAL_ADMINISTRATOR, office, "import", REGISTER, given=homes)
    now = real_now()
    with office.writing_whole() as tx:
        jobs.take_job(tx, holder="slow", now=now, until=now)
        assert jobs.fail_lapsed(tx, now=now, error={"code": "office.job_killed"}) == [asked.uuid]
        assert not jobs.end_job(tx, asked.uuid, holder="other", at=now, end=jobs.End("done"))
        assert jobs.end_job(tx, asked.uuid, holder="slow", at=now, end=jobs.End("done", result={}))
    assert (state_of(office, asked).state, state_of(office, asked).error) == ("done", None)


def test_each_job_is_done_once_whoever_looks(office: Office, slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridmap.office.work.KINDS", {"slow": Kind("read", lambda _: Outcome({}), with_file=False)})
    asked = [ask(LOCAL_ADMINISTRATOR, office, "slow", {}).uuid for _ in range(6)]
    done: list[str] = []

    def look() -> None:
        with open_office(office.home, clock=CLOCK) as mine:
            while (job := work_once(mine)) is not None or len(done) < len(asked):
                if job is not None:
                    done.append(job.uuid)

    workers = [threading.Thread(target=look) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(30)
    assert sorted(done) == sorted(asked)


def test_what_failed_unforeseen_is_told_without_its_values(
    office: Office, slow: Slow, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(run: Run) -> Outcome:
        raise ZeroDivisionError("NEVER-SAID")

    monkeypatch.setattr("gridmap.office.work.KINDS", {"slow": Kind("read", breaks, with_file=False)})
    ask(LOCAL_ADMINISTRATOR, office, "slow", {})
    done = work_once(office)
    assert done is not None
    assert done.error is not None
    assert (done.state, done.error["code"]) == ("failed", "office.job_unforeseen")
    assert "NEVER-SAID" not in caplog.text + repr(done)


def test_files_go_after_a_day_and_jobs_after_a_month(
    office: Office, clerk: Person, homes: File, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = ask(clerk, office, "import", REGISTER, given=homes)
    work_once(office)
    (office.home / FOLDER / "left-behind").mkdir()
    keep_house(office)
    assert file_of_job(clerk, office, asked.uuid).content
    assert list((office.home / FOLDER).iterdir()) == []
    later = real_now()
    for passed, files, listed in ((OUT_KEPT, 0, 1), (JOBS_KEPT, 0, 0)):
        monkeypatch.setattr("gridmap.office.work.real_now", lambda by=passed: later + by + dt.timedelta(minutes=1))
        keep_house(office)
        with office.reading_whole() as tx:
            assert (jobs.file_of_job(tx, asked.uuid, "out") is not None) is bool(files)
        assert len(list_jobs(clerk, office)) == listed


def test_who_is_for_a_part_brings_what_lies_in_it(office: Office, door: Door, homes: File) -> None:
    here = frozenset({"440307010002"})  # the homes lie in the other big cell
    new_account(LOCAL_ADMINISTRATOR, office, CLERK.account, "clerk", password=PASSWORD, scope=here)
    scoped = Person(CLERK.account, "clerk", here)
    asked = ask(scoped, office, "import", REGISTER, given=homes)
    work_once(office)
    ended = show_job(scoped, office, asked.uuid)
    assert ended.error is not None
    assert (ended.state, ended.error["code"]) == ("failed", "store.out_of_scope")
    assert list_imports(LOCAL_ADMINISTRATOR, office).empty
    assert cancel_job(scoped, office, asked.uuid).state == "failed"
