"""Compare-and-set: write patches into documents that are still as they were read, under a lease, in batches."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from arango_thinking.documents.layouts import Document
from arango_thinking.errors import BusyError, RefusedError
from arango_thinking.store.connection import Connection
from arango_thinking.store.faults import Action
from arango_thinking.store.leases import Lease
from arango_thinking.store.records import Patch, Written

#: How often to try to write a batch whose documents others keep changing; the pauses between tries double.
ROUNDS = 5
FIRST_PAUSE_SECONDS = 0.05
_LEFT = "left for the next run"


@dataclass(frozen=True, slots=True)
class WriteRule:
    """How patches are written, and what to do with one whose document was changed since it was read.

    `many` and `one` name the queries that write a batch and a single patch. `anew` takes the patch and the row of
    `reread` for its document, and returns the patch for the new revision, or the final result.
    """

    many: str
    one: str
    anew: Callable[[Patch, Document], Patch | Written]


def merged(patch: Patch, row: Document) -> Patch | Written:
    """`anew` for patches that are merged into their documents: retry when source and thinking did not change."""
    revision = row["document"]["_rev"]
    if holds(row["document"], patch.body):
        # When somebody edited the source since, the revision is not this write's, and the document must be found stale.
        same = row["source_hash"] == patch.source_hash
        return Written(patch.key, "written", revision=revision if same else None)
    if row["state_hash"] != patch.state_hash:
        return Written(patch.key, "conflicted", f"changed since it was read; {_LEFT}")
    return replace(patch, revision=revision)


MERGE = WriteRule("write_back", "write_one", merged)


class WriteBack:
    """Writes to one collection by one rule. All methods block."""

    def __init__(self, connection: Connection, collection: str, lease: Lease, rule: WriteRule = MERGE) -> None:
        self._connection = connection
        self._collection = collection
        self._lease = lease
        self._rule = rule

    def save(self, patches: Sequence[Patch]) -> list[Written]:
        """Write patches to documents that are still as they were read; results are in the order of the patches.

        A document with another revision is read again, and the rule says what becomes of its patch. Raises
        `LockedError`, with nothing more written, when another run took the lease.
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
            results[patch.key] = Written(patch.key, "conflicted", f"other writers were in the way each time; {_LEFT}")
        return [results[patch.key] for patch in patches]

    def _batch(self, patches: Sequence[Patch]) -> dict[str, Written]:
        """Write a batch; returns the results of the patches that were written, by key."""
        told = [{"key": patch.key, "revision": patch.revision, "body": patch.body} for patch in patches]
        try:
            rows = self._connection.rows(self._rule.many, self._binds(patches=told))
        except RefusedError:  # the whole batch, as when it needs too much memory: each patch is tried alone then
            return {}
        return {row["key"]: _written(row) for row in rows if row["key"] is not None}

    def _one(self, patch: Patch) -> dict[str, Written]:
        """Write one patch that a batch did not write although its document is as it was read, to learn why.

        The result is empty when the patch should be tried again: the document has changed meanwhile, somebody writes to
        it now, or the lease expired while the database could not be reached.
        """
        try:
            binds = self._binds(key=patch.key, revision=patch.revision, body=patch.body)
            rows = self._connection.rows_unless_busy(self._rule.one, binds)
        except BusyError:
            return {}
        except RefusedError as error:
            passing = error.action in (Action.REREAD, Action.GONE)
            return {} if passing else {patch.key: Written(patch.key, "failed", str(error))}
        if not rows:
            self._lease.renew()  # raises when the lease was lost
        return {row["key"]: _written(row) for row in rows}

    def _binds(self, **binds: Any) -> Document:
        hold = self._lease.hold
        return {"@collection": self._collection, "lease": hold.key, "fence": hold.fence, **binds}

    def _read_again(self, patches: Sequence[Patch], results: dict[str, Written]) -> list[Patch]:
        """The patches for the revisions that exist now; final results go into `results`."""
        if not patches:
            return []
        keys = [patch.key for patch in patches]
        rows = self._connection.rows("reread", {"@collection": self._collection, "keys": keys})
        now = {row["document"]["_key"]: row for row in rows}
        again = []
        for patch in patches:
            found = self._rule.anew(patch, now[patch.key]) if patch.key in now else _gone(patch)
            if isinstance(found, Patch):
                again.append(found)
            else:
                results[patch.key] = found
        return again


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
    odd = None if row["kept"] else "the database changed what was written: does the collection have computed values?"
    return Written(row["key"], "written", odd, row["revision"])
