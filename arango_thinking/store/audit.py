"""The records of runs, traces and failures: what was done to the documents of a database, kept in that database."""

from __future__ import annotations

import os
import platform
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from arango_thinking.documents.layouts import Document
from arango_thinking.errors import RefusedError
from arango_thinking.store.connection import Connection
from arango_thinking.store.records import key_of
from arango_thinking.version import __version__

#: How often a document that fails is tried in all. Later runs retry it, after pauses that grow fourfold.
ATTEMPTS = 3
FIRST_PAUSE = timedelta(minutes=15)
_AT_ONCE = 100


def run_key() -> str:
    """A key for a run that begins now; keys sort by when runs began."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def run_record(key: str, command: str, collection: str) -> Document:
    """What is recorded of every run when it begins."""
    return {
        "_key": key,
        "command": command,
        "status": "running",
        "collection": collection,
        "versions": {"arango-thinking": __version__, "python": platform.python_version()},
        "host": platform.node(),
        "process": os.getpid(),
        "started_at": now(),
    }


def now() -> str:
    """The time now, UTC, in the form in which it is recorded."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Audit:
    """Writes the records. All methods block, and each is idempotent: a second call changes nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # ------------------------------------------------------------------ runs

    def start_run(self, run: Document) -> None:
        """Record a run under its `_key`."""
        self._connection.rows("start_run", {"record": run})

    def finish_run(self, key: str, patch: Document) -> None:
        """Merge `patch` into the record of a run."""
        self._connection.rows("finish_run", {"key": key, "patch": patch})

    def bury_dead_runs(self, collection: str, run: str) -> list[str]:
        """End the records of runs on `collection` that were killed; returns their keys.

        `run` must hold the lease of the collection: every other run that seems to be running was killed then. What
        became of their traces is read from the documents.
        """
        dead = self._connection.rows("dead_runs", {"source": collection, "run": run})
        for key in dead:
            self.settle_left(collection, key)
            counts = {row["outcome"]: row["traces"] for row in self._connection.rows("count_traces", {"run": key})}
            self.finish_run(key, {"status": "killed", "statistics": _account(counts)})
        return dead

    def settle_left(self, collection: str, run: str) -> dict[str, int]:
        """Settle the traces that a run on `collection` left unsettled, by what their documents hold now.

        Returns how many traces have which outcome: "written" or "lost".
        """
        found: Counter[str] = Counter()
        binds = {"@collection": collection, "run": run, "limit": _AT_ONCE}
        after = ""
        while unsettled := self._connection.rows("unsettled_traces", {**binds, "after": after}):
            self.settle(unsettled)
            after = unsettled[-1]["key"]
            found.update(trace["outcome"] for trace in unsettled)
        return dict(found)

    # ------------------------------------------------------------------ traces

    def record_traces(self, traces: Sequence[Document], run: str) -> dict[str, str]:
        """Keep traces before their documents are written, each linked from its document and to its run.

        Returns, by their keys, why some could not be kept. A batch that is too large for the database, or for a proxy
        in front of it, is written in halves.
        """
        if not traces:
            return {}
        try:
            self._connection.rows("record_traces", {"traces": traces})
            self._connection.rows("record_links", {"links": [link for trace in traces for link in _links(trace, run)]})
        except RefusedError as error:
            if len(traces) == 1:
                return {traces[0]["_key"]: str(error)}
            half = len(traces) // 2
            return self.record_traces(traces[:half], run) | self.record_traces(traces[half:], run)
        return {}

    def settle(self, results: Sequence[Mapping[str, Any]]) -> None:
        """Note what became of traces: `key`, `document`, `outcome` and the document's `revision` after the write."""
        if results:
            written = [result["document"] for result in results if result["outcome"] == "written"]
            keys = [result["key"] for result in results]
            self._connection.rows("settle_traces", {"results": list(results), "keys": keys, "documents": written})

    def change_traces(self, changes: Sequence[Document]) -> None:
        """Merge changes into settled traces; each change has the `_key` of its trace."""
        if changes:
            self._connection.rows("change_traces", {"changes": list(changes)})

    # ------------------------------------------------------------------ failures

    def record_failures(self, failures: Mapping[str, Document]) -> None:
        """Record failed documents by `_id`, with what went wrong; count the attempt and set the time of the next."""
        rows = [{"_key": key_of(id_), "document": id_, **failure} for id_, failure in failures.items()]
        if rows:
            pause = round(FIRST_PAUSE.total_seconds() * 1000)
            self._connection.rows("record_failures", {"failures": rows, "attempts": ATTEMPTS, "pause": pause})

    def count_failures(self, collection: str) -> int:
        """How many documents failed when they were last worked on."""
        return int(self._connection.rows("count_failures", {"source": collection})[0])

    def clear_failures(self, ids: Sequence[str]) -> None:
        """Forget the failures of these documents."""
        if ids:
            self._connection.rows("clear_failures", {"keys": [key_of(id_) for id_ in ids]})

    def retry_failures(self, collection: str, keys: Sequence[str] | None = None, filter_: str | None = None) -> int:
        """Make failed documents due, all or those with these keys. Their attempts start at zero. Returns how many."""
        binds = {"@collection": collection, "source": collection, "keys": None if keys is None else list(keys)}
        return len(self._connection.rows("retry_failures", binds, filter_))


def _links(trace: Document, run: str) -> list[Document]:
    key = trace["_key"]
    return [
        {"_key": f"{key}-document", "_from": trace["document"], "_to": f"thinking_traces/{key}"},
        {"_key": f"{key}-run", "_from": f"thinking_traces/{key}", "_to": f"thinking_runs/{run}"},
    ]


def _account(outcomes: Mapping[str, int]) -> Document:
    """The account of a killed run, as far as its traces tell it."""
    return {
        "selected": sum(outcomes.values()),
        **{name: outcomes.get(name, 0) for name in ("written", "conflicted", "failed", "gone", "lost")},
    }
