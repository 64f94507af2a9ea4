"""Runs, traces and failures, on whichever server."""

from __future__ import annotations

import hashlib
import time
from typing import Any, cast

import pytest
from arango.database import StandardDatabase

from arango_thinking.store.audit import ATTEMPTS, Audit
from arango_thinking.store.history import History
from arango_thinking.store.records import Backlog, key_of
from arango_thinking.store.schema import AUDIT_GRAPH, FAILURES, LINKS, RUNS, TRACES
from arango_thinking.store.store import Store
from tests.contract.conftest import COLLECTION
from tests.contract.documents import ALL, AT_TOP, CONFIG, flat, messages, put, stored
from tests.pending import all_pending


def test_runs_are_listed_newest_first(store: Store, audit: Audit) -> None:
    for day in (1, 3, 2):
        audit.start_run(
            {"_key": str(day), "collection": COLLECTION, "started_at": f"2025-01-0{day}", "status": "running"}
        )
    audit.start_run({"_key": "9", "collection": "another", "started_at": "2025-01-09"})
    audit.finish_run("3", {"status": "finished", "statistics": {"written": 4}})
    first, second = History(store).runs(2, COLLECTION)
    assert first == {
        "_key": "3",
        "collection": COLLECTION,
        "status": "finished",
        "started_at": "2025-01-03",
        "statistics": {"written": 4},
    }
    assert second["_key"] == "2"


def test_a_run_is_recorded_once(store: Store, audit: Audit) -> None:
    audit.start_run({"_key": "1", "collection": COLLECTION})
    audit.start_run({"_key": "1", "collection": COLLECTION})  # as when the answer to the first try was lost
    assert len(History(store).runs(5, COLLECTION)) == 1


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


# ---------------------------------------------------------------------- the graph


def test_the_named_graph_leads_from_a_document_to_its_run(
    store: Store, audit: Audit, database: StandardDatabase
) -> None:
    put(store, flat("a"))
    audit.start_run({"_key": "1", "collection": COLLECTION})
    audit.record_traces([trace("t", "a")], "1")
    walked = database.aql.execute(
        "FOR vertex, edge, path IN 2 OUTBOUND @start GRAPH @graph RETURN path.vertices[*]._id",
        bind_vars={"start": f"{COLLECTION}/a", "graph": AUDIT_GRAPH},
    )
    assert list(cast(Any, walked)) == [[f"{COLLECTION}/a", f"{TRACES}/t", f"{RUNS}/1"]]


# ---------------------------------------------------------------------- what becomes of traces


def trace(key: str, document: str, run: str = "1", thinking: str = "new", **fields: Any) -> dict[str, Any]:
    return {
        "_key": key,
        "document": f"{COLLECTION}/{document}",
        "collection": COLLECTION,
        "run": run,
        "outcome": None,
        "layout": "flat",
        "source_hash": "s",
        "thinking_sha256": hashlib.sha256(thinking.encode()).hexdigest(),
        **fields,
    }


def settled(key: str, document: str, outcome: str = "written", revision: str | None = "_r") -> dict[str, Any]:
    return {"key": key, "document": f"{COLLECTION}/{document}", "outcome": outcome, "revision": revision}


def outcomes(database: StandardDatabase) -> dict[str, str | None]:
    return {row["_key"]: row["outcome"] for row in cast(Any, database.collection(TRACES).all())}


def test_a_trace_that_is_written_supersedes_those_of_earlier_runs(
    store: Store, audit: Audit, database: StandardDatabase
) -> None:
    put(store, flat("a"), flat("b"))
    audit.record_traces([trace("1a", "a"), trace("1b", "b")], "1")
    audit.settle([settled("1a", "a", revision="_1"), settled("1b", "b")])
    audit.record_traces([trace("2a", "a", "2"), trace("2b", "b", "2")], "2")
    for _ in range(2):  # as when the answer was lost
        audit.settle([settled("2a", "a"), settled("2b", "b", "conflicted", None)])
    assert outcomes(database) == {"1a": "superseded", "1b": "written", "2a": "written", "2b": "conflicted"}
    assert stored(database, "1a", TRACES)["revision"] == "_1"


def test_a_trace_that_somebody_removed_does_not_keep_the_others_open(
    store: Store, audit: Audit, database: StandardDatabase
) -> None:
    audit.record_traces([trace("a", "a"), trace("b", "b")], "1")
    database.collection(TRACES).delete("a")
    audit.settle([settled("a", "a"), settled("b", "b")])
    assert outcomes(database) == {"b": "written"}


def test_nothing_to_settle(audit: Audit, database: StandardDatabase) -> None:
    audit.settle([])
    assert audit.settle_left(COLLECTION, "1") == {}


