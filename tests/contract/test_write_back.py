"""Compare-and-set writes, on whichever server."""

from __future__ import annotations

import time
from typing import Any, cast

import pytest
from arango.database import StandardDatabase

from arango_thinking.documents.layouts import Document
from arango_thinking.errors import ConfigurationError, LockedError
from arango_thinking.store.connection import Connection
from arango_thinking.store.leases import Lease
from arango_thinking.store.records import Patch, Selection
from arango_thinking.store.schema import AUDIT_GRAPH, LOCKS
from arango_thinking.store.store import Store
from arango_thinking.store.write_back import WriteBack
from tests.contract.conftest import COLLECTION
from tests.contract.documents import (
    ALL,
    AT_TOP,
    CONFIG,
    EDGES,
    PARAGRAPHS,
    flat,
    messages,
    one_pending,
    patch_of,
    pending_keys,
    put,
    stored,
)
from tests.pending import all_pending


def revision(database: StandardDatabase, key: str) -> str:
    return str(cast(Any, database.collection(COLLECTION).get(key))["_rev"])


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
    patches = [patch_of(pending) for pending in reversed(all_pending(store, ALL, CONFIG, AT_TOP))]
    documents = database.collection(COLLECTION)
    documents.delete("a")
    documents.update({"_key": "b", "topic": "letters"})
    documents.update({"_key": "c", "answer": "z"})
    results = [(written.key, written.outcome) for written in write_back.save(patches)]
    assert results == [("d", "written"), ("c", "conflicted"), ("b", "written"), ("a", "gone")]


def test_nothing_to_save_asks_nothing_of_the_database(store: Store) -> None:
    never_taken = Lease(store.connection, COLLECTION, "run", 60)
    assert WriteBack(store.connection, COLLECTION, never_taken).save([]) == []


def test_what_an_earlier_try_wrote_is_not_written_twice(
    store: Store, write_back: WriteBack, lease: Lease, database: StandardDatabase
) -> None:
    put(store, flat("a"), flat("b"))
    first, second = (patch_of(pending) for pending in all_pending(store, ALL, CONFIG, AT_TOP))
    told = [{"key": first.key, "revision": first.revision, "body": first.body}]
    binds = {"@collection": COLLECTION, "patches": told, "lease": lease.hold.key, "fence": lease.hold.fence}
    [row] = store.rows("write_back", binds)  # as when its answer was lost
    results = write_back.save([first, second])
    assert [(written.outcome, written.problem) for written in results] == [("written", None)] * 2
    assert results[0].revision == row["revision"] == revision(database, "a")


@pytest.mark.parametrize("change", ["a string", ["a list"]])
def test_metadata_that_became_something_else_is_left_alone(
    store: Store, write_back: WriteBack, database: StandardDatabase, change: object
) -> None:
    document = messages("a")
    del document["metadata"]
    put(store, document)
    patch = patch_of(one_pending(store), {"metadata": {"thinking": "new", "thinking_iterations": 1}})
    database.collection(COLLECTION).update({"_key": "a", "metadata": change})
    [written] = write_back.save([patch])
    assert written.outcome == "conflicted"
    assert stored(database, "a")["metadata"] == change


def test_metadata_that_came_meanwhile_is_kept(store: Store, write_back: WriteBack, database: StandardDatabase) -> None:
    document = messages("a")
    del document["metadata"]
    put(store, document)
    patch = patch_of(one_pending(store), {"metadata": {"thinking": "new", "thinking_iterations": 1}})
    database.collection(COLLECTION).update({"_key": "a", "metadata": {"topic": "letters"}})
    [written] = write_back.save([patch])
    assert written.outcome == "written"
    assert stored(database, "a")["metadata"] == {"topic": "letters", "thinking": "new", "thinking_iterations": 1}


def test_an_original_from_elsewhere_is_not_overwritten(
    store: Store, write_back: WriteBack, database: StandardDatabase
) -> None:
    put(store, flat("a"))
    patch = patch_of(one_pending(store), {"original_thinking": "old", "thinking": "new", "thinking_iterations": 1})
    database.collection(COLLECTION).update({"_key": "a", "original_thinking": "the first of all"})
    [written] = write_back.save([patch])
    assert written.outcome == "conflicted"
    assert stored(database, "a")["original_thinking"] == "the first of all"


