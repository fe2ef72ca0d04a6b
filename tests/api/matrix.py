"""The matrix of rights as data: a row an endpoint, what it asks of a role and of a scope, and a request that fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from gridmap.ledger.steps import STEPS
from gridmap.office import jobs
from gridmap.people.access import ACTS, Act
from gridmap.people.person import AccountRole, Person
from tests.api.dotted import HERE, NEXT, PLAN, STATES, THERE
from tests.office.visited import uid

Roles = frozenset[AccountRole]
EVERYBODY: Roles = frozenset(ACTS)
SCOPES: Mapping[str, frozenset[str] | None] = {
    "whole": None,
    "own": frozenset({HERE}),
    "sibling": frozenset({NEXT}),
    "parent": frozenset({"1.1"}),
    "look-alike": frozenset({"1.10"}),
    "none": frozenset(),
}
# The small cells of a scope in which something lies.
HOLDS: Mapping[str, frozenset[str]] = {
    "whole": frozenset({HERE, NEXT, THERE}),
    "own": frozenset({HERE}),
    "sibling": frozenset({NEXT}),
    "parent": frozenset({HERE, NEXT}),
    "look-alike": frozenset({THERE}),
    "none": frozenset(),
}
# What lies where: each a sign by which it would be known.
SIGNS: Mapping[str, tuple[str, ...]] = {
    HERE: ("1.1.1", "H1", "H4", "E1", "L1", "L2", *map(uid, ("a", "d", "e", "f", "g", "lamp", "road", "twin"))),
    NEXT: ("1.1.10", "H2", "L3", uid("b")),
    THERE: ("1.10.1", "H3", "E2", "L4", uid("c"), uid("water"), "玩具厂"),
}
# What of the sensitive layer is told to nobody but those who may reveal: its thing, and the visit there.
SECRET = ("C1", uid("h"))
SECRET_LAYER = "care_places"
# What people are called and where they live, told to nobody who does not reveal it.
PRIVATE = ("张三", "李四", "王五", "赵六", "陈婆", "王母路", "葵涌路")

# open: to all who come. known: to whoever has signed in. cut: one gets what lies in his scope. whole: for those alone
# whose scope is everything. thing: of one thing at `at`, that elsewhere is refused or not there. own: of one account.
Where = Literal["open", "known", "cut", "whole", "thing", "own"]


@dataclass(frozen=True)
class Row:
    """What an endpoint asks. `roles`: who gets past it. `ok`: how those are answered; `query`, `body`, `files` fit it.

    `refused`: how those are answered who do not get past it. `empty`: how those whose scope holds nothing (null: as
    others). `nobody`: how one is answered who has not signed in. `seen`: it is an edit upon what was seen.
    `shows_layers`: the names of layers stand in it.
    """

    where: Where
    roles: Roles
    path: Mapping[str, object] = field(default_factory=dict)
    query: Mapping[str, object] = field(default_factory=dict)
    body: Any = None
    files: bool = False
    at: str = HERE
    ok: frozenset[int] = frozenset({200, 201, 202, 204})
    refused: frozenset[int] = frozenset({403, 404})
    empty: frozenset[int] | None = None
    nobody: int = 401
    seen: bool = False
    shows_layers: bool = False


def may(act: Act) -> Roles:
    """The roles that may do an act."""
    return frozenset(role for role, acts in ACTS.items() if act in acts)


def read(where: Where = "cut", **more: Any) -> Row:
    """A row of what is read."""
    return Row(where, may("read"), **more)


def write(act: Act, where: Where, **more: Any) -> Row:
    """A row of what is written: who may comes as far as the thing itself, in whatever state others left it."""
    return Row(where, may(act), **{"ok": WRITTEN, **more})


WRITTEN = frozenset({200, 201, 202, 204, 409, 412, 422})
REASON = {"reason": "matrix"}
JOB = jobs._uuid_of(Person("planner", "planner"), "matrix")
OWNER: Roles = frozenset({"planner"})
NOTHING = frozenset({404})
TILE = {"z": 14, "x": 13401, "y": 7128}
OGC = {"collectionId": "streetlights"}
ADMINISTRATOR: Roles = frozenset({"administrator"})
PASSWORD = {"password": "every door in the village"}

# By whom a step of an issue may be taken: the office's clerks enter what cadre `actor` did, a leader leads.
_CLERKS: Roles = frozenset({"administrator", "clerk"})
_LEADING: Roles = frozenset({"administrator", "clerk", "leader"})
_ANY: Roles = frozenset({"administrator", "clerk", "leader", "cadre"})
_STEPS: Mapping[str, tuple[Roles, dict[str, object]]] = {
    "file": (_LEADING, {"category": "streetlight"}),
    "assign": (_LEADING, {"unit": "城市建设办", "holder": "4"}),
    "start": (_CLERKS, {"actor": "4"}),
    "finish": (_CLERKS, {"actor": "4", "quantities": {"lamps": 1}}),
    "fix": (_CLERKS, {"actor": "7", "category": "streetlight", "quantities": {"lamps": 1}}),
    "close": (_LEADING, {"result": "solved", "reply": "done", "quantities": {"lamps": 1}}),
    "rework": (_LEADING, {"note": "again"}),
    "reopen": (_LEADING, {"note": "again"}),
    "reject": (_LEADING, {"note": "no"}),
    "duplicate": (_LEADING, {"of": uid("road"), "note": "twice"}),
    "return": (_LEADING, {"note": "not ours"}),
    "defer": (_LEADING, {"until": "2016-02-01", "note": "parts"}),
    "resume": (_LEADING, {}),
    "hand_over": (_LEADING, {"unit": "党政办", "holder": "1"}),
    "escalate": (_LEADING, {}),
    "take_on": (_CLERKS, {"actor": "1"}),
    "set_deadline": (_CLERKS, {"actor": "1", "due_at": "2016-01-31T09:00:00+08:00"}),
    "remind": (_LEADING, {}),
    "look_back": (_ANY, {"satisfied": True}),
    "reply": (_LEADING, {"reply": "soon"}),
    "note": (_ANY, {"note": "seen"}),
}
assert _STEPS.keys() == STATES.keys() == STEPS.keys() - {"report"}
_PLANNING = may("plan") - {"cadre"}

ROWS: dict[str, Row] = {
    "GET /openapi.json": Row("open", EVERYBODY),
    "GET /health": Row("open", EVERYBODY),
    "GET /ready": Row("open", EVERYBODY),
    "POST /session": Row("open", EVERYBODY, body={"name": "nobody", **PASSWORD}, ok=frozenset({401, 429})),
    "DELETE /session": Row("open", EVERYBODY),
    "GET /session/oidc": Row("open", EVERYBODY, ok=NOTHING),
    "GET /session/oidc/return": Row("open", EVERYBODY, ok=NOTHING),
    "GET /me": Row("known", EVERYBODY),
    "POST /me/password": Row("known", frozenset(), body={**PASSWORD, "new": "x"}),
    # The office's page; where nobody is, it asks to sign in.
    "GET /": read(empty=frozenset({403}), nobody=200),
    "GET /static/page.css": Row("open", EVERYBODY),
    "POST /sign-in": Row("open", EVERYBODY, ok=frozenset({401, 429})),
    "POST /sign-out": Row("open", EVERYBODY, ok=frozenset({303})),
    # Accounts, tokens, the audit: for the whole office.
    "GET /accounts": Row("whole", may("account")),
    "POST /accounts": write("account", "whole", body={"name": "kept", "role": "reader", **PASSWORD}),
    "GET /accounts/{name}": Row("whole", may("account"), {"name": "kept"}),
    "PUT /accounts/{name}": write("account", "whole", path={"name": "kept"}, body={"role": "reader"}, seen=True),
    "PUT /accounts/{name}/password": write("account", "whole", path={"name": "kept"}, body=PASSWORD),
    "PUT /accounts/{name}/identity": write("account", "whole", path={"name": "kept"}, body={"identity": "other"}),
    "POST /accounts/{name}/disable": write("account", "whole", path={"name": "kept"}),
    "POST /accounts/{name}/enable": write("account", "whole", path={"name": "kept"}),
    "GET /tokens": Row("whole", may("account")),
    "POST /tokens": write("account", "whole", body={"label": "matrix", "role": "reader"}),
    "DELETE /tokens/{number}": write("account", "whole", path={"number": 1}),
    "GET /audit": Row("whole", may("audit"), shows_layers=True),
    "POST /audit/verify": Row("whole", may("audit")),
    # What is read of the office, cut to the scope.
    "GET /calendar/{year}": read("known", path={"year": 2015}),
    "GET /categories": read("known"),
    "GET /service-items": read("known"),
    "GET /duties": read("known"),
    "POST /duties/{duty}/end": write(
        "rule", "whole", path={"duty": "nothing_of_the_kind"}, body={"on": "2016-06-01"}, ok=NOTHING
    ),
    "POST /duties/{duty}/exemptions": write(
        "rule",
        "known",
        path={"duty": "nothing_of_the_kind"},
        body={"subject": "H1", "begin": "2015-12-31", **REASON},
        ok=NOTHING,
    ),
    "GET /editions": read("known"),
    "GET /grid/check": read(),
    "GET /layers": read(),
    "GET /sheets": Row("cut", may("visit")),
    "GET /imports": read("known"),
    "GET /cells": read(query={"geometry": "true"}),
    "GET /cells/{code}": read("thing", path={"code": HERE}),
    "GET /grid/{edition}/cells": read(path={"edition": 1}),
    "GET /coverage": read(),
    "GET /duties/states": read(query={"limit": 1000}),
    "GET /features/{layer}": read(path={"layer": "households"}),
    "GET /features/{layer}/{key}": read("thing", path={"layer": "streetlights", "key": "L1"}),
    # A leader or cadre looks where he answers: those of the matrix nowhere.
    "POST /features/{layer}/search": Row(
        "cut",
        may("reveal") | {"leader", "cadre"},
        {"layer": "households"},
        body={"field": "head", "text": "张三", **REASON},
    ),
    "POST /features/{layer}/erase": write(
        "erase", "whole", path={"layer": "households"}, body={"key": "H4", "fields": ["phone"], **REASON}
    ),
    "POST /features/{layer}/reveal": Row(
        "thing",
        may("reveal"),
        {"layer": "households"},
        body={"keys": ["H1"], "fields": ["head"], **REASON},
    ),
    "GET /figures": read(),
    "GET /figures/table": read(),
    "GET /figures/by/{what}": read(path={"what": "cell"}, query={"level": "small"}),
    "GET /gaps": read(query={"limit": 1000}),
    "GET /gaps/kinds": read(),
    "GET /programmes": read(),
    "GET /roster": read(),
    "GET /roster/cadres": read(),
    "GET /roster/absences": read(),
    "GET /roster/findings": read(),
    "POST /roster/phones/erase": write("erase", "whole", body={"cadre": "7", **REASON}),
    "POST /expire": write("erase", "whole"),
    "POST /roster/phones": Row("thing", may("reveal"), body={"cadres": ["7"], **REASON}),
    "GET /who": read("thing", query={"cell": HERE}),
    "GET /maps/{view}": read(path={"view": "coverage"}, empty=frozenset({403})),
    "GET /tiles/{collections}/tilejson": read(path={"collections": "cells_small,streetlights"}),
    "GET /tiles/{collections}/{z}/{x}/{y}": read(path={"collections": "cells_small,streetlights", **TILE}),
    "GET /ogc": read("known"),
    "GET /ogc/conformance": Row("known", EVERYBODY),
    "GET /ogc/api": Row("known", EVERYBODY),
    "GET /ogc/collections": read(),
    "GET /ogc/collections/{collectionId}": read(path=OGC),
    "GET /ogc/collections/{collectionId}/queryables": read(path=OGC),
    "GET /ogc/collections/{collectionId}/schema": read(path=OGC),
    "GET /ogc/collections/{collectionId}/items": read(path=OGC),
    "GET /ogc/collections/{collectionId}/items/{featureId}": read("thing", path={**OGC, "featureId": "L1"}),
    # Visits.
    "GET /visits": read(),
    "POST /visits": write(
        "visit",
        "thing",
        # What lies elsewhere is told as what is not there at all: a fault of the row.
        ok=frozenset({200, 201}),
        refused=frozenset({403, 422}),
        body={
            "visits": [
                {
                    "id": uid("by the matrix"),
                    "at": "2015-12-30T19:30:00+08:00",
                    "lead": "7",
                    "outcome": "met",
                    "layer": "households",
                    "key": "H1",
                }
            ]
        },
    ),
    "POST /visits/reveal": Row("thing", may("reveal"), body={"visits": [uid("a")], "fields": ["outcome"], **REASON}),
    "GET /visits/{visit}": read("thing", path={"visit": uid("a")}),
    "PATCH /visits/{visit}": write("visit", "thing", path={"visit": uid("g")}, body={"note": "x"}, seen=True),
    # Issues.
    "GET /issues": read(query={"state": "all"}),
    "POST /issues": write(
        "act",
        "thing",
        body={"id": uid("reported by the matrix"), "source": "phone", "by": "7", "category": "streetlight"}
        | {"cell": HERE},
    ),
    "POST /issues/batch": write(
        "act",
        "thing",
        body={
            "reports": [
                {"id": uid("one of several"), "source": "phone", "by": "7", "category": "streetlight"} | {"cell": HERE}
            ]
        },
    ),
    "GET /issues/duplicates": read(),
    "GET /issues/offers": read(),
    "POST /issues/{issue}/erase": write(
        "erase", "thing", path={"issue": uid("road")}, body={"fields": ["phone"], **REASON}
    ),
    "POST /issues/{issue}/photos/{photo}/erase": Row(
        "thing", may("erase"), {"issue": uid("road"), "photo": 99}, body=REASON, ok=NOTHING
    ),
    "GET /issues/{issue}": read("thing", path={"issue": uid("road")}),
    "POST /issues/{issue}/reveal": Row(
        "thing", may("reveal"), {"issue": uid("road")}, body={"fields": ["text"], **REASON}
    ),
    "GET /issues/{issue}/photos": read("thing", path={"issue": uid("road")}),
    "POST /issues/{issue}/photos": write("act", "thing", path={"issue": uid("road")}, files=True),
    "GET /issues/{issue}/photos/{photo}": Row(
        "thing", may("reveal"), {"issue": uid("road"), "photo": 1}, ok=frozenset({422})
    ),
    "POST /issues/{issue}/photos/{photo}/reveal": Row(
        "thing", may("reveal"), {"issue": uid("road"), "photo": 1}, body=REASON
    ),
    **{
        f"POST /issues/{{issue}}/{name}": Row(
            "thing",
            roles,
            {"issue": uid(f"to {name}")},
            body={"id": uid(f"matrix {name}"), **said},
            seen=True,
            ok=WRITTEN,
        )
        for name, (roles, said) in _STEPS.items()
    },
    "POST /programmes": write("rule", "whole", body={"name": "下沙专项"}),
    "POST /programmes/{programme}/issues": write(
        "act", "thing", path={"programme": "下沙专项"}, body={"issues": [uid("road")]}
    ),
    # Plans.
    "GET /plans": Row("cut", may("plan")),
    "POST /plans": write("plan", "known", body={"on": "2015-12-31", "cadres": ["7"]}),
    "GET /plans/{number}": Row("cut", may("plan"), {"number": PLAN}, ok=frozenset({200, 404})),
    # A cadre's account sees its own route alone, and that of the matrix has none.
    "POST /plans/{number}/again": Row(
        "thing", _PLANNING, {"number": PLAN}, body={"cadre": "7", "at": "2015-12-31T19:30:00+08:00"}, ok=WRITTEN
    ),
    "POST /plans/{number}/move": Row(
        "thing", _PLANNING, {"number": PLAN}, body={"cadre": "7", "order": [1]}, seen=True, ok=WRITTEN
    ),
    "GET /plans/{number}/{name}": Row(
        "cut",
        may("plan"),
        {"number": PLAN, "name": "routes.geojson"},
        ok=frozenset({200, 404}),
    ),
    "POST /plans/{number}/{name}": Row(
        "cut",
        may("plan") & may("reveal"),
        {"number": PLAN, "name": "routes.geojson"},
        body={"private": ["households"], **REASON},
        ok=frozenset({200, 404}),
    ),
    # Jobs and imports.
    "GET /jobs": Row("known", EVERYBODY),
    "GET /jobs/{uuid}": Row("own", OWNER, {"uuid": JOB}),
    "GET /jobs/{uuid}/file": Row("own", frozenset(), {"uuid": JOB}),
    "DELETE /jobs/{uuid}": Row("own", OWNER, {"uuid": JOB}),
    "POST /imports/roster": write("import", "whole", files=True),
    "POST /imports/grid": write("publish", "whole", files=True),
    "POST /imports/visits": write("visit", "known", files=True),
    "POST /imports/issues": write("import", "known", files=True),
    "POST /imports/categories": write("rule", "whole", files=True),
    "POST /imports/service-items": write("rule", "whole", files=True),
    "POST /imports/calendar": write("rule", "whole", files=True),
    "POST /imports/{layer}": write("import", "known", path={"layer": "households"}, files=True),
    "POST /imports/{batch}/undo": write("import", "whole", path={"batch": 99}, ok=NOTHING),
}
