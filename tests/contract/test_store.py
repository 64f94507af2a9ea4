"""What the pipeline may rely on, on whichever server."""

from __future__ import annotations

from contextlib import closing
from typing import Any, cast

import pytest
from arango.database import StandardDatabase
from pydantic import SecretStr

from arango_thinking.choices import OnDuplicate
from arango_thinking.documents.layouts import Document
from arango_thinking.errors import ConfigurationError
from arango_thinking.settings import DatabaseSettings
from arango_thinking.store.queries import query
from arango_thinking.store.records import Backlog, Imported, Selection
from arango_thinking.store.schema import AUDIT_GRAPH, LINKS, RUNS, TRACES
from arango_thinking.store.store import Store
from tests.contract.conftest import COLLECTION
from tests.contract.documents import (
    ALL,
    AT_TOP,
    CONFIG,
    EDGES,
    IN_METADATA,
    PARAGRAPHS,
    flat,
    messages,
    one_pending,
    pending_keys,
    put,
    stored,
)
from tests.pending import all_pending

# ---------------------------------------------------------------------- own collections


def test_initialise_makes_everything_once(bare_store: Store, database: StandardDatabase) -> None:
    bare_store.create_collection(COLLECTION, edge=False)
    made = bare_store.initialise(COLLECTION)
    assert [entry.split()[0] for entry in made] == ["collection"] * 6 + ["index"] * 7 + ["graph"]
    assert bare_store.initialise(COLLECTION) == []
    assert database.collection(LINKS).properties()["edge"] is True  # type: ignore[index]
    assert database.collection(TRACES).properties()["edge"] is False  # type: ignore[index]
    assert database.has_graph(AUDIT_GRAPH)


def test_initialise_without_a_collection(bare_store: Store) -> None:
    assert len(bare_store.initialise()) == 13
    assert bare_store.initialise() == []


@pytest.mark.parametrize(("document", "path"), [(flat("a"), AT_TOP), (messages("a"), IN_METADATA)])
def test_the_index_is_where_the_documents_keep_their_iterations(
    bare_store: Store, database: StandardDatabase, document: Document, path: list[str]
) -> None:
    bare_store.create_collection(COLLECTION, edge=False)
    put(bare_store, document)
    bare_store.initialise(COLLECTION)
    indexes = cast(list[dict[str, Any]], database.collection(COLLECTION).indexes())
    [ours] = [index for index in indexes if index["name"].startswith("thinking_pending")]
    assert (ours["type"], ours["fields"]) == ("persistent", [".".join(path), "_key"])


def test_initialise_does_not_make_the_users_collection(bare_store: Store) -> None:
    with pytest.raises(ConfigurationError, match="no collection 'qa_pairs'"):
        bare_store.initialise(COLLECTION)
    assert not bare_store.has_collection(COLLECTION)
    assert not bare_store.has_collection(RUNS)


def test_require(store: Store, settings: DatabaseSettings) -> None:
    store.require(COLLECTION)
    with pytest.raises(
        ConfigurationError, match=f"no collection 'nowhere' in the database '{settings.database}'"
    ) as caught:
        store.require("nowhere")
    assert caught.value.exit_code == 2


def test_a_collection_is_made_once(bare_store: Store, database: StandardDatabase) -> None:
    assert bare_store.create_collection(EDGES, edge=True) is True
    assert bare_store.create_collection(EDGES, edge=True) is False
    assert database.collection(EDGES).properties()["edge"] is True  # type: ignore[index]
    assert bare_store.has_collection(EDGES)


def test_a_wrong_password_names_the_settings(server: str | None, settings: DatabaseSettings) -> None:
    if server is None:
        pytest.skip("the embedded database has no passwords")
    with pytest.raises(ConfigurationError, match="ARANGO_PASSWORD"):
        Store.connect(settings.model_copy(update={"password": SecretStr("wrong")}))


# ---------------------------------------------------------------------- pending