def test_the_account_of_a_killed_run_is_closed_from_its_documents(
    store: Store, audit: Audit, database: StandardDatabase
) -> None:
    put(store, flat("a", thinking="new"), flat("b"), messages("c", thinking="new"), flat("d"))
    audit.start_run({"_key": "1", "collection": COLLECTION, "status": "running"})
    audit.start_run({"_key": "2", "collection": COLLECTION, "status": "finished"})
    audit.start_run({"_key": "3", "collection": "another", "status": "running"})
    audit.start_run({"_key": "4", "collection": COLLECTION, "status": "running"})
    audit.record_traces([trace("old", "a", "0", outcome="written")], "0")
    [row] = store.rows("reread", {"@collection": COLLECTION, "keys": ["a"]})
    open_ones = [
        trace("a", "a", source_hash=row["source_hash"]),
        trace("b", "b"),
        trace("c", "c", layout="messages"),
        trace("gone", "gone"),
    ]
    audit.record_traces([*open_ones, trace("d", "d", outcome="failed")], "1")
    assert audit.bury_dead_runs(COLLECTION, "4") == ["1"]
    expected = {"a": "written", "b": "lost", "c": "written", "gone": "lost", "d": "failed", "old": "superseded"}
    assert outcomes(database) == expected
    assert stored(database, "a", TRACES)["revision"] == cast(Any, database.collection(COLLECTION).get("a"))["_rev"]
    # Its question was edited since the write: with no revision it is found to be stale.
    assert stored(database, "c", TRACES)["revision"] is None
    run = stored(database, "1", RUNS)
    account = {"selected": 5, "written": 2, "conflicted": 0, "failed": 1, "gone": 0, "lost": 2}
    assert (run["status"], run["statistics"]) == ("killed", account)
    assert [stored(database, key, RUNS)["status"] for key in "234"] == ["finished", "running", "running"]
    assert audit.bury_dead_runs(COLLECTION, "4") == []


def test_what_another_run_wrote_in_the_same_words_is_not_this_ones(
    store: Store, audit: Audit, database: StandardDatabase
) -> None:
    """As when a run wakes up that was suspended, and another one has done its work."""
    put(store, flat("a", thinking="new"))
    revision = cast(Any, database.collection(COLLECTION).get("a"))["_rev"]
    audit.record_traces([trace("2a", "a", "2")], "2")
    audit.settle([settled("2a", "a", revision=revision)])
    audit.record_traces([trace("1a", "a", "1")], "1")
    assert audit.settle_left(COLLECTION, "1") == {"lost": 1}
    assert outcomes(database) == {"1a": "lost", "2a": "written"}


def test_more_traces_than_one_statement_takes(store: Store, audit: Audit, database: StandardDatabase) -> None:
    audit.record_traces([trace(f"{number:03}", "a") for number in range(230)], "1")
    assert audit.settle_left(COLLECTION, "1") == {"lost": 230}


# ---------------------------------------------------------------------- when a failed document is due


def failed(audit: Audit, key: str = "a", run: str = "1", config: str = CONFIG, source: str = "s") -> None:
    failure = {"error": "ModelError", "run": run, "config": config, "source_hash": source, "collection": COLLECTION}
    audit.record_failures({f"{COLLECTION}/{key}": failure})


def failure_of(database: StandardDatabase, key: str = "a") -> dict[str, Any]:
    return stored(database, key_of(f"{COLLECTION}/{key}"), FAILURES)


def minutes_left(database: StandardDatabase) -> float:
    return float(failure_of(database)["next_attempt_at"] / 1000 - time.time()) / 60


def test_the_pauses_grow_and_end(audit: Audit, database: StandardDatabase) -> None:
    failed(audit, run="1")
    assert minutes_left(database) == pytest.approx(15, abs=1)
    for _ in range(2):  # the second time as when the answer was lost
        failed(audit, run="2")
        assert minutes_left(database) == pytest.approx(60, abs=1)
    failed(audit, run="3")
    assert (failure_of(database)["attempts"], failure_of(database)["next_attempt_at"]) == (ATTEMPTS, None)


@pytest.mark.parametrize("change", [{"config": "another"}, {"source": "another"}], ids=str)
def test_another_configuration_or_source_begins_anew(
    audit: Audit, database: StandardDatabase, change: dict[str, str]
) -> None:
    for run in "123":
        failed(audit, run=run)
    failed(audit, run="4", **change)
    assert failure_of(database)["attempts"] == 1
    assert minutes_left(database) == pytest.approx(15, abs=1)


def due(store: Store, config: str = CONFIG) -> list[str]:
    """What a run would take; the count must say the same."""
    keys = sorted(pending.document["_key"] for pending in all_pending(store, ALL, config, AT_TOP))
    assert store.count_pending(ALL, AT_TOP, config) == Backlog(2, len(keys))
    return keys


def test_a_document_that_failed_is_left_out_until_it_is_due(
    store: Store, audit: Audit, database: StandardDatabase
) -> None:
    put(store, flat("a"), flat("b"))
    source = next(p.source_hash for p in all_pending(store, ALL, CONFIG, AT_TOP) if p.document["_key"] == "a")
    assert due(store) == ["a", "b"]
    failed(audit, source=source)
    assert due(store) == ["b"]
    assert due(store, "another configuration") == ["a", "b"]
    record = {"_key": key_of(f"{COLLECTION}/a")}
    database.collection(FAILURES).update({**record, "next_attempt_at": time.time() * 1000 - 1})
    assert due(store) == ["a", "b"]
    database.collection(FAILURES).update({**record, "next_attempt_at": None})
    assert due(store) == ["b"]
    database.collection(COLLECTION).update({"_key": "a", "topic": "letters"})
    assert due(store) == ["b"]
    database.collection(COLLECTION).update({"_key": "a", "answer": "alpha"})
    assert due(store) == ["a", "b"]
    audit.clear_failures([f"{COLLECTION}/a"])
    assert not database.collection(FAILURES).has(key_of(f"{COLLECTION}/a"))
