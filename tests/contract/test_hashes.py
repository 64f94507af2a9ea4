"""What a hash of a source covers, and databases with the hashes of earlier versions, on whichever server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from arango.database import StandardDatabase

from arango_thinking.documents.layouts import Document
from arango_thinking.store.audit import Audit
from arango_thinking.store.history import History
from arango_thinking.store.records import StalePage
from arango_thinking.store.store import Store
from tests.contract.conftest import COLLECTION
from tests.contract.documents import ALL, CONFIG, messages, one_pending, pending_keys, put

#: What a version wrote that hashed whole messages: four documents that it enhanced, one of them edited since, one that
#: failed and waits, and one that it gave up. Revisions are not kept, so that each document has another one.
EARLIER: dict[str, list[Document]] = json.loads((Path(__file__).parent / "earlier_hashes.json").read_text("utf-8"))


@pytest.fixture
def earlier(store: Store) -> Store:
    """A database that an earlier version worked on."""
    for name, documents in EARLIER.items():
        put(store, *documents, collection=name)
    return store


def search(store: Store) -> StalePage:
    return store.stale(ALL, "", 100, CONFIG)


def found(page: StalePage) -> list[str]:
    return [stale.document["_key"] for stale in page.documents]


def hashes(database: StandardDatabase) -> dict[str, str]:
    """The hashes in the traces, by the keys of their documents."""
    traces = cast(Any, database.collection("thinking_traces").all())
    return {trace["document"].partition("/")[2]: trace["source_hash"] for trace in traces}


def turned(value: Any) -> Any:
    """The same value with the attributes of all objects the other way round."""
    if isinstance(value, Mapping):
        return {name: turned(value[name]) for name in reversed(value)}
    return [turned(item) for item in value] if isinstance(value, list) else value


def turn_messages(database: StandardDatabase) -> None:
    """A client writes all documents anew, with the attributes of their messages in another order."""
    collection = database.collection(COLLECTION)
    for document in list(cast(Any, collection.all())):
        if "messages" in document:
            collection.update({"_key": document["_key"], "messages": turned(document["messages"])})


def test_enhanced_documents_of_an_earlier_version_are_not_stale(earlier: Store) -> None:
    told = History(earlier).status(COLLECTION)
    assert {name: told[name] for name in ("enhanced", "stale", "elsewhere")} == {
        "enhanced": 4,
        "stale": 1,
        "elsewhere": 0,
    }
    assert found(search(earlier)) == ["edited"]


@pytest.mark.parametrize(("key", "changed"), [("messages", False), ("flat", False), ("parts", False), ("edited", True)])
def test_show_knows_them_too(earlier: Store, key: str, changed: bool) -> None:
    assert History(earlier).document(f"{COLLECTION}/{key}")["source_changed"] is changed


def test_what_failed_with_an_earlier_version_waits_on(earlier: Store) -> None:
    told = History(earlier).status(COLLECTION)
    assert (told["due"], told["waiting"], told["given_up"]) == (0, 1, 1)
    assert earlier.count_pending(ALL, earlier.iterations_path(COLLECTION), CONFIG).due == 0
    assert pending_keys(earlier) == []


def test_a_search_gives_traces_the_hash_of_now(earlier: Store, database: StandardDatabase) -> None:
    before = hashes(database)
    search(earlier)
    after = hashes(database)
    assert {key for key, value in after.items() if value.startswith("2:")} == {"messages", "parts", "flat"}
    assert after["edited"] == before["edited"]
    assert found(search(earlier)) == ["edited"]


def test_then_the_order_of_attributes_does_not_matter(earlier: Store, database: StandardDatabase) -> None:
    search(earlier)
    turn_messages(database)
    assert found(search(earlier)) == ["edited"]
    assert History(earlier).status(COLLECTION)["stale"] == 1


def test_traces_that_a_killed_run_left_are_settled(earlier: Store, database: StandardDatabase, audit: Audit) -> None:
    database.aql.execute("FOR trace IN thinking_traces UPDATE trace WITH { outcome: null } IN thinking_traces")
    assert audit.settle_left(COLLECTION, "1") == {"written": 4}
    assert found(search(earlier)) == ["edited"]


def test_a_failed_document_whose_attributes_change_places_waits_on(
    store: Store, database: StandardDatabase, audit: Audit
) -> None:
    put(store, messages("a"))
    pending = one_pending(store)
    failure = {"collection": COLLECTION, "config": CONFIG, "source_hash": pending.source_hash, "run": "1"}
    audit.record_failures({f"{COLLECTION}/a": failure})
    turn_messages(database)
    assert pending_keys(store) == []


PARTS = {"content": [{"type": "text", "text": "What is "}, {"type": "text", "text": "a?"}], "role": "user"}
ANSWERED = {"role": "assistant", "content": "a"}


@pytest.mark.parametrize(
    "change",
    [
        {"messages": [{"role": "user", "content": "What else?"}, ANSWERED]},
        {"messages": [{"role": "user", "content": "What is a?"}, {"role": "assistant", "content": "b"}]},
        {"messages": [{"role": "system", "content": "Letters"}, PARTS, ANSWERED]},
        {"messages": [{**PARTS, "content": [{"type": "text", "text": "What is b?"}]}, ANSWERED]},
        {"question": "What else?"},
        {"question": [{"type": "text", "text": "What else?"}]},
        {"answer": "b"},
        {"answer": [{"type": "text", "text": "b"}]},
        {"document_id": "b"},
        {"source_document_id": "b"},
        {"source_section": "2"},
        {"source_sections": ["2"]},
        {"section_summary": "Letters"},
        {"metadata": {"source_section": "2"}},
        {"choices": ["a", "b"]},
        {"options": {"A": "a", "B": "b"}},
        {"metadata": {"options": ["a", "b"]}},
        {"A": "a"},
        {"J": "a"},
        {"context": "The letter a comes first."},
        {"passages": ["The letter a comes first."]},
    ],
    ids=str,
)
def test_what_a_hash_covers(store: Store, database: StandardDatabase, change: Document) -> None:
    put(store, {**messages("a"), "messages": [PARTS, ANSWERED], "question": [{"type": "text", "text": "What?"}]})
    before = one_pending(store).source_hash
    database.collection(COLLECTION).update({"_key": "a", **change})
    assert one_pending(store).source_hash != before


@pytest.mark.parametrize(
    "change",
    [
        {"messages": [turned(PARTS), turned(ANSWERED)]},
        {"messages": [PARTS, {**ANSWERED, "thinking": "By its place."}]},
        {"messages": [{**PARTS, "name": "reader"}, ANSWERED]},
        {"metadata": {"topic": "runes"}},
        {"tags": ["b"]},
    ],
    ids=str,
)
def test_what_it_does_not_cover(store: Store, database: StandardDatabase, change: Document) -> None:
    put(store, {**messages("a"), "messages": [PARTS, ANSWERED]})
    before = one_pending(store).source_hash
    database.collection(COLLECTION).update({"_key": "a", **change})
    assert one_pending(store).source_hash == before


def test_the_state_covers_thinking_in_the_answer_itself(store: Store, database: StandardDatabase) -> None:
    put(store, messages("a"))
    before = one_pending(store).state_hash
    said = [{"role": "user", "content": "What is a?"}, {**ANSWERED, "thinking": "By its place."}]
    database.collection(COLLECTION).update({"_key": "a", "messages": said})
    assert one_pending(store).state_hash != before