@pytest.mark.parametrize("page", [1, 2, 3, 10])
def test_pages_hold_every_pending_document_once(store: Store, page: int) -> None:
    keys = ["10", "9", "Z99", "_x", "a1", "A2", "a.b", "b"]
    put(store, *(flat(key) for key in keys))
    assert pending_keys(store, page=page) == sorted(keys)


def test_documents_come_in_the_order_of_the_keys_that_are_asked_for(store: Store) -> None:
    put(store, flat("a"), flat("b"), flat("c", thinking_iterations=1), flat("d"))
    found = store.pending(ALL, ["d", "c", "gone", "a"], CONFIG)
    assert [one.document["_key"] for one in found] == ["d", "a"]


def test_keys_may_be_listed_up_to_a_number(store: Store) -> None:
    put(store, flat("a"), flat("b"), flat("c"))
    with closing(store.pending_keys(ALL, AT_TOP, 2)) as keys:
        assert [len(page) for page in keys.pages(10)] == [2]


@pytest.mark.parametrize("make", [flat, messages])
def test_enhanced_documents_are_left_out(store: Store, make: Any) -> None:
    put(store, make("a"), make("b", thinking_iterations=2), make("c", thinking_iterations=None))
    assert pending_keys(store) == ["a", "c"]
    assert store.count_pending(ALL, store.iterations_path(COLLECTION), CONFIG) == Backlog(2, 2)


def test_edges_may_be_questions(bare_store: Store) -> None:
    bare_store.create_collection(EDGES, edge=True)
    ends = {"_from": "document_objects/1", "_to": "document_objects/2"}
    put(bare_store, flat("a", **ends), flat("b", **ends, thinking_iterations=1), collection=EDGES)
    bare_store.initialise(EDGES)
    [pending] = all_pending(bare_store, Selection(EDGES), CONFIG, AT_TOP)
    assert (pending.document["_key"], pending.document["_from"]) == ("a", "document_objects/1")


@pytest.mark.parametrize("path", [AT_TOP, IN_METADATA])
def test_a_mixed_collection_is_read_whole_by_either_path(store: Store, path: list[str]) -> None:
    put(
        store,
        flat("a"),
        messages("b"),
        flat("c", thinking_iterations=1),
        messages("d", thinking_iterations=1),
        {"_key": "e", "text": "no question at all"},
    )
    assert [row.document["_key"] for row in all_pending(store, ALL, CONFIG, path)] == ["a", "b", "e"]
    assert store.count_pending(ALL, path, CONFIG) == Backlog(3, 3)


def test_the_path_is_that_of_most_documents_unless_the_layout_is_given(store: Store) -> None:
    assert store.iterations_path(COLLECTION) == IN_METADATA
    put(store, flat("a"), flat("b"), messages("c"))
    assert store.iterations_path(COLLECTION) == AT_TOP
    assert store.iterations_path(COLLECTION, "messages") == IN_METADATA
    assert store.iterations_path(COLLECTION, "edge") == AT_TOP


def test_a_filter_narrows(store: Store) -> None:
    put(store, flat("a", confidence=0.9), flat("b", confidence=0.2), flat("c", confidence=0.8))
    sure = Selection(COLLECTION, "doc.confidence >= 0.5 // only good ones")
    assert pending_keys(store, sure) == ["a", "c"]
    assert store.count_pending(sure, AT_TOP, CONFIG) == Backlog(2, 2)


def test_an_or_in_the_filter_does_not_widen_it(store: Store) -> None:
    put(store, flat("a", thinking_iterations=1), flat("b"))
    assert pending_keys(store, Selection(COLLECTION, "false OR true")) == ["b"]


def test_the_hashes_tell_what_changed(store: Store, database: StandardDatabase) -> None:
    put(store, flat("a"))
    documents = database.collection(COLLECTION)
    first = one_pending(store)
    documents.update({"_key": "a", "topic": "letters"})
    other_field = one_pending(store)
    documents.update({"_key": "a", "thinking": "other"})
    other_thinking = one_pending(store)
    documents.update({"_key": "a", "answer": "other"})
    other_answer = one_pending(store)
    assert (first.source_hash, first.state_hash) == (other_field.source_hash, other_field.state_hash)
    assert first.source_hash == other_thinking.source_hash
    assert len({first.state_hash, other_thinking.state_hash, other_answer.state_hash}) == 3
    assert other_answer.source_hash != first.source_hash


