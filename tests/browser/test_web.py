"""The office's page and its maps in Chromium, as served: nothing is refused, nothing runs on the page itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.office.signing import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NARROW = 360


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_one_signs_in_looks_at_each_view_and_signs_out(chromium: Browser, address: str, scripts: bool) -> None:
    context = chromium.new_context(viewport={"width": NARROW, "height": 740}, java_script_enabled=scripts)
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{address}/?lang=zh")
    page.fill("#name", "leader")
    page.fill("#password", PASSWORD)
    page.click("main button")
    for view in ("gaps", "coverage", "issues", "routes"):
        page.goto(f"{address}/?lang=zh&view={view}&on=2015-12-31")
        assert page.locator("h1").inner_text()
        assert view == "routes" or page.locator("figure > svg path").count() > 1
        if scripts:
            assert page.evaluate("document.documentElement.scrollWidth") == NARROW
    assert complaints == []
    page.click("header button")  # here the browser says that it forgets what it kept
    assert page.locator("#password").count() == 1
    context.close()


def test_the_maps_draw_under_their_policy_and_complain_of_nothing(chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    page.fill("#name", "leader")
    page.fill("#password", PASSWORD)
    page.click("main button")
    for view in ("gaps", "coverage", "issues"):
        page.goto(f"{address}/maps/{view}?on=2015-12-31")
        page.locator("path.cell").first.wait_for(state="attached")
        assert page.evaluate("window.origin") == "null"
    assert complaints == []
    context.close()
