"""What storage takes and gives: what it means where nothing else is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.records import (
    EACH_MEMBER,
    EDGE_INDEX,
    PRIMARY_INDEX,
    CollectionInfo,
    IndexDescription,
    IndexTuning,
    IndexType,
    Lookup,
    WriteOptions,
)
from arango_thinking.embedded.storage.storage import Storage
from arango_thinking.embedded.storage.transactions import Transaction

PLAIN = WriteOptions()
RANKED = IndexDescription("", "", "persistent", (("rank",),), unique=False, sparse=False)
TAGGED = IndexDescription("", "", "persistent", ((f"tags{EACH_MEMBER}",),), unique=True, sparse=False)
CLOSED = {"schema": {"rule": {"required": ["rank"]}, "level": "strict", "message": "no rank"}}


@pytest.fixture
def writing(storage: Storage) -> Iterator[Transaction]:
    """A collection with one document, one of edges, and one with a schema."""
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
        transaction.create_collection("links", is_edge=True)
        transaction.create_collection("closed", properties=CLOSED)
        transaction.insert("pages", {"_key": "a", "rank": 1, "at": {"x": 1}}, PLAIN)
        yield transaction


def attributes(document: dict[str, Any] | None) -> dict[str, Any]:
    """Those of the user."""
    assert document is not None
    return {name: value for name, value in document.items() if not name.startswith("_")}


def number_of(work: Callable[[], object]) -> int:
    """ArangoDB's number for what the work raises."""
    with pytest.raises(ArangoError) as caught:
        work()
    return caught.value.number


# ---------------------------------------------------------------- writes


def test_a_key_that_is_taken_is_a_conflict_unless_said_otherwise(writing: Transaction) -> None:
    assert PLAIN.overwrite_mode == "conflict"
    assert number_of(lambda: writing.insert("pages", {"_key": "a", "rank": 2}, PLAIN)) == 1210
    for mode, rank in (("ignore", 1), ("update", 2), ("replace", 2)):
        writing.insert("pages", {"_key": "a", "rank": 2}, WriteOptions(overwrite_mode=mode))  # type: ignore[arg-type]
        assert attributes(writing.get("pages", "a"))["rank"] == rank


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (PLAIN, {"rank": None, "at": {"x": 1, "y": 2}}),
        (WriteOptions(keep_null=False), {"at": {"x": 1, "y": 2}}),
        (WriteOptions(merge_objects=False), {"rank": None, "at": {"y": 2}}),
    ],
)
def test_an_update_keeps_null_and_merges_objects_unless_said_otherwise(
    writing: Transaction, options: WriteOptions, expected: dict[str, Any]
) -> None:
    written = writing.update("pages", "a", {"rank": None, "at": {"y": 2}}, options)
    assert attributes(written.new) == expected


def test_a_revision_in_the_document_counts_only_where_it_is_said(writing: Transaction) -> None:
    older = {"_rev": "_older", "rank": 2}
    assert attributes(writing.update("pages", "a", older, PLAIN).new)["rank"] == 2
    assert number_of(lambda: writing.update("pages", "a", older, WriteOptions(ignore_revs=False))) == 1200


def test_no_attribute_is_a_version_unless_it_is_named(writing: Transaction) -> None:
    lower = {"rank": 0}
    assert attributes(writing.update("pages", "a", lower, WriteOptions(version_attribute="rank")).new)["rank"] == 1
    assert attributes(writing.update("pages", "a", lower, PLAIN).new)["rank"] == 0


def test_the_schema_counts_unless_it_is_passed_over(writing: Transaction) -> None:
    assert number_of(lambda: writing.insert("closed", {"_key": "a"}, PLAIN)) == 1620
    assert writing.insert("closed", {"_key": "a"}, WriteOptions(validate=False)).new is not None


def test_a_write_tells_the_document_before_and_after_it(writing: Transaction) -> None:
    inserted = writing.insert("pages", {"_key": "b", "rank": 1}, PLAIN)
    changed = writing.update("pages", "b", {"rank": 2}, PLAIN)
    removed = writing.remove("pages", "b", None)
    assert (inserted.old, attributes(inserted.new)) == (None, {"rank": 1})
    assert (changed.old, attributes(changed.new)) == (inserted.new, {"rank": 2})
    assert (removed.old, removed.new) == (changed.new, None)


def test_an_insert_that_is_left_undone_tells_what_is_there(writing: Transaction) -> None:
    ignored = writing.insert("pages", {"_key": "a", "rank": 2}, WriteOptions(overwrite_mode="ignore"))
    assert (ignored.old, ignored.new) == (writing.get("pages", "a"), None)


# ---------------------------------------------------------------- collections


