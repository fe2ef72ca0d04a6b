"""One line a request, and nothing in it that tells of a person."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.logs import Lines, configuration
from tests.api.conftest import As


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
    assert (line["route"], line["method"], line["status"]) == ("/who", "GET", 200)
    assert line["request"] == answer.headers["X-Request-Id"]
    assert line.keys() == {"at", "level", "logger", "event", "request", "method", "route", "status", "milliseconds"}
    assert not [secret for secret in ("440307010001", "testclient", "token", "gmt_") if secret in str(line)]


def test_a_path_is_told_by_its_template(as_role: As, lines: io.StringIO) -> None:
    as_role("reader").get("/accounts/w040")
    as_role("reader").get("/nowhere/w040")
    assert [line["route"] for line in read(lines, "gridmap.service")] == ["/accounts/{name}", "none"]


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


def test_the_configuration_holds_and_uvicorns_own_lines_of_requests_are_off() -> None:
    given = configuration()
    logging.config.DictConfigurator(given)
    assert given["loggers"]["uvicorn.access"]["propagate"] is False
