"""A village in whose store one text that stands nowhere else is planted in each personal and sensitive column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl

from gridmap.layer import Layer
from gridmap.office import duty_rules, photos
from gridmap.office.accounts import bind_identity, new_account
from gridmap.office.acting import act
from gridmap.office.importing import Source, Terms, import_register
from gridmap.office.reporting import report
from gridmap.office.rostering import import_roster
from gridmap.office.route_plans import Asked
from gridmap.office.visiting import record
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.store.plans import keep_plan
from tests.api.dotted import picture
from tests.office.evenings import route, stop
from tests.office.lived import on_clock, steps, told
from tests.office.signing import PASSWORD
from tests.office.visited import FOUNDED, SMALL, at, book, middle_of, uid, visit

CANARY = "canary"
# A number that is nobody's: of people in a sensitive place, and of seconds in a window.
PEOPLE, SECONDS = 1733, (68_461, 75_539)
PLAN_DAY = "2015-12-31"

# Where each column of the store gets its text. What is kept as a digest alone gets none: the digest is looked for.
PLANTED: Mapping[str, str] = {
    "private.value": "the fields of the layers",
    "visit_private.value": "a note",
    "visit.outcome": "one of six words: looked at in the rows",
    "issue_private.value": "words, name, telephone, reply, note",
    "cadre_private.value": "a telephone",
    "exemption.reason": "why a house is exempt from a duty",
    "plan_stop.windows": "when its people want to be called at",
    "plan_stop.reasons": "a code, a duty and a day: told to those who plan, and looked at in the rows",
    "account.identity": "the subject at the identity provider",
    "answered.body": "the answer to a post with a key",
}
DIGESTS = {
    "account.password_hash",
    "answered.key_hash",
    "answered.request_hash",
    "attempt.account_hash",
    "attempt.address_hash",
    "session.token_hash",
    "token.hash",
}


def canaries(layer: Layer) -> dict[str, str]:
    """The texts that are planted in the private fields of a layer."""
    return {
        one.name: f"{CANARY}-{layer.name}-{one.name}"
        for one in layer.fields
        if one.mark != "public" and one.type == "text"
    }


def key_of(layer: Layer) -> str:
    """The key of the thing in a layer that has them."""
    return f"K-{layer.name}"


def plant(office: Office, folder: Path) -> str:
    """Plant them all in a village after its year; return the number of the plan."""
    me = LOCAL_ADMINISTRATOR
    for layer in office.layers.values():
        if layer.geometry == "point" and canaries(layer):
            source = Source(_register(layer, folder), crs="EPSG:4326")
            assert import_register(me, office, layer.name, source, Terms(on=FOUNDED)).faults == ()
    roster = book(folder / "phone.xlsx", ("工号", "姓名", "层级", "所在部门", "电话", "责任网格"), _cadre("phone"))
    assert import_roster(me, office, roster, on=FOUNDED).faults == ()
    late = on_clock(office, "2015-12-30T23:00")
    called = visit("noted", "K-households", at=at("2015-12-20T19:30"), note=f"{CANARY}-visit-note", outcome="refused")
    record(me, late, [called])
    said = {one: f"{CANARY}-issue-{one}" for one in ("text", "reporter", "phone", "note")}
    report(me, late, [told("canary", "2015-12-20T10:00", source="phone", **said)])
    taken = [("file", "2015-12-20T11:00", {}), ("reply", "2015-12-20T12:00", {"reply": f"{CANARY}-issue-reply"})]
    act(me, late, steps("canary", *taken))
    photos.add_photo(me, office, uid("canary"), picture(folder))
    duty_rules.exempt(me, office, "rentals_2015", "K-rentals", reason=f"{CANARY}-exemption", from_day=FOUNDED)
    named = replace(office, settings=replace(office.settings, oidc_issuer="https://id.test", oidc_client_id="gridmap"))
    new_account(me, office, "bound", "reader", password=PASSWORD)
    new_account(me, office, "clerk", "clerk", password=PASSWORD)
    bind_identity(me, named, "bound", f"{CANARY}-identity")
    return _plan(office)


def _cadre(field: str) -> tuple[object, ...]:
    return ("77", "高一", "网格员", "王母社区", f"{CANARY}-cadre-{field}", None)


def _register(layer: Layer, folder: Path) -> Path:
    """A register of one thing that has a text in each private field."""
    texts = canaries(layer)
    row: dict[str, object] = {}
    for one in layer.fields:
        if one.name == layer.key:
            row[one.zh] = key_of(layer)
        elif one.name in texts:
            row[one.zh] = texts[one.name]
        elif one.required:
            row[one.zh] = f"plain {layer.name}"
        elif one.type == "integer" and one.mark != "public":
            row[one.zh] = PEOPLE
        elif one.type == "choice" and one.mark != "public":
            row[one.zh] = one.choices[0].zh
        elif one.type == "boolean" and one.mark != "public":
            row[one.zh] = "是"
    lon, lat = middle_of(0, 0)
    made = openpyxl.Workbook()
    assert made.active is not None
    made.active.append([*row, "经度", "纬度"])
    made.active.append([*row.values(), lon, lat])
    path = folder / f"planted-{layer.name}.xlsx"
    made.save(path)
    return path


def _plan(office: Office) -> str:
    """A plan for the household, with a window that tells of its people, and an issue."""
    hours = {"begin": "19:00", "finish": "21:00", "back": "20:40"}
    times = {name: at(f"{PLAN_DAY}T{time}") for name, time in hours.items()}
    home = replace(stop("households", "K-households", middle_of(0, 0), "19:05"), windows=[SECONDS])
    lamp = replace(stop("streetlights", "L1", middle_of(0, 0), "19:25"), cell=SMALL)
    asked = Asked(on=at(f"{PLAN_DAY}T00:00").date()).kept()
    with office.writing_whole() as tx:
        return keep_plan(
            tx,
            [route("7", [home, lamp], **times)],
            [],
            on=at(f"{PLAN_DAY}T00:00").date(),
            asked=asked,
            at=at(f"{PLAN_DAY}T18:00"),
            account="planner",
        )
