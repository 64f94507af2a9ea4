"""Taking back what runs wrote, on the embedded database."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arango_thinking.choices import OnDuplicate
from arango_thinking.documents.layouts import Document
from arango_thinking.documents.reversal import Reversal
from arango_thinking.errors import ArangoThinkingError, ConfigurationError, LockedError
from arango_thinking.runs.reverting import PAGE, Reverting, Scope, replacing
from arango_thinking.settings import database_settings
from arango_thinking.store.leases import Lease
from arango_thinking.store.records import Patch, Selection, Written
from arango_thinking.store.store import Store
from tests.enhancing import enhance
from tests.pending import all_pending

QA = "qa_pairs"
EDGES = "qa_edges"


def flat(key: str, **fields: Any) -> Document:
    return {"_key": key, "question": f"What is {key}?", "answer": key, "thinking": "old", **fields}


def put(store: Store, *documents: Document, collection: str = QA) -> None:
    store.create_collection(collection, edge=collection == EDGES)
    imported = store.import_documents(collection, documents, OnDuplicate.ERROR)
    assert imported.created == len(documents)


def now(store: Store, key: str, collection: str = QA) -> str:
    """The document as text, without its revision: the order of its names and the types of its values count."""
    document = cast(Document, store.connection.database.collection(collection).get(key))
    return json.dumps({name: value for name, value in document.items() if name != "_rev"})


def edit(store: Store, key: str, collection: str = QA, **changes: Any) -> None:
    """What another program does."""
    store.connection.database.collection(collection).update({"_key": key, **changes})


def outcomes(store: Store) -> dict[str, str]:
    """Outcomes of traces, by run and document."""
    traces = store.connection.database.collection("thinking_traces").all()
    return {f"{trace['run']} {trace['document']}": trace["outcome"] for trace in cast(Any, traces)}


def pending_keys(store: Store, collection: str = QA) -> list[str]:
    found = all_pending(store, Selection(collection), "", store.iterations_path(collection))
    return [pending.document["_key"] for pending in found]


def reasons(figures: Document) -> dict[str, str]:
    return {reason["source"]: reason["reason"] for reason in figures["reasons"]}


# ---------------------------------------------------------------- whatever the document

NAMES = st.sampled_from(["topic", "confidence", "a", "Z", "ä", "thinkings"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(-1e6, 1e6) | st.text("aß \n\"'", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=5,
)
#: What may stand already where enhancement writes; thinking of any type, and names with null.
BOOKKEEPING = st.fixed_dictionaries(
    {},
    optional={
        "thinking": VALUES,
        "thinking_iterations": st.none(),
        "thinking_converged": VALUES,
        "thinking_iterations_detail": VALUES,
    },
)


@st.composite
def shuffled(draw: st.DrawFn, *parts: st.SearchStrategy[Document]) -> Document:
    """All of the parts, with their names in any order."""
    merged = {name: value for part in parts for name, value in draw(part).items()}
    names = draw(st.permutations(sorted(merged)))
    return {name: merged[name] for name in names}


OTHERS = st.dictionaries(NAMES, VALUES, max_size=3)
INLINE = st.fixed_dictionaries({"role": st.just("assistant"), "content": st.just("a")}, optional={"thinking": VALUES})
METADATA = st.fixed_dictionaries({}, optional={"metadata": st.none() | shuffled(OTHERS, BOOKKEEPING)})
MESSAGES = st.fixed_dictionaries(
    {"messages": st.tuples(st.just({"role": "user", "content": "What?"}), INLINE).map(list)}
)
FIELDS = st.just({"question": "What?", "answer": "a"})
ENDS = st.just({"_from": "x/1", "_to": "x/2"})
DOCUMENTS = st.one_of(
    st.tuples(st.just(QA), shuffled(MESSAGES, METADATA, OTHERS)),
    st.tuples(st.just(QA), shuffled(FIELDS, BOOKKEEPING, OTHERS)),
    st.tuples(st.just(EDGES), shuffled(FIELDS, BOOKKEEPING, OTHERS, ENDS)),
)


def changed_source(document: Document, number: int) -> Document:
    """What changes the reference answer."""
    if "messages" not in document:
        return {"answer": f"a{number}"}
    question, answer = document["messages"]
    return {"messages": [question, {**answer, "content": f"a{number}"}]}


def merged(document: Document, changes: Document) -> Document:
    """As the database merges an update."""
    found = dict(document)
    for name, value in changes.items():
        old = found.get(name)
        found[name] = {**old, **value} if isinstance(value, dict) and isinstance(old, dict) else value
    return found


@pytest.fixture(scope="module")
def shared() -> Iterator[Store]:
    """One database for all documents of a property."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.connect(database_settings(f"embedded:{Path(folder) / 'test.db'}"))
        store.create_collection(QA, edge=False)
        store.create_collection(EDGES, edge=True)
        store.initialise(QA)
        yield store
        store.close()


