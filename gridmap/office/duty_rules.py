"""Errands: which duties there are, a duty comes in from a file, somebody is exempt from one."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pandas as pd

from gridmap.errors import ArgumentError, Fault, FaultsError, FileError, NotFoundError
from gridmap.layer import Registry
from gridmap.ledger.duties import Duty, duty_of
from gridmap.office.auditing import note
from gridmap.office.duty_cases import Cases
from gridmap.office.wiring import Office
from gridmap.people.access import may, refuse_unless, refuse_unless_everywhere
from gridmap.people.person import Person
from gridmap.store import categories, duties
from gridmap.store.duties import KeptDuty
from gridmap.store.engine import Transaction

RULE_COLUMNS = (
    "duty",
    "zh",
    "en",
    "about",
    "count",
    "period",
    "average_over",
    "days",
    "grace_days",
    "sensitive",
    "valid_from",
    "valid_to",
)
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class DutyReport:
    """What became of a duty's file: the duty as it holds from `on`, and whether it was added, changed or unchanged."""

    duty: Duty
    on: dt.date
    became: str


def list_duties(person: Person, office: Office, *, on: dt.date) -> pd.DataFrame:
    """Return the rules in force on a day, by name: RULE_COLUMNS; a sensitive one only for those who may reveal.

    `about`: the layer or the tiers. `days`: how many an interval has, or a period after a closing. Terms are ISO text.
    """
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        kept = duties.duties(tx, on=on)
    rows = [_listed(one) for one in _seen(person, office, kept)]
    return pd.DataFrame(rows, columns=list(RULE_COLUMNS))


def keep_default_duties(person: Person, office: Office, *, on: dt.date) -> dict[str, int]:
    """Keep the duties that the product ships from the day `on`; return how many were added and how many were there.

    One whose name was ever kept stays as it is, so that a second time changes nothing, and no office loses its own.
    """
    refuse_unless_everywhere(person, "rule")
    shipped = files("gridmap.office").joinpath("defaults", "duties")
    rules = {Path(one.name).stem: tomllib.loads(one.read_text(encoding="utf-8")) for one in shipped.iterdir()}
    with office.writing(person) as tx:
        known = duties.known_names(tx)
        new = {name: rules[name] for name in sorted(rules) if name not in known}
        for name, rule in new.items():
            duties.keep_duty(tx, name, rule, on=on)
        counts = {"added": len(new), "unchanged": len(rules) - len(new)}
        note(tx, person, action="rule", subject="duties", detail={"on": on.isoformat(), **counts})
    return counts


def edit_duty(person: Person, office: Office, path: Path, *, on: dt.date) -> DutyReport:
    """Take a duty in from a TOML file, in force from the day `on`; its name is `name` in it, else that of the file.

    What was in force under that name ends on that day. Raises FileError for a file that is no TOML, FaultsError with
    everything that is wrong with the rule: its layers, fields and categories must be those of the office.
    """
    refuse_unless_everywhere(person, "rule")
    rule = _read(path)
    name = str(rule.get("name", path.stem))
    duty = duty_of(name, rule)
    with office.writing(person) as tx:
        faults = [*_faults(office.layers, duty), *_unknown_categories(tx, duty, on)]
        if faults:
            raise FaultsError(faults)
        became = duties.keep_duty(tx, name, rule, on=on)
        note(tx, person, action="rule", subject=f"duty {name}", detail={"on": on.isoformat(), "became": became})
    return DutyReport(duty, on, became)


def end_duty(person: Person, office: Office, name: str, *, on: dt.date) -> None:
    """End a duty on the day `on`: it is no longer in force then.

    Raises NotFoundError if it was not in force anyway, and for a sensitive one whoever may not reveal.
    """
    refuse_unless_everywhere(person, "rule")
    with office.writing(person) as tx:
        kept = duties.duties(tx, names=[name])
        if len(_seen(person, office, kept)) < len(kept) or not duties.end_duty(tx, name, on=on):
            raise _unknown(tx, person, office, name, on)
        note(tx, person, action="rule", subject=f"duty {name}", detail={"on": on.isoformat(), "became": "ended"})


