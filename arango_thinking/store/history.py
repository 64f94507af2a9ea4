"""Read what was done to the documents of a database: their state, the runs, and the dialogues of one document."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from arango_thinking.documents.bookkeeping import restored
from arango_thinking.documents.layouts import Document, Layout, read_example
from arango_thinking.documents.reversal import is_thinking_of, thinking_in
from arango_thinking.errors import ConfigurationError, DocumentError
from arango_thinking.store.processes import is_dead
from arango_thinking.store.records import key_of, same_source
from arango_thinking.store.schema import FAILURES, LOCKS, RUNS, TRACES
from arango_thinking.store.store import Store

_LAST_RUNS = 5
_NO_TOTALS = {"runs": 0, "cost": None, "cost_unknown": 0}
_LOGIN_IN_URL = re.compile(r"//[^/@\s]*@")


class History:
    """Only reads; finds nothing where `init` never ran. All methods block."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # ------------------------------------------------------------------ a collection

    def status(self, collection: str) -> Document:
        """How many documents are in which state, who holds the lease, the last runs and what all of them cost."""
        self._store.require(collection)
        rows = self._store.rows("status", {"@collection": collection})
        states = {row["state"]: row for row in rows}
        counts = {name: _documents(states, name) for name in ("pending", "converged", "unconverged")}
        enhanced = counts["converged"] + counts["unconverged"]
        iterations = sum(row["iterations"] or 0 for row in rows)
        both = {"@collection": collection, "source": collection}
        standing = self._first("standing_traces", TRACES, both) or {"ours": 0, "stale": 0}
        waiting = self.waiting(collection)
        return {
            "collection": collection,
            "documents": sum(counts.values()),
            "pending": counts["pending"],
            "due": counts["pending"] - waiting["waiting"] - waiting["given_up"],
            **waiting,
            "enhanced": enhanced,
            "converged": counts["converged"],
            "unconverged": counts["unconverged"],
            "average_iterations": iterations / enhanced if enhanced else None,
            "stale": standing["stale"] or 0,
            "elsewhere": enhanced - standing["ours"],
            "lease": self._lease(collection),
            "runs": self.runs(_LAST_RUNS, collection),
            "totals": self._first("run_totals", RUNS, {"source": collection}) or _NO_TOTALS,
        }

    def waiting(self, collection: str) -> Document:
        """Pending documents that failed and are not due: how many wait, until when, and how many were given up."""
        rows = self._rows("waiting", FAILURES, {"@collection": collection, "source": collection})
        states = {row["state"]: row for row in rows}
        return {
            "waiting": _documents(states, "waiting"),
            "next_attempt_at": states.get("waiting", {}).get("next_attempt_at"),
            "given_up": _documents(states, "given_up"),
        }

    def _lease(self, collection: str) -> Document | None:
        lease = self._first("read_lease", LOCKS, {"key": key_of(collection)})
        if lease is None or not lease["held"]:
            return None
        told = {name: lease[name] for name in ("run", "host", "process", "taken_at", "expires_at", "seconds_left")}
        return {**told, "dead": is_dead(lease.get("identity"))}

    # ------------------------------------------------------------------ runs

    def runs(self, limit: int, collection: str | None = None) -> list[Document]:
        """The latest runs, newest first."""
        if collection is None:
            return self._rows("all_runs", RUNS, {"limit": limit})
        return self._rows("last_runs", RUNS, {"source": collection, "limit": limit})

    def run(self, key: str) -> Document:
        """One run in full, without logins in its URLs. Raises `ConfigurationError` when there is no such run."""
        run = self._first("read_run", RUNS, {"key": key})
        if run is None:
            raise ConfigurationError(f"There is no run '{key}'. `arango-thinking runs` lists them.")
        config = run.get("config") or {}
        hidden = {name: _LOGIN_IN_URL.sub("//***@", url) for name, url in config.items() if _is_url(name, url)}
        return {**run, "config": {**config, **hidden}}

    # ------------------------------------------------------------------ a document

    def document(self, id_: str, trace: str | None = None) -> Document:
        """A document and the trace of the thinking it holds, or its latest, or the one with this key.

        Raises `ConfigurationError` when neither the document nor a trace of it exists, or no trace of it has this key.
        """
        collection, _, key = id_.partition("/")
        self._store.require(collection)
        traces = self._rows("read_traces", TRACES, {"document": id_})
        row = next(iter(self._store.rows("reread", {"@collection": collection, "keys": [key]})), None)
        if row is None and not traces:
            raise ConfigurationError(f"There is no document '{id_}'.")
        document = row["document"] if row else None
        chosen = _chosen(traces, trace, id_)
        run = self._first("read_run", RUNS, {"key": chosen["run"]}) if chosen else None
        return {
            "document": document,
            "asked": _asked(document, chosen),
            "trace": chosen,
            "holds_thinking": bool(document and chosen and is_thinking_of(thinking_in(document, chosen), chosen)),
            "source_changed": bool(row and chosen and not same_source(row, chosen["source_hash"])),
            "thinking_before": _thinking_before(document, chosen),
            "thinking_after": _thinking_after(document, traces, chosen),
            "run": run and {name: run.get(name) for name in ("_key", "command", "status", "started_at")},
            "traces": [_summary(other) for other in traces],
            "failure": self._first("read_failure", FAILURES, {"key": key_of(id_)}),
        }

    def failures(self, collection: str, limit: int) -> list[Document]:
        """Documents that failed when they were last worked on, with the `reason` of each, the latest first."""
        self._store.require(collection)
        return self._rows("list_failures", FAILURES, {"source": collection, "limit": limit})

    def unconverged(self, collection: str, limit: int) -> list[Document]:
        """Enhanced documents that never got right, with how each dialogue ended and why its last verdict was so."""
        self._store.require(collection)
        return self._rows("unconverged", TRACES, {"@collection": collection, "limit": limit})

    # ------------------------------------------------------------------ reading

    def _rows(self, name: str, collection: str, binds: Mapping[str, Any]) -> list[Document]:
        """The rows of a query on a collection of this package; none when that collection does not exist."""
        return self._store.rows(name, binds) if self._store.has_collection(collection) else []

    def _first(self, name: str, collection: str, binds: Mapping[str, Any]) -> Document | None:
        return next(iter(self._rows(name, collection, binds)), None)


