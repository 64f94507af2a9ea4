"""Runs, traces and failures, on whichever server."""

from __future__ import annotations

from typing import Any, cast

from arango.database import StandardDatabase

from arango_thinking.audit import Audit
from arango_thinking.ours import FAILURES, LINKS, RUNS, TRACES
from arango_thinking.selection import key_of
from arango_thinking.store import Store
from tests.contract.conftest import COLLECTION
from tests.contract.documents import CONFIG, flat, put, stored


def test_runs_are_listed_newest_first(store: Store, audit: Audit) -> None:
    for day in (1, 3, 2):
        audit.start_run(
            {"_key": str(day), "collection": COLLECTION, "started_at": f"2025-01-0{day}", "status": "running"}
        )
    audit.start_run({"_key": "9", "collection": "another", "started_at": "2025-01-09"})
    audit.finish_run("3", {"status": "finished", "statistics": {"written": 4}})
    first, second = store.last_runs(COLLECTION, 2)
    assert first == {
        "_key": "3",
        "status": "finished",
        "started_at": "2025-01-03",
        "statistics": {"written": 4},
    }
    assert second["_key"] == "2"


def test_a_run_is_recorded_once(store: Store, audit: Audit) -> None:
    audit.start_run({"_key": "1", "collection": COLLECTION})
    audit.start_run({"_key": "1", "collection": COLLECTION})  # as when the answer to the first try was lost
    assert len(store.last_runs(COLLECTION, 5)) == 1


def test_traces_are_linked_from_their_document_and_to_their_run(
    store: Store, audit: Audit, database: StandardDatabase
) -> None:
    put(store, flat("a"))
    audit.start_run({"_key": "1", "collection": COLLECTION})
    audit.record_traces([{"_key": "t", "document": f"{COLLECTION}/a", "turns": []}], "1")
    reached = database.aql.execute(
        "FOR vertex IN 1..2 OUTBOUND @start @@links RETURN vertex._id",
        bind_vars={"start": f"{COLLECTION}/a", "@links": LINKS},
    )
    assert list(cast(Any, reached)) == [f"{TRACES}/t", f"{RUNS}/1"]
    assert stored(database, "t", TRACES) == {"_key": "t", "document": f"{COLLECTION}/a", "turns": []}


def test_no_traces(store: Store, audit: Audit, database: StandardDatabase) -> None:
    audit.record_traces([], "1")
    assert database.collection(LINKS).count() == 0


def test_a_trace_is_kept_once(store: Store, audit: Audit, database: StandardDatabase) -> None:
    put(store, flat("a"))
    trace = {"_key": "t", "document": f"{COLLECTION}/a"}
    audit.record_traces([trace], "1")
    audit.record_traces([trace], "1")
    assert (database.collection(TRACES).count(), database.collection(LINKS).count()) == (1, 2)


def test_failures_are_counted_and_cleared(store: Store, audit: Audit, database: StandardDatabase) -> None:
    first, second = f"{COLLECTION}/a", f"{COLLECTION}/b"
    same = {"config": CONFIG, "source_hash": "s", "collection": COLLECTION}
    audit.record_failures(
        {first: {"error": "ModelError", "run": "1", **same}, second: {"error": "ModelError", "run": "1", **same}}
    )
    for _ in range(2):  # the same run may tell it twice, when the answer was lost
        audit.record_failures({first: {"error": "BadReplyError", "run": "2", **same}})
    failure = stored(database, key_of(first), FAILURES)
    assert (failure["document"], failure["error"], failure["attempts"]) == (first, "BadReplyError", 2)
    assert stored(database, key_of(second), FAILURES)["attempts"] == 1
    audit.clear_failures([first, f"{COLLECTION}/never-failed"])
    assert not database.collection(FAILURES).has(key_of(first))
    assert database.collection(FAILURES).has(key_of(second))


def test_no_failures(store: Store, audit: Audit, database: StandardDatabase) -> None:
    audit.record_failures({})
    audit.clear_failures([])
    assert database.collection(FAILURES).count() == 0
