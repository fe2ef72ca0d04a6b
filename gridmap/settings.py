"""The settings of one office: what an administrator may change, kept in `settings.toml` beside the store."""

from __future__ import annotations

import datetime as dt
import ipaddress
import math
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from gridmap.errors import SettingsError
from gridmap.words import LANGUAGES

HOME_VARIABLE = "GRIDMAP_HOME"
DATABASE_VARIABLE = "GRIDMAP_DATABASE"
FILE = "settings.toml"
LEVELS = ("big", "middle", "small")
# Over TLS, unless it is on this machine.
_ISSUER = r"(https://|http://127\.0\.0\.1(:\d+)?(/|$))[\w./:-]*"
_MOST_THREADS = 16
_PLAIN = r"[\w.:/@-]+"
# Without a password: that does not stand in a file of settings.
_DATABASE = r"postgresql\+psycopg://([\w.%-]+@)?[\w.,:\[\]%-]*/[\w.%-]+(\?[\w.=&%/-]*)?"
HOLIDAYS = ("auto", "china", "weekdays", "table")


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set.

    `code_lengths` are the digits of a code at each level (DESIGN 4, Cells). `snap_m` is how far outside all cells a
    point may lie and still be linked, in metres; `gap_width_m` how narrow a gap between cells counts as a slit;
    `bounds_margin_m` how far beyond the cells a coordinate is believed. `retention_days` maps `layer.field` of a
    personal field to the days it is kept after its row has ended. `lamp_radius_m` is how far a working lamp lights and
    `dark_from_m` how long a dark stretch must be to be a gap, both in metres by road class ("" for all others);
    `load_limit` maps a tier of cadres to the most features that one of them answers for; `reach_m` is the longest walk
    to a service window, in metres. `office_hours` are the spans of a working day in local time, half-open, the last
    perhaps over midnight; `holidays` says which days are working days before the office's own notices: "china",
    "weekdays", "table" (its notices alone) or "auto" (china in Asia/Shanghai, else weekdays). `remind_hours` is how
    long before its deadline an issue is reminded of, `escalate_days` how long an overdue one stays with whoever leads
    it before it climbs further; `issues.phone` and the like in `retention_days` count from the end of the issue,
    `visits.note` and `visits.answers` from the visit.
    `trusted_proxies` are the addresses or networks whose forwarded headers the service believes; `requests_a_minute`
    and `requests_a_minute_address` how many requests it takes from one account and from one address (0: any number),
    `upload_megabytes` how large a file may be that is sent to it, and `job_threads` how many jobs each of its processes
    does at once (0: `gridmap work` does them elsewhere); `oidc_issuer` and `oidc_client_id` are the office's
    own identity provider and what it knows the service by, empty where there is none.
    `database` is the address of the PostgreSQL database that keeps the store, without a password; it is empty where the
    store is a file beside the settings.
    `demo_instant` (ISO, with its offset) makes this a demo office whose clock stands still; it is empty in a real one.
    """

    lang: str = "zh"
    code_lengths: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType({"big": 12, "middle": 13, "small": 15})
    )
    snap_m: float = 0.0
    gap_width_m: float = 1.0
    bounds_margin_m: float = 2000.0
    retention_days: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    lamp_radius_m: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({"": 25.0}))
    dark_from_m: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({"": 40.0}))
    load_limit: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    reach_m: float = 1000.0
    office_hours: tuple[tuple[str, str], ...] = (("09:00", "12:00"), ("14:00", "18:00"))
    holidays: str = "auto"
    escalate_days: float = 3.0
    remind_hours: float = 24.0
    trusted_proxies: tuple[str, ...] = ()
    requests_a_minute: int = 1200
    requests_a_minute_address: int = 6000
    upload_megabytes: int = 64
    job_threads: int = 1
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    database: str = ""
    demo_instant: str = ""


def default_home(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the embedded office lives: `GRIDMAP_HOME`, else `~/.local/share/gridmap`."""
    named = environment.get(HOME_VARIABLE, "")
    return Path(named).expanduser() if named else Path.home() / ".local" / "share" / "gridmap"


def database_of(settings: Settings, environment: Mapping[str, str] = os.environ) -> str:
    """Return the address of the database that keeps the store, empty where it is a file.

    Of an office in a database `GRIDMAP_DATABASE` says it anew: with the password, or as another account.
    """
    return environment.get(DATABASE_VARIABLE, "") or settings.database if settings.database else ""


def read_settings(home: Path) -> Settings:
    """Return the settings kept in `home`; what is not set has its default.

    Raises SettingsError naming every fault of the file.
    """
    path = home / FILE
    if not path.is_file():
        return Settings()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError("settings.unreadable", file=FILE, problem=error) from None
    faults = [problem for name, value in given.items() if (problem := _problem(name, value))]
    if faults:
        raise SettingsError("settings.faults", file=FILE, faults="; ".join(faults))
    if "office_hours" in given:
        given["office_hours"] = tuple(map(tuple, given["office_hours"]))
    if "trusted_proxies" in given:
        given["trusted_proxies"] = tuple(given["trusted_proxies"])
    return Settings(**given)