def _documents(states: Mapping[str, Document], name: str) -> int:
    return int(states.get(name, {}).get("documents", 0))


def _is_url(name: str, value: Any) -> bool:
    return name.endswith("_url") and isinstance(value, str)


def _chosen(traces: Sequence[Document], key: str | None, id_: str) -> Document | None:
    """The trace with this key; without a key the one whose thinking stands in the document, else the latest.

    Raises `ConfigurationError` when there is no trace with the key.
    """
    if key is None:
        return next((trace for trace in traces if trace["outcome"] == "written"), next(iter(traces), None))
    for trace in traces:
        if trace["_key"] == key:
            return trace
    keys = ", ".join(trace["_key"] for trace in traces) or "none"
    raise ConfigurationError(f"'{id_}' has no trace '{key}'. Its traces: {keys}.")


def _summary(trace: Document) -> Document:
    told = {name: trace.get(name) for name in ("_key", "run", "outcome", "stop_reason", "rationalized", "created_at")}
    return {**told, "turns": len(trace["turns"])}


def _asked(document: Document | None, trace: Document | None) -> Document:
    """Question, reference answer, context and evidence of the document now, or a `problem`: why there are none."""
    if document is None:
        return {"problem": "the document was removed"}
    try:
        example = read_example(document, source=document["_id"], layout=Layout(trace["layout"]) if trace else None)
    except DocumentError as error:
        return {"problem": str(error)}
    return {
        "question": example.question,
        "answer": example.answer,
        "context": example.context,
        "evidence": list(example.evidence),
        "layout": str(example.layout),
    }


def _thinking_before(document: Document | None, trace: Document | None) -> Any:
    """The thinking that the dialogue of the trace found; it may have stood in the message itself."""
    if trace is None:
        return None
    was = trace["before"]
    if document is None or "thinking" in was["values"]:
        return was["values"].get("thinking")
    try:
        layout = Layout(trace["layout"])
        return read_example(restored(document, layout, was), source="", layout=layout).thinking
    except DocumentError:
        return None


def _thinking_after(document: Document | None, traces: Sequence[Document], trace: Document | None) -> str | None:
    """The thinking that the dialogue of the trace wrote, from the document or from what a later trace found in it.

    `None` when neither has it any more.
    """
    if trace is None:
        return None
    found = [thinking_in(document, trace)] if document is not None else []
    found += [other["before"]["values"].get("thinking") for other in traces]
    return next((thinking for thinking in found if is_thinking_of(thinking, trace)), None)