class Life:
    """A document that runs and others write in turn, and what it would be without some of the runs."""

    number = 0

    def __init__(self, store: Store, collection: str, document: Document) -> None:
        Life.number += 1
        self.store, self.collection, self.key = store, collection, f"d{Life.number}"
        put(store, {"_key": self.key, **document}, collection=collection)
        #: The document as it was before each run, with what others changed since.
        self.before: list[Document] = []
        self.runs: list[str] = []

    def read(self) -> Document:
        return cast(Document, json.loads(now(self.store, self.key, self.collection)))

    def enhance(self, details: bool) -> None:
        if self.runs:
            self.change(changed_source(self.read(), len(self.runs)))
        self.before.append(self.read())
        self.runs.append(f"{self.key}-{len(self.runs)}")
        written = enhance(self.store, self.collection, self.runs[-1], f"thought {self.runs[-1]}", details=details)
        assert written.written == 1

    def change(self, changes: Document) -> None:
        edit(self.store, self.key, self.collection, **changes)
        self.before = [merged(document, changes) for document in self.before]

    def __enter__(self) -> Life:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.connection.database.collection(self.collection).delete(self.key)


@settings(deadline=None, max_examples=25)
@given(DOCUMENTS, st.lists(st.booleans(), min_size=1, max_size=3), st.booleans())
def test_any_document_is_given_back_as_it_was(
    shared: Store, found: tuple[str, Document], runs: list[bool], edited: bool
) -> None:
    with Life(shared, *found) as life:
        for details in runs:
            life.enhance(details)
        if edited:
            life.change({**({"metadata": {"reviewed": 1}} if "messages" in found[1] else {}), "reviewed": True})
        figures = Reverting(shared, Scope(life.collection, keys=(life.key,))).revert()
        assert (figures["selected"], figures["written"]) == (1, 1)
        assert now(shared, life.key, life.collection) == json.dumps(life.before[0])
        assert pending_keys(shared, life.collection) == [life.key]


@settings(deadline=None, max_examples=25)
@given(DOCUMENTS, st.lists(st.booleans(), min_size=2, max_size=3), st.booleans())
def test_runs_are_taken_back_one_by_one(
    shared: Store, found: tuple[str, Document], runs: list[bool], edited: bool
) -> None:
    with Life(shared, *found) as life:
        for details in runs:
            life.enhance(details)
        if edited:
            life.change({**({"metadata": {"reviewed": 1}} if "messages" in found[1] else {}), "reviewed": True})
        for number, run in reversed(list(enumerate(life.runs))):
            assert outcomes(shared)[f"{run} {life.collection}/{life.key}"] == "written"
            assert Reverting(shared, Scope(run=run)).revert()["written"] == 1
            assert now(shared, life.key, life.collection) == json.dumps(life.before[number])
        assert pending_keys(shared, life.collection) == [life.key]


# ---------------------------------------------------------------- what is chosen


def test_keys_filters_runs_and_all(store: Store) -> None:
    put(store, *(flat(key) for key in "abcde"))
    enhance(store, QA, "1")
    assert Reverting(store, Scope(QA, keys=("a", "b"))).revert()["written"] == 2
    assert Reverting(store, Scope(QA, filter="doc._key == 'c'")).revert()["written"] == 1
    assert pending_keys(store) == ["a", "b", "c"]
    enhance(store, QA, "2")
    assert Reverting(store, Scope(run="1")).revert()["written"] == 2
    assert pending_keys(store) == ["d", "e"]
    assert Reverting(store, Scope(QA)).revert()["written"] == 3
    assert pending_keys(store) == list("abcde")