@pytest.mark.parametrize(("document", "path"), [(flat("a"), AT_TOP), (messages("a"), IN_METADATA)])
def test_the_index_serves_the_list_of_keys(
    bare_store: Store, database: StandardDatabase, document: Document, path: list[str]
) -> None:
    bare_store.create_collection(COLLECTION, edge=False)
    put(bare_store, document)
    bare_store.initialise(COLLECTION)
    binds = {"@collection": COLLECTION, "iterations": path, "limit": 10}
    plan = cast(dict[str, Any], database.aql.explain(query("pending_keys").text, bind_vars=cast(Any, binds)))
    used = [index["name"] for node in plan["nodes"] if node["type"] == "IndexNode" for index in node["indexes"]]
    assert used in (["thinking_pending"], ["thinking_pending_flat"])
    assert "SortNode" not in [node["type"] for node in plan["nodes"]]


# ---------------------------------------------------------------------- evidence


@pytest.fixture
def linked(store: Store) -> Store:
    """Questions a, b and c; a rests on paragraphs 1 (twice), 2 and two that do not exist, b on none that has text."""
    store.create_collection(PARAGRAPHS, edge=False)
    store.create_collection(EDGES, edge=True)
    put(store, flat("a"), flat("b"), flat("c"))
    put(
        store,
        {"_key": "1", "text": "first"},
        {"_key": "2", "content": "second"},
        {"_key": "3", "text": ""},
        {"_key": "4", "text": 4},
        {"_key": "5", "text": "first"},
        collection=PARAGRAPHS,
    )
    ends = [("a", "1"), ("a", "2"), ("a", "1"), ("a", "9"), ("a", "5"), ("b", "3"), ("b", "4")]
    edges = [
        {"_key": f"e{number}", "_from": f"{COLLECTION}/{key}", "_to": f"{PARAGRAPHS}/{paragraph}"}
        for number, (key, paragraph) in enumerate(ends)
    ]
    put(store, *edges, collection=EDGES)
    return store


def test_evidence_follows_the_edges(linked: Store) -> None:
    rows = all_pending(linked, Selection(COLLECTION, evidence_edges=EDGES), CONFIG, AT_TOP)
    evidence = {row.document["_key"]: row.evidence for row in rows}
    assert evidence["a"] == ("first", "second")
    assert (evidence["b"], evidence["c"]) == ((), ())


def test_an_edge_into_a_collection_that_is_gone_is_passed_over(linked: Store, database: StandardDatabase) -> None:
    database.collection(EDGES).insert({"_from": f"{COLLECTION}/c", "_to": "elsewhere/1"})
    rows = all_pending(linked, Selection(COLLECTION, "doc._key == 'c'", EDGES), CONFIG, AT_TOP)
    assert rows[0].evidence == ()


def test_without_edges_there_is_no_evidence(linked: Store) -> None:
    assert [row.evidence for row in all_pending(linked, ALL, CONFIG, AT_TOP)] == [(), (), ()]


def test_no_pending_document_is_no_evidence(linked: Store) -> None:
    assert linked.pending(Selection(COLLECTION, evidence_edges=EDGES), ["z"], CONFIG) == []


# ---------------------------------------------------------------------- filters


@pytest.mark.parametrize(
    "expression",
    [
        "doc.confidence > 0.5",
        "doc.a == 1 OR doc.b == 2",
        "doc.a == 1 // note",
        "doc.question LIKE '%)%'",
        "LENGTH(FOR other IN qa_pairs FILTER other.answer == doc.answer RETURN 1) == 1",
        "true",
    ],
)
def test_an_expression_is_accepted(store: Store, expression: str) -> None:
    store.check_filter(Selection(COLLECTION, expression))


