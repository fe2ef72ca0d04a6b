"""The village's office behind its service, and clients that are somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.main import service
from gridmap.office.tokens import new_token
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.office.conftest import CLOCK, empty_office, office, sheet, village

__all__ = ["empty_office", "office", "sheet", "village"]

As = Callable[..., TestClient]


@pytest.fixture
def app(office: Office, tmp_path: Path) -> FastAPI:
    """The service of the village."""
    return service(office.home, clock=CLOCK)


@pytest.fixture
def nobody(app: FastAPI) -> Iterator[TestClient]:
    """A client that has not signed in."""
    with TestClient(app, base_url="https://office.test") as client:
        yield client


@pytest.fixture
def as_role(app: FastAPI, office: Office, nobody: TestClient) -> As:
    """Makes a client with a token of a role, for the whole office or for cells."""

    def made(role: str, *cells: str) -> TestClient:
        token = new_token(LOCAL_ADMINISTRATOR, office, label="test", role=role, scope=cells or None).token
        return TestClient(app, base_url="https://office.test", headers={"Authorization": f"Bearer {token}"})

    return made
