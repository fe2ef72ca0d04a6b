"""Chromium without a network: pages are opened from a file, every request and every complaint is noted."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn

from api.main import service
from gridmap.office.accounts import new_account
from gridmap.people.person import LOCAL_ADMINISTRATOR
from tests.office.conftest import CLOCK
from tests.office.lived import found
from tests.office.signing import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REQUIRED = "GRIDMAP_REQUIRE_CHROMIUM"
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK, PHONE = (1440, 900), (390, 844)


@dataclass
class Opened:
    """A page in the browser, what it asked for beside itself, what it complained of, and what it popped up."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def show(self, view: str) -> None:
        self.page.evaluate("view => gridmapPage.show(view)", view)

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()

    def count(self, selector: str) -> int:
        return self.page.locator(selector).count()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        reason = "no chromium on this machine: sudo apt-get install chromium"
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(SWITCHES))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    contexts = []

    def open_it(content: bytes, size: tuple[int, int] = DESK) -> Opened:
        file = tmp_path / "page.html"
        file.write_bytes(content)
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, offline=True)
        contexts.append(context)
        opened = Opened(context.new_page())
        context.route("**/*", lambda route: route.continue_() if route.request.url == file.as_uri() else route.abort())
        page = opened.page
        page.on("request", lambda request: opened.requests.append(request.url))
        page.on("console", lambda message: opened.complaints.append(message.text))
        page.on("pageerror", lambda error: opened.complaints.append(str(error)))

        def dismiss(dialog) -> None:
            opened.dialogs.append(dialog.message)
            dialog.dismiss()

        page.on("dialog", dismiss)
        page.goto(file.as_uri())
        page.wait_for_function("document.documentElement.dataset.ready")
        opened.requests = [url for url in opened.requests if url != file.as_uri() and not url.startswith("data:")]
        return opened

    yield open_it
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the village's office is served on this machine."""
    folder: Path = tmp_path_factory.mktemp("served")
    found(folder / "home", folder)
    app = service(folder / "home", clock=CLOCK)
    new_account(LOCAL_ADMINISTRATOR, app.state.office, "leader", "leader", password=PASSWORD)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
