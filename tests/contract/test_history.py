"""What was done, looked at and taken back, on whichever server."""

from __future__ import annotations

import pytest
from arango.database import StandardDatabase

from arango_thinking.documents.layouts import Document
from arango_thinking.runs.retrying import retry_failures
from arango_thinking.runs.reverting import Reverting, Scope
from arango_thinking.store.audit import Audit
from arango_thinking.store.history import History
from arango_thinking.store.records import Selection, key_of
from arango_thinking.store.store import FAILURES, Store
from tests.contract.conftest import COLLECTION
from tests.contract.documents import ALL, CONFIG, flat, messages, pending_keys, put, stored
from tests.enhancing import enhance
from tests.pending import all_pending


def test_status_counts_each_state(store: Store) -> None:
    assert History(store).status(COLLECTION)["documents"] == 0
    done = {"thinking_iterations": 2, "thinking_converged": True}
    put(
        store,
        flat("a"),
        messages("b"),
        flat("c", **done),
        messages("d", **done),
        flat("e", thinking_iterations=3, thinking_converged=False),
    )
    status = History(store).status(COLLECTION)
    counted = [status[name] for name in ("pending", "due", "enhanced", "converged", "unconverged", "elsewhere")]
    assert counted == [2, 2, 3, 2, 1, 3]
    assert status["average_iterations"] == pytest.approx(7 / 3)


def test_status_tells_our_own_and_stale_documents(store: Store, database: StandardDatabase) -> None:
    put(store, flat("a"), flat("b"), flat("c"), flat("d", thinking_iterations=1))
    enhance(store, COLLECTION, "1")
    documents = database.collection(COLLECTION)
    documents.update({"_key": "a", "answer": "z"})
    documents.update({"_key": "b", "topic": "letters"})
    documents.delete("c")
    status = History(store).status(COLLECTION)
    assert [status[name] for name in ("documents", "enhanced", "elsewhere", "stale")] == [3, 3, 1, 1]
    assert status["totals"] == {"runs": 1, "cost": 2.25, "cost_unknown": 0}


def test_where_init_never_ran(bare_store: Store) -> None:
    bare_store.create_collection(COLLECTION, edge=False)
    put(bare_store, flat("a"))
    history = History(bare_store)
    status = history.status(COLLECTION)
    assert (status["pending"], status["runs"], status["lease"], status["totals"]["runs"]) == (1, [], None, 0)
    assert history.runs(5) == []
    assert (history.document(f"{COLLECTION}/a")["trace"], history.waiting(COLLECTION)["waiting"]) == (None, 0)


def test_failures_wait_are_given_up_and_made_due(store: Store, audit: Audit, database: StandardDatabase) -> None:
    put(store, flat("a"), flat("b"))
    hashes = {pending.document["_id"]: pending.source_hash for pending in all_pending(store, ALL, CONFIG, ["x"])}
    told: Document = {"collection": COLLECTION, "config": CONFIG, "error": "ModelError", "message": "", "run": "1"}
    audit.record_failures({id_: {**told, "source_hash": source_hash} for id_, source_hash in hashes.items()})
    database.collection(FAILURES).update({"_key": key_of(f"{COLLECTION}/a"), "next_attempt_at": None})
    waiting = History(store).waiting(COLLECTION)
    assert (waiting["waiting"], waiting["given_up"]) == (1, 1)
    assert waiting["next_attempt_at"] == stored(database, key_of(f"{COLLECTION}/b"), FAILURES)["next_attempt_at"]
    assert pending_keys(store) == []
    assert retry_failures(store, Selection(COLLECTION), ["a"]) == 1
    assert pending_keys(store) == ["a"]
    assert retry_failures(store, Selection(COLLECTION, "doc.answer == 'b'")) == 1
    assert pending_keys(store) == ["a", "b"]
    assert stored(database, key_of(f"{COLLECTION}/a"), FAILURES)["attempts"] == 0


def test_a_run_and_a_document_in_full(store: Store) -> None:
    put(store, flat("a"))
    enhance(store, COLLECTION, "1")
    assert History(store).run("1")["config"]["max_iterations"] == 3
    shown = History(store).document(f"{COLLECTION}/a")
    assert (shown["holds_thinking"], shown["thinking_before"], shown["thinking_after"]) == (True, "old", "new")
    assert shown["trace"]["_key"] == "1-0000000"


@pytest.mark.parametrize("document", [flat("a", topic="x"), messages("a"), {**messages("a"), "metadata": None}])
def test_documents_are_taken_back(store: Store, database: StandardDatabase, document: Document) -> None:
    put(store, document)
    before = stored(database, "a")
    enhance(store, COLLECTION, "1")
    database.collection(COLLECTION).update({"_key": "a", "reviewed": True})
    assert Reverting(store, Scope(run="1")).revert()["written"] == 1
    assert stored(database, "a") == {**before, "reviewed": True}
    enhance(store, COLLECTION, "2")
    assert Reverting(store, Scope(COLLECTION, keys=("a",))).revert()["written"] == 1
    assert stored(database, "a") == {**before, "reviewed": True}
    assert pending_keys(store) == ["a"]


def test_edges_are_taken_back(store: Store, database: StandardDatabase) -> None:
    store.create_collection("edges", edge=True)
    put(store, flat("a", _from=f"{COLLECTION}/x", _to=f"{COLLECTION}/y"), collection="edges")
    before = stored(database, "a", "edges")
    enhance(store, "edges", "1")
    assert Reverting(store, Scope("edges")).revert()["written"] == 1
    assert stored(database, "a", "edges") == before
