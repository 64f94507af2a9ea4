"""Compare-and-set writes, on whichever server."""

from __future__ import annotations

import pytest
from arango.database import StandardDatabase

from arango_thinking.errors import ConfigurationError
from arango_thinking.ours import AUDIT_GRAPH
from arango_thinking.selection import Document
from arango_thinking.store import Store
from arango_thinking.write_back import WriteBack
from tests.contract.conftest import COLLECTION
from tests.contract.documents import (
    ALL,
    AT_TOP,
    CONFIG,
    flat,
    messages,
    one_pending,
    patch_of,
    pending_keys,
    put,
    stored,
)


def test_an_unchanged_document_is_written(store: Store, write_back: WriteBack, database: StandardDatabase) -> None:
    put(store, flat("a", topic="letters"))
    [written] = write_back.save([patch_of(one_pending(store))])
    assert (written.key, written.outcome, written.problem) == ("a", "written", None)
    after = {"thinking": "new", "thinking_iterations": 2, "thinking_converged": True}
    assert stored(database, "a") == flat("a", topic="letters") | after
    assert pending_keys(store) == []


def test_metadata_is_merged(store: Store, write_back: WriteBack, database: StandardDatabase) -> None:
    put(store, messages("a"))
    body = {"metadata": {"original_thinking": None, "thinking": "new", "thinking_iterations": 1}}
    [written] = write_back.save([patch_of(one_pending(store), body)])
    assert (written.key, written.outcome, written.problem) == ("a", "written", None)
    after = stored(database, "a")
    assert after["metadata"] == {
        "thinking": "new",
        "topic": "letters",
        "original_thinking": None,
        "thinking_iterations": 1,
    }
    assert after["messages"] == messages("a")["messages"]


def test_a_change_of_another_field_is_kept_and_the_patch_written(
    store: Store, write_back: WriteBack, database: StandardDatabase
) -> None:
    put(store, flat("a"))
    patch = patch_of(one_pending(store))
    database.collection(COLLECTION).update({"_key": "a", "topic": "vowels"})
    [written] = write_back.save([patch])
    assert (written.key, written.outcome, written.problem) == ("a", "written", None)
    after = stored(database, "a")
    assert (after["topic"], after["thinking"]) == ("vowels", "new")


@pytest.mark.parametrize(
    "change", [{"thinking": "mine"}, {"question": "What else?"}, {"answer": "z"}, {"thinking_iterations": 1}], ids=str
)
def test_a_change_of_what_the_thinking_rests_on_is_a_conflict(
    store: Store, write_back: WriteBack, database: StandardDatabase, change: Document
) -> None:
    put(store, flat("a"))
    patch = patch_of(one_pending(store))
    database.collection(COLLECTION).update({"_key": "a", **change})
    [written] = write_back.save([patch])
    assert (written.key, written.outcome) == ("a", "conflicted")
    assert stored(database, "a") == flat("a") | change


def test_a_change_inside_messages_is_a_conflict(
    store: Store, write_back: WriteBack, database: StandardDatabase
) -> None:
    put(store, messages("a"))
    patch = patch_of(one_pending(store), {"metadata": {"thinking": "new", "thinking_iterations": 1}})
    database.collection(COLLECTION).update({"_key": "a", "metadata": {"thinking": "mine"}})
    [written] = write_back.save([patch])
    assert written.outcome == "conflicted"
    assert stored(database, "a")["metadata"] == {"thinking": "mine", "topic": "letters"}


def test_a_removed_document_is_gone_and_stays_so(
    store: Store, write_back: WriteBack, database: StandardDatabase
) -> None:
    put(store, flat("a"))
    patch = patch_of(one_pending(store))
    database.collection(COLLECTION).delete("a")
    [written] = write_back.save([patch])
    assert (written.key, written.outcome) == ("a", "gone")
    assert not database.collection(COLLECTION).has("a")


def test_each_patch_has_its_own_result_in_order(
    store: Store, write_back: WriteBack, database: StandardDatabase
) -> None:
    put(store, *(flat(key) for key in "abcd"))
    patches = [patch_of(pending) for pending in reversed(store.pending(ALL, "", 10, AT_TOP, CONFIG))]
    documents = database.collection(COLLECTION)
    documents.delete("a")
    documents.update({"_key": "b", "topic": "letters"})
    documents.update({"_key": "c", "answer": "z"})
    results = [(written.key, written.outcome) for written in write_back.save(patches)]
    assert results == [("d", "written"), ("c", "conflicted"), ("b", "written"), ("a", "gone")]


def test_nothing_to_save(store: Store, write_back: WriteBack) -> None:
    assert write_back.save([]) == []


def test_saving_into_a_collection_that_is_gone(store: Store, write_back: WriteBack, database: StandardDatabase) -> None:
    put(store, flat("a"))
    patch = patch_of(one_pending(store))
    if database.has_graph(AUDIT_GRAPH):  # a graph does not let go of its collections
        database.delete_graph(AUDIT_GRAPH)
    database.delete_collection(COLLECTION)
    with pytest.raises(ConfigurationError, match="1203"):
        write_back.save([patch])
