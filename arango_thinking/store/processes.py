"""Identify this process, so that another one on the same machine can tell whether it still runs."""

from __future__ import annotations

import os
from pathlib import Path

_PROC = Path("/proc")


def identity() -> str | None:
    """Boot, process namespace, process number and start of this process; `None` on systems other than Linux.

    A process number alone is not enough: it is used again, and in another container it means another process.
    """
    here, start = _here(), _start(os.getpid())
    return f"{here} {os.getpid()} {start}" if here and start else None


def is_dead(other: str | None) -> bool:
    """Whether the process of that identity is known to have ended; `False` when it cannot be seen from here."""
    here = _here()
    if not other or not here or not other.startswith(f"{here} "):
        return False
    number, start = other.removeprefix(f"{here} ").split()
    started = _start(int(number))
    return not _exists(int(number)) if started is None else started != start


def _here() -> str | None:
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return None


def _start(number: int) -> str | None:
    """When a process began, in ticks since boot; "" when it has ended, though its parent may not know it yet.

    `None` when it cannot be seen: it does not exist, or belongs to another user on a system that hides these.
    """
    try:
        stat = (_PROC / str(number) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    state, *fields = stat.rpartition(")")[2].split()  # the name before it may hold spaces
    return "" if state in ("Z", "X") else fields[18]


def _exists(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