@pytest.mark.parametrize(("name", "expected"), [("_graphs", True), ("pages", False), ("pages_", False)])
def test_a_systems_collection_begins_with_an_underscore(name: str, expected: bool) -> None:
    assert CollectionInfo("1", name, is_edge=False, properties={}).is_system is expected


# ---------------------------------------------------------------- indexes


def test_every_collection_has_the_primary_index_and_edges_have_theirs(writing: Transaction) -> None:
    assert (PRIMARY_INDEX, EDGE_INDEX) == ("0", "1")  # which clients know too
    assert [(index.id, index.type) for index in writing.indexes("pages")] == [("0", "primary")]
    assert [(index.id, index.type) for index in writing.indexes("links")] == [("0", "primary"), ("1", "edge")]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ((("tags[*]",),), True),
        ((("rank",), ("tags[*]",)), True),
        ((("tags[*]", "name"),), True),
        ((("at", "tags[*]"),), True),
        ((("rank",), ("at", "x")), False),
        ((("tags[*]s",),), False),
        ((), False),
    ],
)
def test_an_index_of_arrays_has_a_path_to_their_members(fields: tuple[tuple[str, ...], ...], expected: bool) -> None:
    assert replace(RANKED, fields=fields).is_of_arrays is expected


@pytest.mark.parametrize("deduplicate", [True, False])
def test_a_value_twice_in_an_array_is_no_conflict_unless_said_otherwise(
    writing: Transaction, deduplicate: bool
) -> None:
    tuning = IndexTuning() if deduplicate else IndexTuning(deduplicate=False)
    writing.create_index("pages", replace(TAGGED, tuning=tuning))
    twice = {"_key": "b", "tags": ["one", "one"]}
    if deduplicate:
        assert writing.insert("pages", twice, PLAIN).new is not None
    else:
        assert number_of(lambda: writing.insert("pages", twice, PLAIN)) == 1210


def test_an_index_is_tuned_as_arangodb_tunes_it_unless_said_otherwise() -> None:
    assert RANKED.tuning == IndexTuning(stored_values=(), deduplicate=True, estimates=True, cache_enabled=False)
    assert RANKED.expire_after is None


@pytest.mark.parametrize("kind", ["hash", "skiplist"])
def test_older_names_of_an_index_are_kept(writing: Transaction, kind: IndexType) -> None:
    index, is_new = writing.create_index("pages", replace(RANKED, type=kind))
    assert (index.type, is_new) == (kind, True)


# ---------------------------------------------------------------- lookups


@pytest.fixture
def ranked(writing: Transaction) -> tuple[Transaction, str]:
    """Documents "a" to "e" of the ranks 1, 2, 2, 3 and null, and the index of their ranks."""
    index, _ = writing.create_index("pages", RANKED)
    for key, rank in (("b", 2), ("c", 2), ("d", 3), ("e", None)):
        writing.insert("pages", {"_key": key, "rank": rank}, PLAIN)
    return writing, index.id


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({}, "eabcd"),
        ({"reverse": True}, "dcbae"),
        ({"equal": (2,)}, "bc"),
        ({"equal": (None,)}, "e"),
        ({"lower": (2, True)}, "bcd"),
        ({"lower": (2, False)}, "d"),
        ({"upper": (2, True)}, "eabc"),
        ({"upper": (2, False)}, "ea"),
        ({"lower": (1, True), "upper": (2, True), "reverse": True}, "cba"),
    ],
)
def test_a_lookup_is_open_and_goes_forward_unless_it_is_narrowed(
    ranked: tuple[Transaction, str], narrowed: dict[str, Any], expected: str
) -> None:
    transaction, index = ranked
    found = transaction.scan("pages", Lookup(index, **narrowed))
    assert "".join(document["_key"] for document in found) == expected


def test_what_is_equal_comes_before_the_bounds_of_the_next_field(writing: Transaction) -> None:
    both = replace(RANKED, fields=(("rank",), ("at", "x")))
    index, _ = writing.create_index("pages", both)
    for key, x in (("b", 2), ("c", 3)):
        writing.insert("pages", {"_key": key, "rank": 1, "at": {"x": x}}, PLAIN)
    found = writing.scan("pages", Lookup(index.id, equal=(1,), lower=(2, True)))
    assert [document["_key"] for document in found] == ["b", "c"]


def test_the_edge_index_is_looked_up_by_the_start_of_edges(writing: Transaction) -> None:
    for key, start, end in (("x", "pages/a", "pages/b"), ("y", "pages/b", "pages/a")):
        writing.insert("links", {"_key": key, "_from": start, "_to": end}, PLAIN)
    found = writing.scan("links", Lookup(EDGE_INDEX, equal=("pages/a",)))
    assert [document["_key"] for document in found] == ["x"]