def test_more_than_one_page(store: Store) -> None:
    put(store, *(flat(f"{number:03}") for number in range(120)))
    before = [now(store, f"{number:03}") for number in range(120)]
    enhance(store, QA, "1")
    figures = Reverting(store, Scope(QA)).revert()
    assert (figures["selected"], figures["written"]) == (120, 120)
    enhance(store, QA, "2")
    assert Reverting(store, Scope(run="2")).revert()["written"] == 120
    assert [now(store, f"{number:03}") for number in range(120)] == before


def test_other_collections_are_left_alone(store: Store) -> None:
    put(store, flat("a"))
    put(store, flat("a"), collection="others")
    enhance(store, QA, "1")
    enhance(store, "others", "2")
    Reverting(store, Scope(QA)).revert()
    assert (pending_keys(store), pending_keys(store, "others")) == (["a"], [])


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (Scope("nowhere"), "no collection 'nowhere'"),
        (Scope(run="nothing"), "no run 'nothing'"),
        (Scope("others", run="1"), "wrote to 'qa_pairs', not to 'others'"),
        (Scope(QA, filter="doc.a >"), "--filter"),
    ],
)
def test_a_choice_that_cannot_be_made(store: Store, choice: Scope, said: str) -> None:
    put(store, flat("a"))
    enhance(store, QA, "1")
    with pytest.raises(ConfigurationError, match=said):
        Reverting(store, choice)


def test_where_no_run_ever_was(store: Store) -> None:
    put(store, flat("a"))
    with pytest.raises(ConfigurationError, match="nothing to take back"):
        Reverting(store, Scope(QA))


# ---------------------------------------------------------------- what is left alone


def test_what_is_not_ours_any_more_is_left_alone_with_the_reason(store: Store) -> None:
    put(store, flat("ours"), flat("edited"), flat("removed"))
    enhance(store, QA, "1")
    put(store, flat("elsewhere", thinking_iterations=2), flat("pending"))
    edit(store, "edited", thinking="mine")
    store.connection.database.collection(QA).delete("removed")
    before = {key: now(store, key) for key in ("edited", "elsewhere", "pending")}
    chosen = ("ours", "edited", "removed", "elsewhere", "pending")
    figures = Reverting(store, Scope(QA, keys=chosen)).revert()
    assert [figures[name] for name in ("selected", "written", "unchanged", "conflicted", "failed")] == [5, 1, 2, 1, 1]
    assert reasons(figures) == {
        "qa_pairs/edited": "its thinking was edited since",
        "qa_pairs/removed": "there is no such document",
        "qa_pairs/elsewhere": "this package wrote nothing into it: there is no trace of it",
        "qa_pairs/pending": "it is not enhanced",
    }
    assert {key: now(store, key) for key in before} == before
    assert outcomes(store)["1 qa_pairs/edited"] == "written"


def test_a_run_that_was_written_over_is_not_taken_back(store: Store) -> None:
    put(store, flat("a"), flat("b"))
    enhance(store, QA, "1")
    edit(store, "a", answer="other")
    enhance(store, QA, "2", "newer")
    store.connection.database.collection(QA).delete("b")
    figures = Reverting(store, Scope(run="1")).revert()
    assert (figures["written"], figures["unchanged"], figures["conflicted"]) == (0, 1, 1)
    assert reasons(figures) == {
        "qa_pairs/a": "a later run wrote it again: take 2 back first",
        "qa_pairs/b": "it was removed",
    }
    assert outcomes(store)["2 qa_pairs/a"] == "written"


def test_a_document_that_was_made_anew_is_taken_back_to_its_own_beginning(store: Store) -> None:
    put(store, flat("a", thinking="first"))
    enhance(store, QA, "1")
    store.connection.database.collection(QA).delete("a")
    put(store, flat("a", thinking="second", topic="letters"))
    before = now(store, "a")
    enhance(store, QA, "2")
    assert Reverting(store, Scope(QA)).revert()["written"] == 1
    assert now(store, "a") == before
    assert outcomes(store) == {"1 qa_pairs/a": "superseded", "2 qa_pairs/a": "reverted"}


