"""Enhanced documents whose question, answer or context changed since, on whichever server."""

from __future__ import annotations

from typing import Any, cast

import pytest
from arango.database import StandardDatabase

from arango_thinking.documents.layouts import Document
from arango_thinking.store.audit import Audit
from arango_thinking.store.records import Selection, StalePage, key_of
from arango_thinking.store.schema import FAILURES
from arango_thinking.store.store import Store
from arango_thinking.store.write_back import WriteBack
from tests.contract.conftest import COLLECTION
from tests.contract.documents import ALL, CONFIG, flat, messages, patch_of, pending_keys, put
from tests.contract.test_audit import trace
from tests.pending import all_pending

KEYS = "abcde"


@pytest.fixture
def enhanced(store: Store, write_back: WriteBack, audit: Audit) -> Store:
    """Five enhanced documents, the last of which holds messages, with their traces "ta" to "te"."""
    put(store, *(flat(key) for key in KEYS[:-1]), messages("e"))
    path = store.iterations_path(COLLECTION)
    pending = all_pending(store, ALL, CONFIG, path)
    within = {"metadata": {"thinking": "new", "thinking_iterations": 2}}
    patches = [patch_of(one, within if "messages" in one.document else None) for one in pending]
    traces = [
        trace(
            f"t{one.document['_key']}",
            one.document["_key"],
            source_hash=one.source_hash,
            layout="messages" if "messages" in one.document else "flat",
        )
        for one in pending
    ]
    audit.record_traces(traces, "1")
    results = [
        {"key": f"t{done.key}", "document": f"{COLLECTION}/{done.key}", "outcome": "written", "revision": done.revision}
        for done in write_back.save(patches)
    ]
    audit.settle(results)
    return store


def search(store: Store, selection: Selection = ALL, after: str = "", limit: int = 100) -> StalePage:
    return store.stale(selection, after, limit, CONFIG)


def found(page: StalePage) -> list[str]:
    return [stale.document["_key"] for stale in page.documents]


def test_nothing_changed(enhanced: Store) -> None:
    assert pending_keys(enhanced) == []
    assert search(enhanced) == StalePage("te", 5, 0, ())


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("a", {"question": "What else?"}),
        ("a", {"answer": "alpha"}),
        ("a", {"section_summary": "On letters"}),
        ("a", {"source_section": "2.1"}),
        ("a", {"document_id": "d2"}),
        ("a", {"metadata": {"source_section": "2.1"}}),
        ("e", {"messages": messages("f")["messages"]}),
    ],
    ids=str,
)
def test_a_change_of_what_thinking_rests_on_is_found(
    enhanced: Store, database: StandardDatabase, key: str, change: Document
) -> None:
    database.collection(COLLECTION).update({"_key": key, **change})
    page = search(enhanced)
    assert (page.traces, page.changed, found(page)) == (5, 1, [key])
    assert page.documents[0].stale


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("a", {"topic": "letters"}),
        ("a", {"thinking": "mine"}),
        ("a", {"thinking_converged": False}),
        ("a", {"thinking_iterations": None}),  # pending again, which is another search's to find
        ("e", {"metadata": {"topic": "vowels"}}),
    ],
    ids=str,
)
def test_a_change_of_anything_else_is_not(
    enhanced: Store, database: StandardDatabase, key: str, change: Document
) -> None:
    database.collection(COLLECTION).update({"_key": key, **change})
    assert search(enhanced).changed == 0


def test_a_removed_document_is_not(enhanced: Store, database: StandardDatabase) -> None:
    database.collection(COLLECTION).delete("a")
    assert search(enhanced) == StalePage("te", 5, 0, ())


@pytest.mark.parametrize("outcome", ["superseded", "lost", "failed", None])
def test_only_traces_that_stand_count(enhanced: Store, database: StandardDatabase, outcome: str | None) -> None:
    database.collection("thinking_traces").update({"_key": "ta", "outcome": outcome})
    database.collection(COLLECTION).update({"_key": "a", "answer": "alpha"})
    assert search(enhanced) == StalePage("te", 4, 0, ())


def test_pages_go_on_after_a_trace(enhanced: Store, database: StandardDatabase) -> None:
    for key in "bd":
        database.collection(COLLECTION).update({"_key": key, "answer": "another"})
    first = search(enhanced, limit=2)
    assert (first.last, first.traces, found(first)) == ("tb", 2, ["b"])
    second = search(enhanced, after="tb", limit=2)
    assert (second.last, second.traces, found(second)) == ("td", 2, ["d"])
    assert search(enhanced, after="te") == StalePage(None, 0, 0, ())


def test_other_collections_and_filters(enhanced: Store, database: StandardDatabase) -> None:
    for key in "bd":
        database.collection(COLLECTION).update({"_key": key, "answer": "another"})
    assert found(search(enhanced, Selection(COLLECTION, "doc._key > 'c'"))) == ["d"]
    enhanced.create_collection("others", edge=False)
    assert search(enhanced, Selection("others")).traces == 0


def test_one_that_failed_is_counted_until_it_is_due(enhanced: Store, audit: Audit, database: StandardDatabase) -> None:
    database.collection(COLLECTION).update({"_key": "a", "answer": "alpha"})
    [stale] = search(enhanced).documents
    failure = {"run": "2", "config": CONFIG, "source_hash": stale.source_hash, "collection": COLLECTION}
    audit.record_failures({f"{COLLECTION}/a": failure})
    page = search(enhanced)
    assert (page.changed, page.documents) == (1, ())
    record = {"_key": key_of(f"{COLLECTION}/a"), "next_attempt_at": 0}
    database.collection(FAILURES).update(record)
    assert found(search(enhanced)) == ["a"]


def test_the_revision_of_a_collection_tells_every_write(enhanced: Store, database: StandardDatabase) -> None:
    before = enhanced.revision(COLLECTION)
    assert enhanced.revision(COLLECTION) == before
    database.collection(COLLECTION).update({"_key": "a", "topic": "letters"})
    assert enhanced.revision(COLLECTION) != before
    assert " " not in cast(Any, before)


def test_thinking_that_was_edited_by_hand_is_left_alone(enhanced: Store, database: StandardDatabase) -> None:
    database.collection(COLLECTION).update({"_key": "a", "question": "What else?", "thinking": "by hand"})
    assert search(enhanced) == StalePage("te", 5, 0, ())


def test_what_the_run_itself_wrote_waits_for_the_next_one(enhanced: Store, database: StandardDatabase) -> None:
    database.collection(COLLECTION).update({"_key": "a", "question": "What else?"})
    assert enhanced.stale(ALL, "", 100, CONFIG, "1").changed == 0
    assert enhanced.stale(ALL, "", 100, CONFIG, "2").changed == 1