@pytest.mark.parametrize(
    "expression",
    [
        "doc.confidence >",
        "doc.a = 1",
        "other.a == 1",
        "NO_SUCH_FUNCTION(doc)",
        "doc.a == @value",
        "true) FILTER (true",
        "true) RETURN (true",
        "true) LET x = (1",
        "true) REMOVE doc IN qa_pairs //",
        "true) REMOVE doc IN qa_pairs /*",
        "true /*",
        "true; true",
        "FILTER true",
    ],
)
def test_what_is_no_expression_is_refused(store: Store, expression: str) -> None:
    with pytest.raises(ConfigurationError, match="--filter is not an AQL expression over doc: ArangoDB error 1"):
        store.check_filter(Selection(COLLECTION, expression))


@pytest.mark.parametrize(
    "expression",
    [
        "LENGTH(FOR other IN qa_pairs REMOVE other IN qa_pairs RETURN 1) >= 0",
        "LENGTH(INSERT {} INTO qa_pairs RETURN 1) > 0",
        "LENGTH(FOR other IN qa_pairs UPDATE other WITH { a: 1 } IN qa_pairs RETURN 1) >= 0",
    ],
)
def test_a_filter_may_not_write(store: Store, expression: str) -> None:
    put(store, flat("a"))
    with pytest.raises(ConfigurationError, match="--filter"):
        store.check_filter(Selection(COLLECTION, expression))
    assert pending_keys(store) == ["a"]


def test_a_filter_on_an_unknown_collection_is_refused(store: Store) -> None:
    with pytest.raises(ConfigurationError, match="1203"):
        store.check_filter(Selection("nowhere", "true"))


# ---------------------------------------------------------------------- import and export

TWICE = {"_key": "a", "answer": "second"}


@pytest.mark.parametrize(
    ("on_duplicate", "imported", "after"),
    [
        (OnDuplicate.IGNORE, Imported(1, 0, 1, ()), flat("a")),
        (OnDuplicate.UPDATE, Imported(1, 1, 0, ()), flat("a") | TWICE),
        (OnDuplicate.REPLACE, Imported(1, 1, 0, ()), TWICE),
    ],
)
def test_a_document_that_is_there_already(
    store: Store, database: StandardDatabase, on_duplicate: OnDuplicate, imported: Imported, after: Document
) -> None:
    put(store, flat("a"))
    assert store.import_documents(COLLECTION, [flat("b"), TWICE], on_duplicate) == imported
    assert stored(database, "a") == after
    assert stored(database, "b") == flat("b")


def test_a_duplicate_may_be_a_problem_of_its_position(store: Store, database: StandardDatabase) -> None:
    put(store, flat("a"))
    imported = store.import_documents(COLLECTION, [flat("b"), flat("c"), TWICE, flat("d")], OnDuplicate.ERROR)
    assert (imported.created, imported.updated, imported.ignored) == (3, 0, 0)
    [(position, problem)] = imported.problems
    assert position == 2
    assert "unique constraint violated" in problem
    assert stored(database, "a") == flat("a")


def test_problems_name_their_positions(store: Store) -> None:
    wrong = [flat("a"), flat("no good/key"), flat("b"), flat("")]
    imported = store.import_documents(COLLECTION, wrong, OnDuplicate.IGNORE)
    assert imported.created == 2
    assert [position for position, _ in imported.problems] == [1, 3]


def test_edges_without_ends_are_problems(store: Store) -> None:
    store.create_collection(EDGES, edge=True)
    edges = [{"_from": f"{COLLECTION}/a", "_to": f"{PARAGRAPHS}/1"}, {"_from": f"{COLLECTION}/a"}]
    imported = store.import_documents(EDGES, edges, OnDuplicate.IGNORE)
    assert (imported.created, [position for position, _ in imported.problems]) == (1, [1])


