"""Pages as served can be read and used by everybody: contrast as drawn, keys alone, names of controls, heads."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.office.signing import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DAY = "on=2015-12-31"
PAGES = [
    "/?view=gaps&lang=zh",
    "/?view=gaps&cell=440307010001&lang=en",
    "/?view=coverage&lang=en",
    "/?view=issues&lang=zh",
    "/?view=routes&lang=en",
    "/?cell=nowhere&lang=zh",
]
MAPS = ["/maps/gaps?lang=zh", "/maps/coverage?lang=en", "/maps/issues?lang=zh"]
# Of every text as it is drawn: its colour against what lies under it, the first ground that is not seen through.
FAINT = """() => {
    const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const linear = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
    const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    const ground = (el) => {
        const colour = el ? parts(getComputedStyle(el).backgroundColor) : [255, 255, 255];
        return colour.length < 4 || colour[3] === 1 ? colour : ground(el.parentElement);
    };
    const ratio = (el) => {
        const pair = [light(parts(getComputedStyle(el).color)), light(ground(el))];
        return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    };
    const read = (el) => [...el.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    return [...document.body.querySelectorAll(":not(svg, svg *, script, style)")]
        .filter((el) => read(el) && el.checkVisibility() && ratio(el) < 4.5)
        .map((el) => `${ratio(el)} ${el.outerHTML.slice(0, 90)}`);
}"""
NAMELESS = """() => {
    const labelled = (el) => (el.labels && el.labels.length) || el.ariaLabel;
    const named = (el) => labelled(el) || el.textContent.trim() || el.querySelector("title");
    return [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a[href]")]
        .filter((el) => !named(el)).map((el) => el.outerHTML.slice(0, 120));
}"""
HEADS = "() => [...document.querySelectorAll('h1, h2, h3, h4')].map((el) => Number(el.tagName[1]))"
REACHED = """() => { const el = document.activeElement; const look = getComputedStyle(el);
    return [el.tagName, el.getAttribute("href") || el.id || el.textContent.trim(),
        look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2]; }"""
LINKS = "() => [...document.querySelectorAll('a[href]')].map((el) => el.getAttribute('href'))"


@pytest.fixture
def seen(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{address}/?lang=zh")
    page.fill("#name", "leader")
    page.fill("#password", PASSWORD)
    page.click("main button")
    yield page
    context.close()


def headed(levels: list[int]) -> bool:
    return levels[:1] == [1] and levels.count(1) == 1 and all(b <= a + 1 for a, b in pairwise(levels))


@pytest.mark.parametrize("path", [*PAGES, *MAPS])
def test_what_is_drawn_can_be_read_and_has_a_name(seen: Page, address: str, path: str) -> None:
    seen.goto(f"{address}{path}&{DAY}")
    if path in MAPS:
        seen.locator("path.cell").first.wait_for(state="attached")
    assert seen.evaluate(FAINT) == []
    assert seen.evaluate(NAMELESS) == []
    assert headed(seen.evaluate(HEADS)), seen.evaluate(HEADS)
    assert seen.evaluate("document.documentElement.lang") == ("zh-CN" if "lang=zh" in path else "en")


def test_the_way_in_can_be_read_too(chromium: Browser, address: str) -> None:
    page = chromium.new_page()
    page.goto(f"{address}/?lang=zh")
    page.fill("#name", "leader")
    page.fill("#password", "not the one")
    page.click("main button")
    assert page.locator("[role=alert]").count() == 1
    assert page.evaluate(FAINT) == []
    assert page.evaluate(NAMELESS) == []
    assert headed(page.evaluate(HEADS))
    page.evaluate("document.querySelector('label').style.color = '#909090'")
    assert len(page.evaluate(FAINT)) == 1, "faint text is found"
    page.close()


@pytest.mark.parametrize("path", PAGES)
def test_keys_alone_reach_every_link_and_one_sees_where_one_is(seen: Page, address: str, path: str) -> None:
    seen.goto(f"{address}{path}&{DAY}")
    links, reached = set(seen.evaluate(LINKS)), set()
    for _ in range(200):
        seen.keyboard.press("Tab")
        tag, named, shown = seen.evaluate(REACHED)
        if tag == "BODY":
            break
        assert shown, named
        reached.add(named)
    assert links <= reached
    assert {"view", "on", "cell"} <= reached or "nowhere" in path


def test_the_keys_open_the_card_of_what_lies_in_the_middle_of_a_map(seen: Page, address: str) -> None:
    seen.goto(f"{address}/maps/coverage?lang=en&{DAY}")
    seen.locator("path.cell").first.wait_for(state="attached")
    seen.locator("#gridmap").focus()
    seen.keyboard.press("Enter")
    assert seen.locator(".leaflet-popup .card").count() == 1


def test_paper_has_the_finding_the_day_and_the_source_and_no_controls(seen: Page, address: str) -> None:
    seen.goto(f"{address}/?view=gaps&lang=en&{DAY}")
    seen.emulate_media(media="print")
    for control in ("form", ".choose", "nav", ".langs", ".map-link", ".skip"):
        assert not any(one.is_visible() for one in seen.locator(control).all()), control
    assert seen.locator("h1").is_visible()
    assert "2015-12-31" in seen.locator(".when").inner_text()
    assert "Source:" in seen.locator("figcaption").inner_text()
    assert seen.evaluate("getComputedStyle(document.querySelector('svg .halo')).display") != "none"


def test_the_rows_of_a_list_stand_whole_on_a_phone(seen: Page, address: str) -> None:
    seen.set_viewport_size({"width": 390, "height": 844})
    seen.goto(f"{address}/?view=issues&lang=zh&{DAY}")
    wide = (
        "() => [...document.querySelectorAll('.stack')].every((el) => el.scrollWidth <= el.parentElement.clientWidth)"
    )
    assert seen.locator(".stack td").count() > 0
    assert seen.evaluate(wide)
