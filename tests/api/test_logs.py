"""One line a request, and nothing in it that tells of a person."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.logs import Lines
from gridmap.office.wiring import Office
from tests.api.conftest import As

RUN = "from gridmap.cli.main import run; run()"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged while a test runs."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    level, ours = root.level, logging.getLogger("gridmap").level
    root.addHandler(handler)
    logging.getLogger("gridmap").setLevel(logging.INFO)
    yield out
    root.removeHandler(handler)
    root.setLevel(level)
    logging.getLogger("gridmap").setLevel(ours)


def read(lines: io.StringIO, logger: str) -> list[dict[str, object]]:
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    return [one for one in told if one["logger"] == logger]


def test_a_request_is_one_line_without_query_address_or_person(as_role: As, lines: io.StringIO) -> None:
    answer = as_role("reader").get("/who", params={"cell": "440307010001", "lang": "en"})
    (line,) = read(lines, "gridmap.service")
    assert (line["endpoint"], line["method"], line["status"]) == ("/who", "GET", 200)
    assert line["request"] == answer.headers["X-Request-Id"]
    assert line.keys() == {"at", "level", "logger", "event", "request", "method", "endpoint", "status", "milliseconds"}
    assert not [secret for secret in ("440307010001", "testclient", "token", "gmt_") if secret in str(line)]


def test_a_path_is_told_by_its_template(as_role: As, lines: io.StringIO) -> None:
    as_role("reader").get("/accounts/w040")
    as_role("reader").get("/nowhere/w040")
    assert [line["endpoint"] for line in read(lines, "gridmap.service")] == ["/accounts/{name}", "none"]


def test_what_was_not_foreseen_is_told_without_its_message(app: FastAPI, lines: io.StringIO) -> None:
    @app.get("/falls")
    def falls() -> None:
        raise ValueError("张三 13800000000")

    told = TestClient(app, raise_server_exceptions=False).get("/falls")
    assert (told.status_code, told.json()["code"]) == (500, "api.unforeseen")
    assert "13800000000" not in lines.getvalue() + told.text
    (line,) = [one for one in read(lines, "gridmap.service") if one["level"] == "error"]
    assert (line["error"], line["request"]) == ("ValueError", told.json()["request"])
    assert "test_logs.py" in str(line["where"])


def test_of_other_libraries_the_template_alone_is_told() -> None:
    record = logging.LogRecord("other", logging.WARNING, "", 0, "no %s here", ("13800000000",), None)
    assert json.loads(Lines().format(record))["event"] == "no %s here"


@pytest.fixture
def served(office: Office) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The village's service in a process of its own, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["serve", "--port", str(port), "--home", str(office.home)]
    process = subprocess.Popen([sys.executable, "-c", RUN, *words], stderr=subprocess.PIPE, text=True)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                httpx2.get(f"{address}/health")
                break
            except httpx2.ConnectError:
                time.sleep(0.2)
        yield address, process
    finally:
        process.kill()
        process.communicate()


def test_as_it_is_served_it_logs_lines_takes_no_endless_head_and_believes_no_neighbour(
    served: tuple[str, subprocess.Popen[str]],
) -> None:
    address, process = served
    assert httpx2.get(f"{address}/who", params={"cell": "x" * 20_000}).status_code == 401
    with contextlib.suppress(httpx2.ReadError, httpx2.WriteError):  # answered and shut before all was sent
        assert httpx2.get(f"{address}/who", headers={"X-Long": "x" * 200_000}).status_code == 400
    # From another machine's name without TLS no password is taken, whatever somebody beside us forwards.
    told = httpx2.post(
        f"{address}/session",
        json={"name": "w040", "password": "somebody's own"},
        headers={"Host": "office.test", "X-Forwarded-Proto": "https"},
    )
    assert (told.status_code, told.json()["code"]) == (403, "api.no_tls")
    process.terminate()
    _, logged = process.communicate(timeout=60)
    told_lines = [json.loads(line) for line in logged.splitlines() if line.startswith("{")]
    assert [line["endpoint"] for line in told_lines if line["event"] == "request"].count("/session") == 1
    assert "somebody" not in logged
    assert "xxxx" not in logged
    assert "127.0.0.1:" not in "".join(map(str, told_lines))