def exempt(
    person: Person,
    office: Office,
    name: str,
    subject: str,
    *,
    reason: str,
    from_day: dt.date,
    to_day: dt.date | None = None,
) -> int:
    """Exempt a subject from a duty on the days [from_day, to_day), and return the number of the exemption.

    The `reason` is sensitive: it is kept, and stands in no list and not in the audit. Raises NotFoundError for a duty
    that is not in force on `from_day` or sensitive (for whoever may not reveal), and for a subject that it does not
    have then; ArgumentError for an empty reason and days that end before they begin.
    """
    refuse_unless(person, "rule")
    if not reason.strip():
        raise ArgumentError("office.exempt_reason")
    if to_day is not None and to_day <= from_day:
        raise ArgumentError("office.exempt_days", begin=from_day, end=to_day)
    with office.writing(person) as tx:
        kept = _seen(person, office, duties.duties(tx, on=from_day, names=[name]))
        if not kept:
            raise _unknown(tx, person, office, name, from_day)
        subjects = Cases(office, tx, from_day, office.clock.now()).subjects(kept[0])
        if subject not in set(subjects["subject"]):
            raise NotFoundError("office.no_subject", duty=name, subject=subject)
        number = duties.keep_exemption(tx, name, subject, reason=reason.strip(), from_day=from_day, to_day=to_day)
        days = {"from": from_day.isoformat(), "to": None if to_day is None else to_day.isoformat()}
        note(
            tx,
            person,
            action="exempt",
            subject=f"duty {name}",
            detail={"exemption": number, "subject": subject, **days},
        )
    return number


def _read(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            held = file.read(_MOST_BYTES + 1)
        if len(held) > _MOST_BYTES:
            raise FileError("office.duty_file_size", file=path.name, most=_MOST_BYTES)
        return tomllib.loads(held.decode("utf-8"))
    except FileNotFoundError:
        raise FileError("office.no_duty_file", file=path.name) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, IsADirectoryError) as error:
        raise FileError("office.duty_file", file=path.name, why=str(error)) from None


def _listed(kept: KeptDuty) -> tuple[object, ...]:
    duty, about = kept.duty, kept.duty.subject
    named = about.layer or ", ".join(about.tiers or about.layers) or "closed_issues"
    days = (kept.valid_from.isoformat(), None if kept.valid_to is None else kept.valid_to.isoformat())
    often = (duty.count, duty.period, duty.average_over, duty.every_days or duty.days_after_closing)
    return duty.name, duty.zh, duty.en, named, *often, duty.grace_days, duty.sensitive, *days


def _seen(person: Person, office: Office, kept: Iterable[KeptDuty]) -> list[KeptDuty]:
    """Return the duties that exist for a person: a sensitive one for those who may reveal."""
    return [one for one in kept if may(person, "reveal") or not _sensitive(office.layers, one.duty)]


def _sensitive(layers: Registry, duty: Duty) -> bool:
    layer = duty.subject.layer
    return duty.sensitive or (layer in layers and layers[str(layer)].sensitive)


def _faults(layers: Registry, duty: Duty) -> Iterator[Fault]:
    """Yield what the rule names and the layers of the office do not have."""
    named: Mapping[str, tuple[str, ...]] = {
        "subject.layer": (duty.subject.layer,) if duty.subject.layer else (),
        "subject.layers": duty.subject.layers,
        "layers": duty.layers,
    }
    for key, names in named.items():
        for name in names:
            if name not in layers:
                yield _fault(duty, key, "layer.unknown_layer", layer=name, allowed=", ".join(layers))
    if duty.subject.layer in layers:
        fields = layers[str(duty.subject.layer)].named("public")
        for field in duty.subject.where:
            if field not in fields:
                yield _fault(duty, f"subject.where.{field}", "ledger.rule_unknown", allowed=", ".join(fields))


def _unknown_categories(tx: Transaction, duty: Duty, on: dt.date) -> Iterator[Fault]:
    known = categories.categories(tx, on)
    for question in duty.form:
        if question.opens and question.opens not in known:
            allowed = ", ".join(known)
            yield _fault(duty, "form.opens", "ledger.rule_choice", value=question.opens, allowed=allowed)


def _fault(duty: Duty, key: str, code: str, *, value: str | None = None, **inputs: object) -> Fault:
    return Fault(code, file=duty.name, column=key, value=value, inputs=inputs)


def _unknown(tx: Transaction, person: Person, office: Office, name: str, on: dt.date) -> NotFoundError:
    allowed = ", ".join(kept.duty.name for kept in _seen(person, office, duties.duties(tx, on=on)))
    return NotFoundError("office.unknown_duty", duty=name, on=on, allowed=allowed)
