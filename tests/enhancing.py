"""Enhancements without models: what a run would write, written by the real writer, under a real lease."""

from __future__ import annotations

from arango_thinking.documents.layouts import read_example
from arango_thinking.documents.trace import Attempt, Hint, StopReason, Trace, Turn, Verdict
from arango_thinking.runs.account import Statistics
from arango_thinking.runs.batch_writer import BatchWriter
from arango_thinking.runs.dialogues.outcomes import Outcome, Task
from arango_thinking.settings import StudentTeacherConfig
from arango_thinking.store.audit import Audit
from arango_thinking.store.leases import Lease
from arango_thinking.store.records import Pending, Selection
from arango_thinking.store.store import Store
from arango_thinking.store.write_back import WriteBack
from arango_thinking.usage import Usage
from tests.pending import all_pending


def a_trace(thinking: str, turns: int = 2) -> Trace:
    """Right in the last turn."""
    wrong = Turn(Attempt("A guess.", "Nile"), Verdict(False, 0.1, "matching"), Hint("Aha! Look again.", "teacher"))
    right = Turn(Attempt(thinking, "Tigris"), Verdict(True, 1.0, "matching"))
    usage = {"student": Usage(10, 5, 2, 0.25), "teacher": Usage(20, 5, 1, 0.5)}
    return Trace((*[wrong] * (turns - 1), right), StopReason.CORRECT, usage)


def enhance(
    store: Store, collection: str, run: str, thinking: str = "new", *, details: bool = False, turns: int = 2
) -> Statistics:
    """Write this thinking into all documents of a collection that are pending or stale."""
    config = StudentTeacherConfig(save_iterations=details)
    store.initialise(collection)
    audit, statistics = Audit(store.connection), Statistics()
    lease = Lease(store.connection, collection, run, 60)
    lease.take()
    start = {"command": "enhance", "status": "running", "started_at": f"2026-01-01T00:00:{len(run):02}+00:00"}
    audit.start_run({"_key": run, "collection": collection, "config": config.model_dump(mode="json"), **start})
    writer = BatchWriter(audit, WriteBack(store.connection, collection, lease), run, statistics, config)
    trace = a_trace(thinking, turns)
    writer.write([_outcome(number, found, thinking, trace) for number, found in enumerate(_work(store, collection))])
    ended = {"status": "finished", "finished_at": "2026-01-01T00:01:30+00:00"}
    statistics.selected = statistics.written
    audit.finish_run(run, {**ended, "statistics": statistics.to_dict()})
    lease.release({})
    return statistics


def _work(store: Store, collection: str) -> list[Pending]:
    selection, path = Selection(collection), store.iterations_path(collection)
    stale = store.stale(selection, "", 1000, "").documents
    return [*stale, *all_pending(store, selection, "", path)]


def _outcome(number: int, pending: Pending, thinking: str, trace: Trace) -> Outcome:
    example = read_example(pending.document, source=pending.document["_id"])
    return Outcome(Task(number, example, pending), trace, thinking, paid=trace.usage)
