"""The kernel's own wall around a process (Linux: Landlock): code below Python sees the walls too.

Numbers and structures: https://docs.kernel.org/userspace-api/landlock.html; the same on every architecture.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1
_READ = (1 << 2) | (1 << 3)  # files, folders
_ALL = (1 << 13) - 1  # what the first version knows: execute, read, write, make and remove of every kind
_NO_TCP = 0b11  # bind, connect
_FILES_ONLY = 1 << 2
_TCP_SINCE = 4
# What interpreters and libraries read beside themselves; a path that is not there is left out.
_SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/usr/share/zoneinfo",
    "/dev/null", "/dev/urandom", "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu",
)  # fmt: skip


def close_in(folder: Path) -> bool:
    """Let this process read only what Python is made of, write only into `folder`, start no program, open no TCP.

    For good, for all its threads. Returns False, and changes nothing, where the kernel has no such wall.
    """
    libc = ctypes.CDLL(None)
    version = libc.syscall(_CREATE, None, 0, _ASK_VERSION)
    if version < 1:
        return False
    rules = struct.pack("<Q", _ALL) if version < _TCP_SINCE else struct.pack("<QQ", _ALL, _NO_TCP)
    ruleset = libc.syscall(_CREATE, rules, len(rules), 0)
    if ruleset < 0:
        return False
    _allow(libc, ruleset, [str(folder)], _ALL)
    _allow(libc, ruleset, {*_SYSTEM, *sys.path, sys.prefix, sys.base_prefix}, _READ)
    closed = libc.syscall(_RESTRICT, ruleset, 0) == 0
    os.close(ruleset)
    return bool(closed)


def _allow(libc: ctypes.CDLL, ruleset: int, paths: Iterable[str], access: int) -> None:
    for path in paths:
        try:
            handle = os.open(path or ".", os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        granted = access if Path(path).is_dir() else access & _FILES_ONLY
        libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("<Qi", granted, handle), 0)
        os.close(handle)
