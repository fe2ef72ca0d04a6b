"""What is sent at random, by every description of an endpoint, is answered as the description says, and never fails.

`GRIDMAP_EXAMPLES` says how many requests each endpoint gets of each role and way; many are for torture.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.python import asgi
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.main import service
from gridmap.office.accounts import new_account
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.office.conftest import CLOCK
from tests.office.lived import found
from tests.office.signing import PASSWORD, CountingHash
from tests.office.visited import SMALL, uid

EXAMPLES = int(os.environ.get("GRIDMAP_EXAMPLES", "2"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
BASE = "https://office.test"
# What there is in the village, by the name of a parameter: else nearly all that is asked for would not exist.
THERE = {
    "code": SMALL,
    "edition": 1,
    "layer": "households",
    "key": "H1",
    "issue": "2015-00001",
    "photo": 1,
    "visit": uid("a"),
    "programme": "下沙专项",
    "year": 2015,
    "what": "cell",
    "collectionId": "households",
    "featureId": "H1",
    "collections": "cells,gaps",
    "z": 14,
    "x": 13401,
    "y": 7128,
}


@pytest.fixture
def village_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    """A village after its year, that takes any number of requests; passwords cost nothing."""
    monkeypatch.setattr("gridmap.office.hashing.PASSWORDS", CountingHash())
    found(tmp_path / "home", tmp_path)
    app = service(tmp_path / "home", clock=CLOCK)
    office = app.state.office
    office.settings = replace(office.settings, requests_a_minute=0, requests_a_minute_address=0)
    with TestClient(app, base_url=BASE):
        yield app


@pytest.mark.parametrize(
    ("role", "scope", "cadre"),
    [("administrator", None, None), ("cadre", [SMALL], "7"), ("reader", None, None)],
)
def test_nothing_fails_and_nothing_is_answered_that_is_not_declared(
    village_served: FastAPI, role: str, scope: list[str] | None, cadre: str | None
) -> None:
    office = village_served.state.office
    new_account(LOCAL_ADMINISTRATOR, office, "somebody", role, password=PASSWORD, scope=scope, cadre=cadre)
    schema = schemathesis.openapi.from_asgi("/openapi.json", village_served)
    # Somebody has signed in: no cookie or token is made up.
    schema.config.generation.update(with_security_parameters=False)
    faults: list[str] = []
    answers: Counter[int] = Counter()
    with asgi.get_client(village_served) as client:
        for found_ in schema.get_all_operations():
            faults += _asked(found_.ok(), client, answers)
    assert not faults, "\n\n".join([f"{len(faults)} faults of {sum(answers.values())} requests", *faults])
    # So that it is not blind: what is there was found, and what cannot be was refused.
    assert answers[200] > len(answers) * EXAMPLES, answers
    assert answers[422] > EXAMPLES, answers
    assert answers[401] < answers[200], answers


def _asked(operation: APIOperation, client: requests.Session, answers: Counter[int]) -> list[str]:
    """Ask one endpoint at random, of what is there and of anything; return what was wrong."""
    known = {name: THERE[name] for name in _parameters(operation) if name in THERE}
    ways = [(GenerationMode.POSITIVE, {}), (GenerationMode.NEGATIVE, {})]
    if known:
        ways.append((GenerationMode.POSITIVE, known))
    faults = []
    for mode, there in ways:
        try:
            _run(operation, client, mode, there, answers)
        except Unsatisfiable:
            # Of an endpoint without parameters nothing can be wrong.
            continue
        except Exception as error:  # noqa: BLE001  each is told
            faults.append(f"{operation.label} {mode} {there}: {type(error).__name__} {error}"[:3000])
    return faults


def _run(
    operation: APIOperation,
    client: requests.Session,
    mode: GenerationMode,
    there: dict[str, object],
    answers: Counter[int],
) -> None:
    upon = there and any(one.name == "If-Match" for one in operation.iter_parameters())
    headers = {"If-Match": "*"} if upon else None

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode, path_parameters=there or None, headers=headers))
    def ask(case: Case) -> None:
        if operation.label == "DELETE /session":
            client.cookies.clear()
        elif not client.cookies:
            begun = client.post(f"{BASE}/session", json={"name": "somebody", "password": PASSWORD})
            assert begun.status_code == 200, begun.text
        answer = case.call(BASE, client, headers={"Origin": BASE})
        answers[int(answer.status_code)] += 1
        case.validate_response(answer, checks=CHECKS, headers={"Origin": BASE})

    ask()


def _parameters(operation: APIOperation) -> set[str]:
    return {part[1:-1].removesuffix(":path") for part in operation.path.split("/") if part.startswith("{")}