def test_traces_are_told_apart_by_their_time_not_by_their_keys(store: Store) -> None:
    put(store, flat("a"))
    enhance(store, QA, "z")
    edit(store, "a", answer="other")
    enhance(store, QA, "b")
    assert Reverting(store, Scope(run="b")).revert()["written"] == 1
    assert outcomes(store) == {"z qa_pairs/a": "written", "b qa_pairs/a": "reverted"}


# ---------------------------------------------------------------- others at the same time


def test_changes_between_reading_and_writing(store: Store) -> None:
    """Other attributes are kept, thinking is not written over, and what is gone stays gone."""
    put(store, *(flat(key) for key in "abcd"))
    enhance(store, QA, "1")
    reverting = Reverting(store, Scope(QA))
    lease = Lease(store.connection, QA, reverting.key, 60)
    lease.take()
    page = next(reverting._read())
    edit(store, "a", reviewed=True)
    edit(store, "b", thinking="mine")
    store.connection.database.collection(QA).delete("c")
    reverting._take_back(page, lease)
    figures = reverting.account.counts()
    assert (figures["written"], figures["unchanged"], figures["conflicted"]) == (2, 1, 1)
    assert json.loads(now(store, "a")) == {"_id": "qa_pairs/a", **flat("a", reviewed=True)}
    assert json.loads(now(store, "b"))["thinking"] == "mine"
    assert json.loads(now(store, "d")) == {"_id": "qa_pairs/d", **flat("d")}


def test_what_another_program_took_back_meanwhile_is_not_written_again(store: Store) -> None:
    put(store, flat("a"))
    enhance(store, QA, "1")
    Reverting(store, Scope(QA)).revert()
    taken_back = cast(Document, store.connection.database.collection(QA).get("a"))
    rule = replacing(lambda document: Reversal(document, (), is_done=True))
    answer = rule.anew(Patch("a", "_an_older_one", "", {}), {"document": taken_back})
    assert answer == Written("a", "written", revision=taken_back["_rev"])


def test_others_may_write_all_the_time(store: Store, url: str) -> None:
    keys = [f"{number:03}" for number in range(60)]
    put(store, *map(flat, keys))
    enhance(store, QA, "1")
    stopping = threading.Event()

    def review() -> None:
        other = Store.connect(database_settings(url))
        while not stopping.is_set():
            for key in keys[::7]:
                edit(other, key, reviewed=True)
        other.close()

    reviewer = threading.Thread(target=review)
    reviewer.start()
    figures = Reverting(store, Scope(QA)).revert()
    stopping.set()
    reviewer.join()
    again = Reverting(store, Scope(QA)).revert()
    assert figures["written"] + again["written"] == 60
    assert figures["failed"] == 0
    assert all(json.loads(now(store, key)).items() >= flat(key).items() for key in keys)
    assert pending_keys(store) == keys


def test_a_run_that_was_killed_half_way_is_made_good_by_the_next(store: Store) -> None:
    """The document was given back, but its trace not yet told so."""
    put(store, flat("a"))
    enhance(store, QA, "1")
    reverting = Reverting(store, Scope(QA))
    lease = Lease(store.connection, QA, reverting.key, 60)
    lease.take()
    reverting._audit.start_run(reverting._record())
    store.connection.database.collection(QA).replace(flat("a"))
    lease.release({})
    figures = Reverting(store, Scope(QA)).revert()
    assert (figures["written"], outcomes(store)) == (1, {"1 qa_pairs/a": "reverted"})
    (killed,) = (
        run
        for run in cast(Any, store.connection.database.collection("thinking_runs").all())
        if run["_key"] == reverting.key
    )
    assert killed["status"] == "killed"


def test_another_run_holds_the_lease(store: Store) -> None:
    put(store, flat("a"))
    enhance(store, QA, "1")
    Lease(store.connection, QA, "another", 60).take()
    before = now(store, "a")
    with pytest.raises(LockedError, match="another"):
        Reverting(store, Scope(QA)).revert()
    assert now(store, "a") == before
    assert Reverting(store, Scope(QA)).survey()["deferred"] == 1


def test_a_lease_that_was_lost_ends_it(store: Store) -> None:
    put(store, flat("a"))
    enhance(store, QA, "1")
    reverting = Reverting(store, Scope(QA))
    lease = Lease(store.connection, QA, reverting.key, 0.0)
    lease.take()
    page = next(reverting._read())
    Lease(store.connection, QA, "another", 60).take()
    with pytest.raises(LockedError, match="lost"):
        reverting._take_back(page, lease)
    assert pending_keys(store) == []


