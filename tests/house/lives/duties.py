"""Duties under the guard."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from gridmap.ledger import counting, periods, tally
from gridmap.ledger.cases import Case
from gridmap.ledger.duties import bad_answers
from gridmap.ledger.rules import Rule, spoken_hours
from gridmap.ledger.states import explain
from gridmap.ledger.subjects import Subjects, closed_subjects
from tests.ledger.called import FOREVER, ZONE, call, duty, subjects, told, visits

ON = dt.date(2015, 5, 20)


def live() -> None:
    ask = {"field": "a", "zh": "甲", "en": "a", "choices": ["x"]}
    rule = duty(form=[ask], hours=["18:00-22:00"], grace_days=3, except_weekdays=[3], modes=["home"])
    bad_answers(rule, {})
    spoken_hours(rule.hours)
    rule.subject.matches(pd.DataFrame({"a": [1]}))
    who = subjects("A", "B")
    Subjects(who).terms.since(0)
    Subjects(who).terms.at(np.array([0, 1]), np.array([0, 1]))
    calls = [call("2015-05-04"), call("2015-05-05", outcome="absent")]
    told(rule, who, calls, "2015-05-20")
    told(duty(period="interval", every_days=3), who, calls, "2015-05-20")
    about = {"closed_issues_from": "2015-01-01", "closed_issues_to": "2015-12-31"}
    after = duty(subject=about, period="closing", days_after_closing=9)
    closed = pd.DataFrame({"layer": ["homes"], "key": ["A"], "closed_at": visits(calls[0])["at"]})
    told(after, closed_subjects(after, closed, on=ON, zone=ZONE), calls, "2015-05-20")
    posts = pd.DataFrame({"cadre": ["li"], "cell": ["1"], "valid_from": ["2015-01-01"], "valid_to": [None]})
    cadres = pd.DataFrame({"cadre": ["li"], "tier": ["team"], "unit": ["office"]})
    own = duty(subject={"tiers": ["team"]}, place="own", by_units=["office"], by_tiers=["team"])
    told(own, subjects("li", layer=None), calls, "2015-05-20", posts=posts, cadres=cadres)
    explain(rule, who, visits(*calls), "A", "2015-05", on=ON, as_of=FOREVER, zone=ZONE)
    list(Case(rule, who, counting.Ledger(visits(*calls), ON, FOREVER, ZONE), None, None).parts())
    periods.begin_of("month", periods.label("month", periods.span_of("month", periods.number(ON))))
    periods.longer("week")
    tally.last_of(np.array([1, 1, 2]))
    Rule({"b": 1}, "here").refuse_rest()
