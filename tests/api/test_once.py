"""A post with a key is done once, however often it comes; an edit is made upon the state that was seen."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.testclient import TestClient
from pydantic import BaseModel

from api.access.asking import Asked
from api.access.fresh import Fresh
from api.access.matching import Seen, mark_state
from api.access.once import Once
from gridmap.errors import ConflictError
from gridmap.office import repeats
from gridmap.office.erasing import expire
from gridmap.office.matching import refuse_changed
from gridmap.office.ticking import tick
from gridmap.office.tokens import new_token
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.api.conftest import As
from tests.office.signing import Watch


class Said(BaseModel):
    word: str


@dataclass
class Board:
    """What was posted, and one line that can be edited."""

    words: list[str] = field(default_factory=list)
    line: str = "first"


@pytest.fixture
def board(app: FastAPI, office: Office) -> Board:
    """A board on which everybody posts, with one line that everybody edits."""
    board = Board()
    router = APIRouter(route_class=Once)

    @router.post("/words", status_code=201)
    def post(asked: Asked, said: Said, response: Response) -> dict[str, int]:
        if said.word == "refuse":
            raise ConflictError("store.account_exists", name="refuse")
        new_token(LOCAL_ADMINISTRATOR, asked.office, label=said.word, role="reader")
        board.words.append(said.word)
        response.headers["Location"] = f"/words/{len(board.words)}"
        return {"number": len(board.words)}

    @router.get("/line", dependencies=[Fresh("grid")])
    def line(request: Request) -> str:
        mark_state(request, board.line)
        return board.line

    @router.put("/line")
    def edit(request: Request, asked: Asked, said: Said, seen: Seen) -> str:
        with asked.office.writing(asked.person):
            refuse_changed(seen, board.line)
            board.line = said.word
        mark_state(request, board.line)
        return board.line

    app.include_router(router)
    return board


def post(client: TestClient, word: str, key: str | None = "k1") -> Response:
    return client.post("/words", json={"word": word}, headers={} if key is None else {"Idempotency-Key": key})


def test_the_same_key_gets_the_same_answer_and_is_done_once(board: Board, as_role: As) -> None:
    clerk = as_role("clerk")
    first, again = post(clerk, "lamp"), post(clerk, "lamp")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json() == {"number": 1}
    assert again.headers["Location"] == first.headers["Location"]
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    assert board.words == ["lamp"]


def test_without_a_key_each_post_is_one_of_its_own(board: Board, as_role: As) -> None:
    clerk = as_role("clerk")
    assert [post(clerk, "lamp", None).json()["number"] for _ in range(2)] == [1, 2]


def test_a_key_stands_for_one_thing_of_one_account(board: Board, as_role: As) -> None:
    clerk = as_role("clerk")
    post(clerk, "lamp")
    other = post(clerk, "road")
    assert (other.status_code, other.json()["code"]) == (422, "office.key_of_other")
    assert post(as_role("clerk"), "road").status_code == 201
    assert post(clerk, "road", "k\x7f").json()["code"] == "office.key_form"
    assert board.words == ["lamp", "road"]


def test_what_came_to_nothing_may_come_again(board: Board, as_role: As) -> None:
    clerk = as_role("clerk")
    for _ in range(2):
        assert post(clerk, "refuse").json()["code"] == "store.account_exists"
    assert clerk.post("/words", json={}, headers={"Idempotency-Key": "k1"}).status_code == 422
    assert post(clerk, "lamp").status_code == 201


def test_nobody_takes_no_place(board: Board, nobody: TestClient) -> None:
    assert post(nobody, "lamp").status_code == 401


def test_fifty_at_once_are_one(board: Board, as_role: As) -> None:
    clerk = as_role("clerk")
    with ThreadPoolExecutor(50) as many:
        answers = list(many.map(lambda _: post(clerk, "lamp"), range(50)))
    assert board.words == ["lamp"]
    told = Counter(one.status_code for one in answers)
    assert set(told) <= {201, 409}
    assert all(one.headers["Retry-After"] == "1" for one in answers if one.status_code == 409)
    assert sum("Idempotency-Replayed" not in one.headers for one in answers if one.status_code == 201) == 1


class TestKept:
    @pytest.fixture
    def watch(self, monkeypatch: pytest.MonkeyPatch) -> Watch:
        watch = Watch()
        monkeypatch.setattr(repeats, "real_now", watch)
        return watch

    def begin(self, office: Office, asked: bytes = b"lamp") -> repeats.Begun | repeats.Repeat:
        return repeats.begin(LOCAL_ADMINISTRATOR, office, "k1", asked)

    def test_an_answer_is_kept_for_a_day(self, office: Office, watch: Watch) -> None:
        begun = self.begin(office)
        assert isinstance(begun, repeats.Begun)
        repeats.keep(office, begun, repeats.Repeat(201, "[]"))
        watch.pass_by(hours=23)
        assert repeats.forget_old(office) == 0
        assert self.begin(office) == repeats.Repeat(201, "[]")
        watch.pass_by(hours=1, seconds=1)
        assert isinstance(self.begin(office, b"road"), repeats.Begun)
        watch.pass_by(days=2)
        assert repeats.forget_old(office) == 1

    def test_one_that_died_at_work_is_not_waited_for(self, office: Office, watch: Watch) -> None:
        dead = self.begin(office)
        watch.pass_by(minutes=4)
        with pytest.raises(ConflictError):
            self.begin(office)
        watch.pass_by(minutes=1)
        begun = self.begin(office)
        assert isinstance(begun, repeats.Begun)
        assert isinstance(dead, repeats.Begun)
        # Should it live after all, its answer is not that of who came after it.
        repeats.keep(office, dead, repeats.Repeat(201, "[]"))
        repeats.let_go(office, dead)
        with pytest.raises(ConflictError):
            self.begin(office)

    def test_the_clock_and_every_erasure_drop_it(self, office: Office, watch: Watch) -> None:
        def kept() -> int:
            with office.reading_whole() as tx:
                return int(tx.connection.exec_driver_sql("SELECT count(*) FROM answered").scalar_one())

        self.begin(office)
        tick(LOCAL_ADMINISTRATOR, office)
        assert kept() == 1
        watch.pass_by(hours=25)
        tick(LOCAL_ADMINISTRATOR, office)
        assert kept() == 0
        self.begin(office)
        expire(LOCAL_ADMINISTRATOR, office)
        assert kept() == 0


class TestMatching:
    def test_who_says_nothing_is_asked_what_he_saw(self, board: Board, as_role: As) -> None:
        told = as_role("clerk").put("/line", json={"word": "second"})
        assert (told.status_code, told.json()["code"]) == (428, "api.match_wanted")

    def test_an_edit_upon_the_state_that_was_seen(self, board: Board, as_role: As) -> None:
        clerk, leader = as_role("clerk"), as_role("leader")
        tag = clerk.get("/line").headers["ETag"]
        assert clerk.get("/line", headers={"If-None-Match": tag}).status_code == 304
        assert clerk.get("/line", headers={"If-None-Match": tag}).headers["ETag"] == tag
        # Others are answered otherwise, and see the same state.
        seen = leader.get("/line").headers["ETag"]
        assert seen != tag
        done = leader.put("/line", json={"word": "second"}, headers={"If-Match": seen})
        assert done.status_code == 200
        late = clerk.put("/line", json={"word": "third"}, headers={"If-Match": tag})
        assert (late.status_code, late.json()["code"]) == (412, "office.changed_since")
        assert clerk.put("/line", json={"word": "third"}, headers={"If-Match": f"W/{tag}"}).status_code == 412
        assert clerk.put("/line", json={"word": "third"}, headers={"If-Match": done.headers["ETag"]}).status_code == 200
        assert clerk.put("/line", json={"word": "fourth"}, headers={"If-Match": "*"}).status_code == 200

    def test_of_fifty_upon_one_state_one_is_made(self, board: Board, as_role: As) -> None:
        clerk = as_role("clerk")
        tag = clerk.get("/line").headers["ETag"]

        def edit(number: int) -> int:
            return clerk.put("/line", json={"word": f"line {number}"}, headers={"If-Match": tag}).status_code

        with ThreadPoolExecutor(50) as many:
            assert Counter(many.map(edit, range(50))) == {200: 1, 412: 49}