def write_settings(home: Path, settings: Settings) -> None:
    """Write `settings` into `home`, whole or not at all."""
    lines = []
    for one in fields(settings):
        value = getattr(settings, one.name)
        if isinstance(value, Mapping):
            pairs = ", ".join(f'"{key}" = {number}' for key, number in value.items())
            lines.append(f"{one.name} = {{ {pairs} }}")
        elif isinstance(value, tuple):
            parts = (f'"{part}"' if isinstance(part, str) else f'["{part[0]}", "{part[1]}"]' for part in value)
            lines.append(f"{one.name} = [{', '.join(parts)}]")
        else:
            lines.append(f'{one.name} = "{value}"' if isinstance(value, str) else f"{one.name} = {value}")
    path = home / FILE
    draft = path.with_suffix(".part")
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
    draft.chmod(0o600)
    draft.replace(path)


def _problem(name: str, value: object) -> str:
    """Return what is wrong with one setting (its name, what is there, what is allowed), or the empty text."""
    allowed = {
        "lang": (value in LANGUAGES, "zh, en"),
        "code_lengths": (_lengths_fit(value), "{ big = 12, middle = 13, small = 15 }: rising whole numbers"),
        "snap_m": (_not_negative(value), ">= 0"),
        "reach_m": (_not_negative(value), ">= 0"),
        "gap_width_m": (_not_negative(value), ">= 0"),
        "bounds_margin_m": (_not_negative(value), ">= 0"),
        "retention_days": (_days_fit(value), '{ "households.phone" = 365 }'),
        "lamp_radius_m": (_metres_fit(value), '{ "" = 25.0 }, further ones by road class: > 0'),
        "dark_from_m": (_metres_fit(value), '{ "" = 40.0 }, further ones by road class: > 0'),
        "load_limit": (_limits_fit(value), '{ "grid_worker" = 300 }: whole numbers by tier'),
        "office_hours": (_hours_fit(value), '[["09:00", "12:00"], ["14:00", "18:00"]]: in their order, apart'),
        "holidays": (value in HOLIDAYS, ", ".join(HOLIDAYS)),
        "escalate_days": (_not_negative(value) and value != 0, "> 0"),
        "remind_hours": (_not_negative(value), ">= 0"),
        "trusted_proxies": (_networks_fit(value), '["127.0.0.1", "10.0.0.0/8"]'),
        "requests_a_minute": (value == 0 or _whole(value), "0 (any number) or more"),
        "requests_a_minute_address": (value == 0 or _whole(value), "0 (any number) or more"),
        "upload_megabytes": (_whole(value), "1 or more"),
        "job_threads": (value in range(_MOST_THREADS + 1), f"0 to {_MOST_THREADS}"),
        "oidc_issuer": (_text_fits(value, _ISSUER), "https://login.example.cn, or empty"),
        "oidc_client_id": (_text_fits(value, _PLAIN), "letters, digits, signs but no quotation marks; or empty"),
        "database": (_text_fits(value, _DATABASE), "postgresql+psycopg://account@host:5432/name, without a password"),
        "demo_instant": (_instant_fits(value), "2015-12-31T18:30:00+08:00"),
    }
    if name not in allowed:
        return f"{name}: {', '.join(allowed)}"
    fits, what = allowed[name]
    return "" if fits else f"{name} = {value!r}: {what}"


def _instant_fits(value: object) -> bool:
    if value == "":
        return True
    try:
        return isinstance(value, str) and dt.datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _networks_fit(value: object) -> bool:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return False
    try:
        return all(ipaddress.ip_network(one) for one in value)
    except ValueError:
        return False


def _text_fits(value: object, pattern: str) -> bool:
    return isinstance(value, str) and (value == "" or re.fullmatch(pattern, value) is not None)


def _hours_fit(value: object) -> bool:
    """Local times, each span begun when the one before has ended; the last may end before the first begins again."""
    if not isinstance(value, list):
        return False
    try:
        spans = [(dt.time.fromisoformat(begin), dt.time.fromisoformat(end)) for begin, end in value]
    except (TypeError, ValueError):
        return False
    if not spans or any(one.tzinfo is not None for span in spans for one in span):
        return False
    begin, end = spans[-1]
    apart = all(first < last <= after for (first, last), (after, _) in pairwise(spans))
    return apart and (begin < end or end <= spans[0][0])


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _not_negative(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf


def _lengths_fit(value: object) -> bool:
    if not isinstance(value, dict) or set(value) != set(LEVELS) or not all(map(_whole, value.values())):
        return False
    lengths = [value[level] for level in LEVELS]
    return lengths == sorted(set(lengths))


def _days_fit(value: object) -> bool:
    return isinstance(value, dict) and all(name.count(".") == 1 and _whole(days) for name, days in value.items())


def _metres_fit(value: object) -> bool:
    """Positive lengths by road class, among them the one for all other classes."""
    if not isinstance(value, dict) or "" not in value:
        return False
    return all(_not_negative(metres) and metres > 0 for metres in value.values())


def _limits_fit(value: object) -> bool:
    return isinstance(value, dict) and all(map(_whole, value.values()))