def test_positions_are_right_whatever_else_is_wrong(store: Store) -> None:
    store.create_collection(EDGES, edge=True)
    ends = {"_from": f"{COLLECTION}/a", "_to": f"{PARAGRAPHS}/1"}
    edges = [{}, {**ends, "_key": "a"}, {"_from": "x"}, {**ends, "_key": "a"}, {**ends, "_key": "no good/key"}]
    imported = store.import_documents(EDGES, edges, OnDuplicate.ERROR)
    assert imported.created == 1
    assert sorted(position for position, _ in imported.problems) == [0, 2, 3, 4]


def test_values_come_back_as_they_were(store: Store) -> None:
    document = flat(
        "a", nothing=None, list=[1, [2.5, {}]], text='ünï "quoted" \\ \u2028 😀', big=2**53, deep={"a": {"b": 1}}
    )
    put(store, document)
    [exported] = store.export(ALL)
    assert {name: value for name, value in exported.items() if name not in ("_id", "_rev")} == document


def test_export_is_in_key_order_and_narrowed_by_flags(store: Store) -> None:
    done = {"thinking_iterations": 1, "thinking_converged": True}
    tried = {"thinking_iterations": 3, "thinking_converged": False}
    put(store, flat("d", **tried), flat("a"), messages("c", **done), flat("b", **done), messages("e", **tried))

    def keys(selection: Selection = ALL, **flags: bool) -> str:
        return "".join(document["_key"] for document in store.export(selection, **flags))

    assert keys() == "abcde"
    assert keys(only_enhanced=True) == "bcde"
    assert keys(only_converged=True) == "bc"
    assert keys(Selection(COLLECTION, "doc._key < 'd'"), only_enhanced=True) == "bc"


def test_a_long_export_is_streamed_and_may_be_given_up(store: Store) -> None:
    for start in range(0, 2500, 500):
        put(store, *(flat(f"{number:05}") for number in range(start, start + 500)))
    exported = store.export(ALL)
    assert next(exported)["_key"] == "00000"
    exported.close()
    assert [document["_key"] for document in store.export(ALL)] == [f"{number:05}" for number in range(2500)]


def test_an_export_of_nothing_and_of_nowhere(store: Store) -> None:
    assert list(store.export(ALL)) == []
    with pytest.raises(ConfigurationError, match="1203"):
        list(store.export(Selection("nowhere")))


# ---------------------------------------------------------------------- what is there


def test_holds_questions(store: Store) -> None:
    assert not store.holds_questions("nowhere")
    assert not store.holds_questions(COLLECTION)
    put(store, {"_key": "0", "text": "a paragraph"})
    assert not store.holds_questions(COLLECTION)
    put(store, messages("a"))
    assert store.holds_questions(COLLECTION)


def test_an_index_made_on_an_empty_collection_does_not_stand_in_the_way(store: Store) -> None:
    """Nobody knows yet whether an empty collection will hold messages or flat documents."""
    store.create_collection("later", edge=False)
    store.initialise("later")
    store.import_documents("later", [{"_key": "a", "question": "Why?", "answer": "So."}], OnDuplicate.ERROR)
    assert any("index" in made for made in store.initialise("later"))


# ---------------------------------------------------------------------- filters that nothing fits


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        (None, None),
        ("doc.answer == 'a'", None),
        ("doc.answer == 'z'", "no document fits the filter"),
        ("doc.anwser == 'a'", "no document fits the filter: none has doc.anwser"),
        (
            "doc.metadata.topic == 'x' AND doc.metdata.level > 3",
            "no document fits the filter: none has doc.metdata.level",
        ),
        ("doc.answer == 'doc.nothing'", "no document fits the filter"),
        ("LENGTH(doc.tags) > 0 OR doc.`odd name`", "no document fits the filter: none has doc.tags"),
    ],
)
def test_why_no_document_fits_a_filter(store: Store, expression: str | None, why: str | None) -> None:
    put(store, flat("a", metadata={"topic": "letters"}))
    assert store.why_none_fits(Selection(COLLECTION, expression)) == why
