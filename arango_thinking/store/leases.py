"""Leases: one run at a time writes to a collection, and the lease of a killed run expires after a while."""

from __future__ import annotations

import os
import platform
import re
import threading
import time
from collections.abc import Mapping
from typing import Any

from arango_thinking.documents.layouts import Document
from arango_thinking.errors import LockedError
from arango_thinking.store.connection import Connection
from arango_thinking.store.processes import identity, is_dead
from arango_thinking.store.records import Hold, key_of

#: Seconds to wait after taking over the lease of a dead process: a statement that it sent may still be on its way.
DRAIN_SECONDS = 1.0


class Lease:
    """The right to write to one collection, kept in `thinking_locks`, by the server's clock. All methods block.

    The clock is that of the server that plans the query, in a cluster the Coordinator that was asked: by what the
    clocks of Coordinators differ, the lease of one run is shorter or longer for another.

    Each holder gets a higher `fence` than the one before: a statement that names an older fence writes nothing.
    """

    def __init__(self, connection: Connection, collection: str, run: str, seconds: float) -> None:
        self.seconds = seconds
        self._connection = connection
        self._collection = collection
        self._run = run
        self._key = key_of(collection)
        self._hold: Hold | None = None
        #: The fence of a holder that is known to be dead.
        self._dead: int | None = None
        # The heartbeat and a write renew the lease from two threads; at the same time they would conflict.
        self._one_at_a_time = threading.Lock()

    @property
    def hold(self) -> Hold:
        """The hold that each writing statement must name. Raises `RuntimeError` before `take`."""
        if self._hold is None:
            raise RuntimeError("the lease was not taken")
        return self._hold

    def take(self) -> Document:
        """Take the lease; returns its record, with the notes of the last holder.

        Raises `LockedError` when another run holds it. When that run's process was on this machine and has ended, its
        lease is taken over at once.
        """
        lease = self._take() or (self._make_room() and self._take())
        if not lease:
            raise LockedError(self._held_by_another())
        self._hold = Hold(self._key, lease["fence"])
        if self._dead is not None:
            time.sleep(DRAIN_SECONDS)
        return lease

    def _take(self) -> Document | None:
        binds = {
            "key": self._key,
            "run": self._run,
            "dead": self._dead,
            "holder": {"host": platform.node(), "process": os.getpid(), "identity": identity()},
            "milliseconds": round(self.seconds * 1000),
        }
        return next(iter(self._connection.rows("lease_take", binds)), None)

    def _make_room(self) -> bool:
        """Whether it is worth trying again: the lease did not exist yet, or its holder is dead."""
        lease = self._read()
        if lease is None:
            self._connection.rows("lease_make", {"key": self._key, "source": self._collection})
        elif is_dead(lease.get("identity")):
            self._dead = lease["fence"]
        else:
            return False
        return True

    def _read(self) -> Document | None:
        return next(iter(self._connection.rows("read_lease", {"key": self._key})), None)

    def renew(self) -> None:
        """Hold it for `seconds` more. Raises `LockedError` when another run has taken it."""
        binds = {"key": self._key, "fence": self.hold.fence, "milliseconds": round(self.seconds * 1000)}
        with self._one_at_a_time:
            if not self._connection.rows("lease_renew", binds):
                raise LockedError(f"The lease was lost. {self._held_by_another()} Nothing more is written.")

    def release(self, notes: Mapping[str, Any]) -> None:
        """Give the lease back, with notes for the next holder. Does nothing when this run does not hold it."""
        if self._hold is None:
            return
        binds = {"key": self._key, "fence": self.hold.fence, "notes": dict(notes)}
        with self._one_at_a_time:
            self._connection.rows("lease_release", binds)

    def _held_by_another(self) -> str:
        lease = self._read()
        if lease is None or not lease["run"]:
            return f"Another run works on '{self._collection}'."
        return (
            f"Another run works on '{self._collection}': {lease['run']} on {lease['host']}, process "
            f"{lease['process']}, since {_to_seconds(lease['taken_at'])}. If it was killed, its lease ends in "
            f"{lease['seconds_left']} s."
        )


def _to_seconds(moment: str) -> str:
    return re.sub(r"\.\d+Z$", "Z", moment)