@pytest.mark.parametrize("batch", [True, False])
def test_an_older_fence_writes_nothing(store: Store, batch: bool) -> None:
    put(store, flat("a"))
    enhance(store, QA, "1")
    lease = Lease(store.connection, QA, "2", 60)
    lease.take()
    document = cast(Document, store.connection.database.collection(QA).get("a"))
    patch = {"key": "a", "revision": document["_rev"], "body": flat("a")}
    query = "replace_back" if batch else "replace_one"
    binds = {"@collection": QA, "lease": lease.hold.key, **({"patches": [patch]} if batch else patch)}
    assert store.rows(query, {**binds, "fence": lease.hold.fence - 1}) == []
    assert pending_keys(store) == []
    [row] = store.rows(query, {**binds, "fence": lease.hold.fence})
    assert (row["key"], row["kept"], pending_keys(store)) == ("a", True, ["a"])


# ---------------------------------------------------------------- the record


def test_it_is_recorded_as_a_run(store: Store) -> None:
    put(store, flat("a"), flat("b"))
    enhance(store, QA, "1")
    reverting = Reverting(store, Scope(run="1"))
    figures = reverting.revert()
    assert figures["selected"] == sum(
        figures[name] for name in ("written", "unchanged", "conflicted", "failed", "deferred")
    )
    run = cast(Document, store.connection.database.collection("thinking_runs").get(reverting.key))
    assert (run["command"], run["status"], run["reverts"]) == ("revert", "finished", {"run": "1"})
    assert (run["collection"], run["statistics"]["written"], run["statistics"]["cost"]) == (QA, 2, 0.0)
    traces = cast(Any, store.connection.database.collection("thinking_traces").all())
    assert {trace["reverted_by"] for trace in traces} == {reverting.key}


def test_one_that_is_stopped_is_recorded_as_interrupted(store: Store) -> None:
    put(store, flat("a"))
    enhance(store, QA, "1")
    stopping = threading.Event()
    stopping.set()
    reverting = Reverting(store, Scope(QA, keys=("a", "absent")), stopping)
    assert reverting.revert()["selected"] == 0
    run = cast(Document, store.connection.database.collection("thinking_runs").get(reverting.key))
    assert (run["status"], run["statistics"]["failed"]) == ("interrupted", 0)


def test_one_that_fails_is_recorded_with_the_beginning_of_the_error(store: Store) -> None:
    put(store, *(flat(f"{number:03}") for number in range(PAGE + 1)))
    enhance(store, QA, "1")
    # It is true while the keys and the first page are read: then the run has no record yet.
    unrecorded = 'LENGTH(FOR run IN thinking_runs FILTER run.command == "revert" RETURN 1) == 0'
    reverting = Reverting(store, Scope(QA, filter=f'ASSERT({unrecorded}, "{"no " * 500}")'))
    with pytest.raises(ArangoThinkingError, match="no no") as told:
        reverting.revert()
    run = cast(Document, store.connection.database.collection("thinking_runs").get(reverting.key))
    assert (run["status"], run["error"]) == ("failed", str(told.value)[:1000])
    assert len(run["error"]) == 1000


def test_nothing_to_take_back_is_not_recorded(store: Store) -> None:
    put(store, flat("a"))
    enhance(store, QA, "1")
    Reverting(store, Scope(QA)).revert()
    assert Reverting(store, Scope(QA)).revert()["selected"] == 0
    assert Reverting(store, Scope(run="1")).revert()["selected"] == 0
    assert store.connection.database.collection("thinking_runs").count() == 2


def test_a_dry_run_writes_nothing(store: Store) -> None:
    put(store, flat("a"), flat("b"))
    enhance(store, QA, "1")
    edit(store, "b", thinking="mine")
    before = [now(store, "a"), now(store, "b"), outcomes(store)]
    figures = Reverting(store, Scope(QA)).survey()
    assert (figures["selected"], figures["deferred"], figures["conflicted"]) == (2, 1, 1)
    assert [now(store, "a"), now(store, "b"), outcomes(store)] == before
    assert store.connection.database.collection("thinking_runs").count() == 1
