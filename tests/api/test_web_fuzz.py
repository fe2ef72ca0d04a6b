"""The office's own page, which no description lists, under anything that is sent to its addresses and forms."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import As
from tests.office.signing import CountingHash
from tests.office.visited import BIG, FAR, SMALL

ORIGIN = {"Origin": "https://office.test"}
SECRETS = ("张三", "李四", "王五", "赵六", "陈婆", "王母路", "葵涌路")
# What is in no cell of BIG: by these one would know it.
ELSEWHERE = (FAR, "440307010002", "H3", "玩具厂")
FUZZ = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))

# Anything; and what the page's own forms send, right or nearly.
ANY = st.text(max_size=80) | st.sampled_from(
    [
        "",
        "\0",
        "' OR 1=1 --",
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7*7 }}",
        "../../etc/passwd",
    ]
)
SENT = {
    "view": st.sampled_from(["gaps", "coverage", "issues", "routes"]),
    "on": st.dates().map(str) | st.sampled_from(["2015-12-31", "2015-05-20", "0000-00-00", "9999-12-31", "2015-W01"]),
    "level": st.sampled_from(["big", "middle", "small"]),
    "cell": st.sampled_from([BIG, SMALL, FAR, "440307010002", "1"]),
    "kind": st.sampled_from(["unvisited", "dark_road", "overdue_issue"]),
    "state": st.sampled_from(["open", "all", "closed", "filed"]),
    "category": st.sampled_from(["streetlight", "water", "road"]),
    "overdue": st.sampled_from(["1", "0", "yes"]),
    "page": st.integers(-2, 10**6).map(str) | st.just("1"),
    "lang": st.sampled_from(["zh", "en"]),
}
PAIRS = st.one_of(
    *(st.tuples(st.just(name), values) for name, values in SENT.items()),
    *(st.tuples(st.just(name), ANY) for name in SENT),
    st.tuples(ANY, ANY),
)
QUERIES = st.lists(PAIRS, max_size=7).map(urlencode) | st.binary(max_size=40).map(
    lambda raw: "".join(f"%{byte:02x}" for byte in raw)
)
FORMS = st.lists(st.tuples(st.sampled_from(["name", "password", "other"]), ANY), max_size=4).map(urlencode)
BODIES = FORMS.map(str.encode) | st.binary(max_size=200)
KINDS = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/json",
        "",
    ]
)
POSTS = st.sampled_from(["/sign-in", "/sign-out"])
# What another site sends, or whoever hides where he comes from.
STRANGERS = st.sampled_from([None, "null", "https://elsewhere.test", "https://office.test.elsewhere.test", "file://"])


@pytest.fixture
def page(lived: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    """The service of the lived village, which takes any number of requests; passwords cost nothing."""
    monkeypatch.setattr("gridmap.office.hashing.PASSWORDS", CountingHash())
    office = lived.state.office
    kept, office.settings = office.settings, replace(office.settings, requests_a_minute=0, requests_a_minute_address=0)
    yield lived
    office.settings = kept


def looked_at(client: TestClient, query: str) -> str:
    """What the page answers, that holds of every answer: it is a page, whole, and nothing in it runs."""
    answer = client.get(f"/?{query}")
    assert answer.status_code < 500, (query, answer.text)
    assert answer.status_code in {200, 401, 403, 404, 422}, (query, answer.status_code)
    text: str = answer.text
    if answer.headers["content-type"].startswith("text/html"):
        assert text.rstrip().endswith("</html>")
        assert "<script" not in text
        assert "<img src=x" not in text
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    return text


def told(text: str, query: str, signs: tuple[str, ...]) -> list[str]:
    """The signs that a page tells, but for those that were in the question."""
    return [sign for sign in signs if sign in html.unescape(text) and sign not in query]


@given(query=QUERIES)
@FUZZ
def test_whatever_is_asked_of_the_page_nothing_fails_and_nobody_is_named(page: FastAPI, reads: As, query: str) -> None:
    assert told(looked_at(reads("reader"), query), query, SECRETS) == []


@given(query=QUERIES)
@FUZZ
def test_whatever_is_asked_in_a_part_nothing_of_another_is_told(page: FastAPI, reads: As, query: str) -> None:
    assert told(looked_at(reads("planner", BIG), query), query, (*SECRETS, *ELSEWHERE)) == []


@given(query=QUERIES)
@FUZZ
def test_whatever_is_asked_by_nobody_there_is_the_form_and_nothing_else(page: FastAPI, query: str) -> None:
    text = looked_at(TestClient(page, base_url="https://office.test"), query)
    assert told(text, query, (*SECRETS, *ELSEWHERE, BIG, SMALL, "L1", "E1")) == []


@given(path=POSTS, body=BODIES, kind=KINDS, origin=STRANGERS, query=QUERIES)
@FUZZ
def test_no_form_of_another_site_or_of_none_does_anything(
    *, page: FastAPI, path: str, body: bytes, kind: str, origin: str | None, query: str
) -> None:
    headers = {"Content-Type": kind} | ({} if origin is None else {"Origin": origin})
    client = TestClient(page, base_url="https://office.test", follow_redirects=False)
    answer = client.post(f"{path}?{query}", content=body, headers=headers)
    # A body that cannot be read is refused before it is looked at who sent it.
    assert answer.status_code in {400, 403, 422}, (answer.status_code, answer.text)
    assert "set-cookie" not in answer.headers


@given(path=POSTS, body=BODIES, kind=KINDS, query=QUERIES)
@FUZZ
def test_whatever_stands_in_a_form_nothing_fails_and_nobody_gets_in(
    page: FastAPI, path: str, body: bytes, kind: str, query: str
) -> None:
    client = TestClient(page, base_url="https://office.test", follow_redirects=False)
    answer = client.post(f"{path}?{query}", content=body, headers={"Content-Type": kind, **ORIGIN})
    assert answer.status_code in {303, 400, 401, 403, 422, 429}, (answer.status_code, answer.text)
    assert "<script" not in answer.text
    inside = client.get("/", params={"on": "2015-12-31"})
    assert told(inside.text, "", (*SECRETS, *ELSEWHERE, BIG)) == []


def test_the_fuzz_is_not_blind(page: FastAPI, reads: As) -> None:
    """What it looks for is on the page of those for whom it is."""
    whole = looked_at(reads("reader"), urlencode({"on": "2015-12-31", "lang": "zh"}))
    assert told(whole, "", (BIG, "440307010002")) == [BIG, "440307010002"]
    things = looked_at(reads("reader"), urlencode({"on": "2015-12-31", "view": "issues", "state": "all"}))
    assert told(things, "", (FAR,)) == [FAR]