def test_a_schema_that_refuses_one_lets_the_others_pass(
    store: Store, write_back: WriteBack, database: StandardDatabase
) -> None:
    put(store, *(flat(key) for key in "abc"))
    rule = {"properties": {"thinking_iterations": {"type": "number", "maximum": 1}}}
    schema = {"rule": rule, "level": "strict", "message": "too much thinking"}
    database.collection(COLLECTION).configure(schema=schema)
    patches = [
        patch_of(pending, {"thinking": "new", "thinking_iterations": iterations})
        for pending, iterations in zip(all_pending(store, ALL, CONFIG, AT_TOP), (1, 2, 1), strict=True)
    ]
    results = write_back.save(patches)
    assert [written.outcome for written in results] == ["written", "failed", "written"]
    assert "1620" in str(results[1].problem)
    assert "too much thinking" in str(results[1].problem)
    assert stored(database, "b") == flat("b")


def test_a_unique_index_fails_the_second_alone(store: Store, write_back: WriteBack, database: StandardDatabase) -> None:
    put(store, *(flat(key) for key in "abc"))
    index = {"type": "persistent", "fields": ["note"], "unique": True, "sparse": True}
    database.collection(COLLECTION).add_index(index)
    patches = [
        patch_of(pending, {"thinking": "new", "thinking_iterations": 1, "note": note})
        for pending, note in zip(all_pending(store, ALL, CONFIG, AT_TOP), "112", strict=True)
    ]
    results = write_back.save(patches)
    assert [written.outcome for written in results] == ["written", "failed", "written"]
    assert "1210" in str(results[1].problem)


def test_computed_values_that_overwrite_ours_are_told(
    server: str | None, store: Store, write_back: WriteBack, database: StandardDatabase
) -> None:
    if server is None:
        pytest.skip("the embedded database has no computed values")
    put(store, flat("a"))
    computed = {
        "name": "thinking_converged",
        "expression": "RETURN false",
        "overwrite": True,
        "computeOn": ["update"],
    }
    database.collection(COLLECTION).configure(computed_values=[computed])
    [written] = write_back.save([patch_of(one_pending(store))])
    assert written.outcome == "written"
    assert "computed values" in str(written.problem)


def test_edges_keep_their_ends(store: Store, database: StandardDatabase) -> None:
    store.create_collection(EDGES, edge=True)
    ends = {"_from": f"{PARAGRAPHS}/1", "_to": f"{PARAGRAPHS}/2"}
    put(store, flat("a", **ends), collection=EDGES)
    lease = Lease(store.connection, EDGES, "run", 60)
    lease.take()
    [pending] = all_pending(store, Selection(EDGES), CONFIG, AT_TOP)
    [written] = WriteBack(store.connection, EDGES, lease).save([patch_of(pending)])
    assert written.outcome == "written"
    after = stored(database, "a", EDGES)
    assert {name: after[name] for name in ends} == ends
    assert after["thinking"] == "new"


KEYS = ("smart:graph", "_-.@()+,=;$!*'%:", "0", "a" * 254)


def test_all_legal_keys(store: Store, write_back: WriteBack, database: StandardDatabase) -> None:
    put(store, *(flat(key) for key in KEYS))
    patches = [patch_of(pending) for pending in all_pending(store, ALL, CONFIG, AT_TOP)]
    database.collection(COLLECTION).update({"_key": KEYS[1], "topic": "letters"})
    assert {written.key: written.outcome for written in write_back.save(patches)} == dict.fromkeys(KEYS, "written")
    assert pending_keys(store) == []


