"""The parent's side of the parsing process: start it with nothing but its job, wait, and read what it left."""

from __future__ import annotations

import json
import mmap
import os
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import IO

import pyarrow as pa

from gridmap.errors import FileError
from gridmap.intake import parts
from gridmap.intake.doors import Taken
from gridmap.intake.limits import MEBIBYTE, Limits
from gridmap.intake.parts import GEOMETRY, Part

__all__ = ["GDAL_DRIVERS", "GEOMETRY", "Part", "parse"]

# Every other driver is switched off before the child loads GDAL; the child refuses to read if one is left.
GDAL_DRIVERS = ("ESRI Shapefile", "GPKG", "GeoJSON", "OSM", "TopoJSON")

_ROOT = str(Path(__file__).resolve().parents[2])
# The child takes the parent's import path as it is: no site, no user site, no environment.
_START = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from gridmap.intake.child import main; main()"


def parse(
    taken: Taken, folder: Path, limits: Limits, *, stem: str, encoding: str | None, layer: str | None
) -> list[Part]:
    """Parse the private copy in a process of its own and return what it holds.

    Raises FileError as the child found it, or where the child ran out of time or memory or broke down.
    """
    job = {
        "format": taken.format.name,
        "path": taken.path.name,
        "encoding": encoding,
        "layer": layer,
        "stem": stem,
        "limits": limits.as_dict(),
        "drivers": GDAL_DRIVERS,
    }
    # An unlinked file: the child can neither replace it by a link nor leave it behind.
    with tempfile.TemporaryFile(dir=folder) as answer:
        code = _run(json.dumps(job).encode(), answer, folder, limits, gdal=taken.format.gdal)
        if code:
            raise _broken(code, limits)
        try:
            return _read(answer)
        except FileError:
            raise
        except (ValueError, TypeError, KeyError, OSError, pa.ArrowException):
            raise FileError("intake.broken", reason="answer", allowed=limits.parse_bytes // MEBIBYTE) from None


def _run(job: bytes, answer: IO[bytes], folder: Path, limits: Limits, *, gdal: bool) -> int:
    path = [_ROOT, *(entry for entry in sys.path if Path(entry).is_absolute() and entry != _ROOT)]
    with subprocess.Popen(  # noqa: S603 # our own interpreter and our own words
        [sys.executable, "-I", "-S", "-B", "-c", _START, json.dumps(path)],
        stdin=subprocess.PIPE,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=_environment(folder, gdal=gdal),
        start_new_session=True,
    ) as child:
        try:
            child.communicate(job, timeout=limits.wall_seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            raise FileError("intake.wall_seconds", allowed=limits.wall_seconds) from None
        except BaseException:
            child.kill()
            raise
    return child.returncode


def _read(answer: IO[bytes]) -> list[Part]:
    size = os.fstat(answer.fileno()).st_size
    if not size:
        raise ValueError("empty")
    # Private: what was checked cannot change under the reader; pages live as long as a table needs them.
    return parts.read(memoryview(mmap.mmap(answer.fileno(), size, access=mmap.ACCESS_COPY)))


def _broken(code: int, limits: Limits) -> FileError:
    if -code == signal.SIGXCPU:
        return FileError("intake.cpu_seconds", inspect=limits.inspect_seconds, parse=limits.parse_seconds)
    reason = signal.Signals(-code).name if code < 0 else str(code)
    return FileError("intake.broken", reason=reason, allowed=limits.parse_bytes // MEBIBYTE)


def _environment(folder: Path, *, gdal: bool) -> dict[str, str]:
    plain = {
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LC_ALL": "C.UTF-8",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "MALLOC_ARENA_MAX": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    if not gdal:
        return plain
    return plain | {
        "GDAL_SKIP": _skipped(),
        "GDAL_NUM_THREADS": "1",
        "GDAL_CACHEMAX": "16",
        "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
        "GDAL_VRT_ENABLE_PYTHON": "NO",
        "GDAL_PAM_ENABLED": "NO",
        "CPL_TMPDIR": str(folder),
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
        "GDAL_HTTP_TIMEOUT": "1",
        "GDAL_HTTP_MAX_RETRY": "0",
        "GDAL_HTTP_PROXY": "127.0.0.1:9",
        "OSR_DEFAULT_AXIS_MAPPING_STRATEGY": "TRADITIONAL_GIS_ORDER",
        "PROJ_NETWORK": "OFF",
        "OGR_SQLITE_LOAD_EXTENSIONS": "",
    }


@cache
def _skipped() -> str:
    # Asked of the installed GDAL, so that a driver of a newer one is off from its first day.
    from pyogrio import list_drivers

    return ",".join(sorted(set(list_drivers()) - set(GDAL_DRIVERS)))
