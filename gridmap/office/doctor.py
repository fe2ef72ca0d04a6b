"""Errand: look the installation over and say what to do about each thing that is wrong."""

from __future__ import annotations

import datetime as dt
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import pyogrio
import pyproj
import shapely

from gridmap.errors import GridmapError, SettingsError
from gridmap.office.calendars import calendar_of
from gridmap.office.wiring import STORE_FILE, address_of, open_office
from gridmap.people.calendar import CHINA_YEARS
from gridmap.settings import Settings, read_settings
from gridmap.store import upgrade
from gridmap.store.address import Address
from gridmap.store.audit_keys import FILE, read_key
from gridmap.store.backends.postgres import talkative

DISTRIBUTION = "gridmap-office"
State = Literal["ok", "warn", "fail"]
# From November on, the next year's holidays have been announced (the State Council's notice).
_NOTICE_MONTH = 11
_OF_OTHERS = 0o077  # the rights of group and others
_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts", "C:/Windows/Fonts")
_CHINESE_FONTS = ("notosanscjk", "notoserifcjk", "sourcehansans", "wqy", "msyh", "simsun", "simhei", "pingfang")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: its state, and the words (code and inputs) that say what was seen or what to do."""

    state: State
    code: str
    inputs: Mapping[str, object]


def examine(home: Path, today: dt.date) -> list[Finding]:
    """Return what was found about the versions, the store, the audit's key, the packages beside it, fonts and holidays.

    `today` is the local day. Nothing is changed. A finding in the state `fail` says what to do.
    """
    return [
        *_versions(),
        *_neighbours(),
        *_settings(home),
        *_store(home),
        *_audit(home),
        *_fonts(),
        *_holidays(home, today),
    ]


def _versions() -> Iterator[Finding]:
    try:
        own = version(DISTRIBUTION)
    except PackageNotFoundError:
        yield Finding("fail", "doctor.not_installed", {"distribution": DISTRIBUTION})
        own = "?"
    gdal = ".".join(map(str, pyogrio.__gdal_version__))
    seen = {
        "gridmap": own,
        "python": platform.python_version(),
        "gdal": gdal,
        "geos": ".".join(map(str, shapely.geos_version)),
        "proj": pyproj.proj_version_str,
        "sqlalchemy": version("sqlalchemy"),
    }
    yield Finding("ok", "doctor.versions", seen)


def _neighbours() -> Iterator[Finding]:
    """`api` and `layers` are generic import names: they must be ours, in the folder that gridmap lies in."""
    beside = _folder("gridmap")
    for name in ("api", "layers"):
        found = _folder(name)
        if found is not None and found == beside:
            yield Finding("ok", "doctor.neighbour", {"name": name})
        else:
            yield Finding("fail", "doctor.neighbour_missing", {"name": name, "found": found is not None})


def _folder(name: str) -> Path | None:
    spec = find_spec(name)
    places = list(spec.submodule_search_locations or []) if spec else []
    return Path(places[0]).resolve().parent if places else None


def _settings(home: Path) -> Iterator[Finding]:
    try:
        read_settings(home)
    except GridmapError as error:
        yield Finding("fail", error.code, error.inputs)


def _readable(home: Path) -> Settings:
    """Return the settings of a home; where they cannot be read, which is told elsewhere, those that all begin with."""
    try:
        return read_settings(home)
    except SettingsError:
        return Settings()


def _has_store(home: Path) -> bool:
    return bool(_readable(home).database) or (home / STORE_FILE).exists()


def _store(home: Path) -> Iterator[Finding]:
    if not _has_store(home):
        yield Finding("warn", "doctor.no_office", {})
        return
    try:
        at_head = upgrade.at_head(address_of(home, _readable(home)))
    except GridmapError as error:
        yield Finding("fail", error.code, error.inputs)
        return
    yield Finding("ok", "doctor.store_at_head", {}) if at_head else Finding("fail", "doctor.store_behind", {})
    yield from _server_log(address_of(home, _readable(home)))


def _server_log(address: Address) -> Iterator[Finding]:
    """What a database's server writes into its own log is read by others than the office's people."""
    if isinstance(address, str):
        missing = talkative(address)
        told = {"settings": ", ".join(missing)}
        yield Finding("warn", "doctor.server_log", told) if missing else Finding("ok", "doctor.server_log_silent", {})


def _audit(home: Path) -> Iterator[Finding]:
    """The key that signs the audit: there, and for nobody else to read."""
    if not _has_store(home):
        return
    try:
        key = read_key(home)
    except GridmapError as error:
        yield Finding("fail", error.code, error.inputs)
        return
    if key is None:
        yield Finding("warn", "doctor.audit_key_missing", {"file": FILE})
    elif (home / FILE).stat().st_mode & _OF_OTHERS:
        yield Finding("warn", "doctor.audit_key_open", {"file": FILE})
    else:
        yield Finding("ok", "doctor.audit_key", {"key": key.id})


def _fonts() -> Iterator[Finding]:
    family = _chinese_font()
    yield Finding("ok", "doctor.font", {"font": family}) if family else Finding("fail", "doctor.no_font", {})


def _chinese_font(which: Callable[[str], str | None] = shutil.which) -> str:
    """Return a font that draws Chinese, by fontconfig where it is there, else by the names of the font files."""
    program = which("fc-list")
    if program:
        listed = subprocess.run(  # noqa: S603  the program found on the path, fixed arguments
            [program, ":lang=zh-cn", "family"], capture_output=True, text=True, check=False, timeout=20
        )
        families = sorted(line.split(",")[0] for line in listed.stdout.splitlines() if line.strip())
        if families:
            return families[0]
    for folder in map(Path, _FONT_FOLDERS):
        for path in sorted(folder.expanduser().rglob("*.[ot]t[cf]")):
            if path.stem.casefold().replace("-", "").startswith(_CHINESE_FONTS):
                return path.stem
    return ""


def _holidays(home: Path, today: dt.date) -> Iterator[Finding]:
    """The years of the office's own calendar; where there is no office yet, those of the holiday data."""
    try:
        with open_office(home) as office, office.reading_whole() as tx:
            last = calendar_of(office, tx).years[-1]
    except GridmapError:
        last = CHINA_YEARS[-1]
    if last < today.year:
        yield Finding("fail", "doctor.holidays_missing", {"year": today.year, "last": last})
    elif last == today.year and today.month >= _NOTICE_MONTH:
        yield Finding("warn", "doctor.holidays_next", {"year": today.year + 1})
    else:
        yield Finding("ok", "doctor.holidays", {"last": last})
