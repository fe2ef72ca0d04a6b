"""The walls of the parsing process: limits of the kernel, no network, no other program, no file outside its folder."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from gridmap.intake import landlock
from gridmap.intake.limits import Limits

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_SET_PARENT_DEATH_SIGNAL, _SET_NO_NEW_PRIVILEGES = 1, 38
_OPEN_FILES = 64
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSED = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.kill",
    "os.link",
    "os.symlink",
    "os.chmod",
    "os.chown",
    "urllib.",
    "ftplib.",
)


def shut_in(limits: Limits) -> None:
    """Close every way out of this process, for good. Call it first, before a thread or a parser exists."""
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, limits.result_bytes),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        resource.setrlimit(kind, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.parse_seconds, limits.parse_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits.parse_bytes, limits.parse_bytes))
    libc = ctypes.CDLL(None)
    libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    # A network of its own that has no interface. Some containers refuse it, some kernels have no
    # Landlock: the audit hook stands in either case.
    libc.unshare(_NEW_USER | _NEW_NETWORK)
    landlock.close_in(Path.cwd())
    sys.addaudithook(_refuse)


class _Unneeded:
    """An import finder that says of some modules that they are not there.

    Arrow and pyogrio load pandas and geopandas only to find out whether a value is theirs: that alone would take longer
    than reading most files.
    """

    names = frozenset({"geopandas", "pandas", "pyproj", "shapely"})

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Raise ModuleNotFoundError for what is not needed, leave the rest to the other finders."""
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(name=name)
        return None


def leave_out_unneeded() -> None:
    """Make this process start fast: nothing that only callers with frames need is ever imported."""
    sys.meta_path.insert(0, _Unneeded())


def limit(seconds: int, size: int) -> None:
    """Hold this process to `seconds` of CPU time since its start and `size` bytes of address space."""
    for kind, most in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, size)):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (min(most, hard), hard))


def lift_memory() -> int:
    """Return the address space that this process was held to, in bytes, and allow it all that it may ever have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    return soft


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(_REFUSED):
        raise PermissionError(event)
    if event == "open":
        path, mode, flags = arguments
        writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool(int(str(flags)) & _WRITING)
        if writes and isinstance(path, str | bytes) and not _inside(os.fsdecode(path)):
            raise PermissionError(event)


def _inside(path: str) -> bool:
    return Path(path).resolve().is_relative_to(Path.cwd())
