"""Compare-and-set: patches go into documents that are still as they were read, under a lease, a batch at a time."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from arango_thinking.connection import Connection
from arango_thinking.errors import BusyError, RefusedError
from arango_thinking.faults import Action
from arango_thinking.leases import Lease
from arango_thinking.selection import Document, Patch, Written

#: How often a batch is written to documents that others keep changing, after pauses that double.
ROUNDS = 5
FIRST_PAUSE_SECONDS = 0.05
_LEFT = "left for the next run"


class WriteBack:
    """Writes to one collection. All methods block."""

    def __init__(self, connection: Connection, collection: str, lease: Lease) -> None:
        self._connection = connection
        self._collection = collection
        self._lease = lease

    def save(self, patches: Sequence[Patch]) -> list[Written]:
        """Write patches to documents that are still as they were read; results are in their order.

        A document with another revision is read again: when question, answer, context and thinking are the same, the
        patch goes to the new revision, when it holds the patch already an earlier try arrived, else it is
        "conflicted". Raises `LockedError`, with nothing more written, when another run took the lease.
        """
        results: dict[str, Written] = {}
        left = list(patches)
        for number in range(ROUNDS):
            if not left:
                break
            if number:
                time.sleep(random.uniform(0.5, 1.0) * FIRST_PAUSE_SECONDS * 2**number)
            self._lease.renew()
            results |= self._batch(left)
            tried = {patch.key: patch.revision for patch in left}
            left = self._read_again([patch for patch in left if patch.key not in results], results)
            for patch in left:
                if patch.revision == tried[patch.key]:
                    results |= self._one(patch)
            left = [patch for patch in left if patch.key not in results]
        for patch in left:
            results[patch.key] = Written(patch.key, "conflicted", f"others were in the way again and again; {_LEFT}")
        return [results[patch.key] for patch in patches]

    def _batch(self, patches: Sequence[Patch]) -> dict[str, Written]:
        """The ones that were written."""
        told = [{"key": patch.key, "revision": patch.revision, "body": patch.body} for patch in patches]
        try:
            rows = self._write(told)
        except RefusedError:  # all of it, as too much for the memory allowed: each is tried on its own then
            return {}
        return {row["key"]: _written(row) for row in rows if row["key"] is not None}

    def _one(self, patch: Patch) -> dict[str, Written]:
        """Write one that a batch did not take although it is as it was read, to learn why.

        Empty when it is to be tried again: it has changed meanwhile, somebody writes to it now, or the lease ran out
        while the database could not be reached.
        """
        try:
            rows = self._write_one(self._binds(key=patch.key, revision=patch.revision, body=patch.body))
        except BusyError:
            return {}
        except RefusedError as error:
            passing = error.action in (Action.REREAD, Action.GONE)
            return {} if passing else {patch.key: Written(patch.key, "failed", str(error))}
        if not rows:
            self._lease.renew()  # says so when it was lost
        return {row["key"]: _written(row) for row in rows}

    def _write(self, patches: Sequence[Document]) -> list[Document]:
        """A row for each patch, without a key where nothing was written."""
        return self._connection.rows("write_back", self._binds(patches=patches))

    def _write_one(self, binds: Document) -> list[Document]:
        return self._connection.rows_unless_busy("write_one", binds)

    def _binds(self, **binds: Any) -> Document:
        hold = self._lease.hold
        return {"@collection": self._collection, "lease": hold.key, "fence": hold.fence, **binds}

    def _read_again(self, patches: Sequence[Patch], results: dict[str, Written]) -> list[Patch]:
        """Patches for the revisions that are there now; what is decided goes into `results`."""
        if not patches:
            return []
        keys = [patch.key for patch in patches]
        rows = self._connection.rows("reread", {"@collection": self._collection, "keys": keys})
        now = {row["document"]["_key"]: row for row in rows}
        again = []
        for patch in patches:
            found = self._anew(patch, now[patch.key]) if patch.key in now else _gone(patch)
            if isinstance(found, Patch):
                again.append(found)
            else:
                results[patch.key] = found
        return again

    def _anew(self, patch: Patch, row: Document) -> Patch | Written:
        """The patch for a document that was read again, or what has become of it."""
        revision = row["document"]["_rev"]
        if holds(row["document"], patch.body):
            # Edited since by somebody? Then the revision is another's, and the document is to be found stale.
            same = row["source_hash"] == patch.source_hash
            return Written(patch.key, "written", revision=revision if same else None)
        if row["state_hash"] != patch.state_hash:
            return Written(patch.key, "conflicted", f"changed since it was read; {_LEFT}")
        return replace(patch, revision=revision)


def _gone(patch: Patch) -> Written:
    return Written(patch.key, "gone", "removed since it was read")


def holds(document: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    """Whether a document has everything that a patch would write."""
    return all(_holds(document.get(name), value) for name, value in body.items())


def _holds(stored: Any, value: Any) -> bool:
    if not isinstance(value, Mapping):
        return bool(stored == value)
    return isinstance(stored, Mapping) and holds(stored, value)


def _written(row: Document) -> Written:
    odd = None if row["kept"] else "the database stored something else than was written: has it computed values?"
    return Written(row["key"], "written", odd, row["revision"])