class Meddling(Lease):
    """A lease at whose renewals somebody else writes to a document, and at last takes the lease if it is to be lost."""

    database: StandardDatabase
    times = 100
    lost = False

    def renew(self) -> None:
        super().renew()
        if self.times:
            self.times -= 1
            self.database.collection(COLLECTION).update({"_key": "a", "seen": self.times})
        elif self.lost:
            self.database.collection(LOCKS).update({"_key": self.hold.key, "run": "another", "fence": 9})


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were to be waited, which nobody waits."""
    noted: list[float] = []
    monkeypatch.setattr(time, "sleep", noted.append)
    return noted


def meddling(store: Store, database: StandardDatabase, times: int) -> tuple[Meddling, list[Patch]]:
    """Somebody who writes to "a" so many times, and the patches of "a" and "b"."""
    put(store, flat("a"), flat("b"))
    lease = Meddling(store.connection, COLLECTION, "run", 60)
    lease.database, lease.times = database, times
    lease.take()
    return lease, [patch_of(pending) for pending in all_pending(store, ALL, CONFIG, AT_TOP)]


@pytest.mark.parametrize(("times", "outcome"), [(4, "written"), (100, "conflicted")])
def test_a_document_that_others_write_again_and_again(
    store: Store, database: StandardDatabase, times: int, outcome: str, pauses: list[float]
) -> None:
    lease, patches = meddling(store, database, times)
    busy, quiet = WriteBack(store.connection, COLLECTION, lease).save(patches)
    assert (busy.outcome, quiet.outcome) == (outcome, "written")
    assert stored(database, "a")["thinking"] == ("new" if outcome == "written" else "old")
    assert len(pauses) == 4
    assert all(0.5 <= pause / most <= 1 for pause, most in zip(pauses, (0.1, 0.2, 0.4, 0.8), strict=True))


def test_a_lease_that_is_lost_in_the_last_round_is_told(
    store: Store, database: StandardDatabase, pauses: list[float]
) -> None:
    """A conflict would say that the document was in use."""
    lease, patches = meddling(store, database, 4)
    lease.lost = True
    with pytest.raises(LockedError, match="The lease was lost"):
        WriteBack(store.connection, COLLECTION, lease).save(patches)
    assert len(pauses) == 4


class Noting:
    """A connection that notes which queries it is asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.asked: list[str] = []

    def rows(self, name: str, binds: Document) -> list[Any]:
        self.asked.append(name)
        return self._connection.rows(name, binds)


def test_documents_that_nobody_changed_take_one_query(store: Store, lease: Lease) -> None:
    put(store, flat("a"), flat("b"))
    noting = Noting(store.connection)
    patches = [patch_of(pending) for pending in all_pending(store, ALL, CONFIG, AT_TOP)]
    WriteBack(cast(Connection, noting), COLLECTION, lease).save(patches)
    assert noting.asked == ["write_back"]


def test_a_revision_that_is_no_more_is_no_error(store: Store, lease: Lease, database: StandardDatabase) -> None:
    """It would be done again and again, as a conflict with somebody who writes at the same time is."""
    put(store, flat("a"))
    patch = patch_of(one_pending(store))
    binds = {"@collection": COLLECTION, "lease": lease.hold.key, "fence": lease.hold.fence}
    told = {"key": patch.key, "revision": patch.revision, "body": patch.body}
    database.collection(COLLECTION).update({"_key": "a", "topic": "vowels"})
    assert store.connection.rows_unless_busy("write_one", {**binds, **told}) == []
    database.collection(COLLECTION).delete("a")
    assert store.connection.rows_unless_busy("write_one", {**binds, **told}) == []


def test_a_lease_that_runs_out_on_the_way_is_renewed(store: Store, database: StandardDatabase) -> None:
    """As after an outage that is longer than the lease, when nobody else has come."""

    class Late(Lease):
        late = 1

        def renew(self) -> None:
            super().renew()
            if self.late:
                self.late -= 1
                time.sleep(0.2)

    put(store, flat("a"), flat("b"))
    lease = Late(store.connection, COLLECTION, "run", 0.1)
    lease.take()
    patches = [patch_of(pending) for pending in all_pending(store, ALL, CONFIG, AT_TOP)]
    results = WriteBack(store.connection, COLLECTION, lease).save(patches)
    assert [written.outcome for written in results] == ["written", "written"]


def test_saving_into_a_collection_that_is_gone(store: Store, write_back: WriteBack, database: StandardDatabase) -> None:
    put(store, flat("a"))
    patch = patch_of(one_pending(store))
    if database.has_graph(AUDIT_GRAPH):  # a graph does not let go of its collections
        database.delete_graph(AUDIT_GRAPH)
    database.delete_collection(COLLECTION)
    with pytest.raises(ConfigurationError, match="1203"):
        write_back.save([patch])
