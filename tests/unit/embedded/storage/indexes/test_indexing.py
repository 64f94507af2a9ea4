from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.records import IndexDescription, IndexTuning, Lookup, WriteOptions
from arango_thinking.embedded.storage.storage import Storage
from arango_thinking.embedded.storage.transactions import Transaction


def persistent(*fields: str, unique: bool = False, sparse: bool = False) -> IndexDescription:
    paths = tuple(tuple(field.split(".")) for field in fields)
    return IndexDescription("", "", "persistent", paths, unique, sparse)


@pytest.fixture
def writing(storage: Storage) -> Iterator[Transaction]:
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
        yield transaction


def insert(transaction: Transaction, *documents: dict[str, Any]) -> None:
    for document in documents:
        transaction.insert("pages", document, WriteOptions())


def keys(transaction: Transaction, lookup: Lookup | None) -> list[str]:
    return [document["_key"] for document in transaction.scan("pages", lookup)]


RANKS: dict[str, Any] = {"a": None, "b": False, "c": -1, "d": 2, "e": 2.5, "f": "2", "g": [1], "h": {"x": 1}}


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({}, "abcdefgh"),
        ({"reverse": True}, "hgfedcba"),
        ({"equal": (2.0,)}, "d"),
        ({"equal": ("absent",)}, ""),
        ({"equal": (None,)}, "a"),
        ({"lower": (2, True)}, "defgh"),
        ({"lower": (2, False)}, "efgh"),
        ({"upper": (2, True)}, "abcd"),
        ({"upper": (2, False)}, "abc"),
        ({"lower": (None, False), "upper": ("", False)}, "bcde"),
        ({"lower": (2, False), "upper": ([1], True), "reverse": True}, "gfe"),
        ({"lower": (3, True), "upper": (2, True)}, ""),
    ],
)
def test_a_scan_by_value_follows_the_type_order(writing: Transaction, bounds: dict[str, Any], expected: str) -> None:
    insert(writing, *({"_key": key, "rank": value} for key, value in reversed(RANKS.items())))
    index, _ = writing.create_index("pages", persistent("rank"))
    assert "".join(keys(writing, Lookup(index.id, **bounds))) == expected


def test_an_equal_prefix_and_a_range_on_the_next_field(writing: Transaction) -> None:
    index, _ = writing.create_index("pages", persistent("group", "_key"))
    insert(writing, *({"_key": f"{number:03}", "group": number % 2} for number in range(20)), {"_key": "none"})
    assert keys(writing, Lookup(index.id, equal=(1,), lower=("013", False))) == ["015", "017", "019"]
    assert keys(writing, Lookup(index.id, equal=(1,), upper=("005", True), reverse=True)) == ["005", "003", "001"]
    assert keys(writing, Lookup(index.id, equal=(None,))) == ["none"]
    assert keys(writing, Lookup(index.id, equal=(0, "004"))) == ["004"]


def test_equal_values_come_in_the_order_of_keys(writing: Transaction) -> None:
    index, _ = writing.create_index("pages", persistent("group"))
    insert(writing, *({"_key": key, "group": 1} for key in "cab"))
    assert keys(writing, Lookup(index.id, equal=(1,))) == ["a", "b", "c"]
    assert keys(writing, Lookup(index.id, equal=(1,), reverse=True)) == ["c", "b", "a"]


def test_entries_follow_every_kind_of_write(writing: Transaction) -> None:
    index, _ = writing.create_index("pages", persistent("meta.rank"))
    insert(writing, {"_key": "a", "meta": {"rank": 1}}, {"_key": "b", "meta": 3})
    assert keys(writing, Lookup(index.id, equal=(None,))) == ["b"]
    writing.update("pages", "a", {"meta": {"rank": 2}}, WriteOptions())
    assert keys(writing, Lookup(index.id, equal=(1,))) == []
    assert keys(writing, Lookup(index.id, equal=(2,))) == ["a"]
    writing.replace("pages", "a", {}, WriteOptions())
    assert keys(writing, Lookup(index.id, equal=(2,))) == []
    writing.insert("pages", {"_key": "a", "meta": {"rank": 5}}, WriteOptions(overwrite_mode="replace"))
    assert keys(writing, Lookup(index.id, equal=(5,))) == ["a"]
    writing.remove("pages", "a", None)
    assert keys(writing, Lookup(index.id)) == ["b"]
    writing.truncate("pages")
    assert keys(writing, Lookup(index.id)) == []


@pytest.mark.parametrize(
    ("lookup", "expected"),
    [
        (None, "bca"),
        (Lookup("0"), "abc"),
        (Lookup("0", reverse=True), "cba"),
        (Lookup("0", equal=("b",)), "b"),
        (Lookup("0", equal=(1,)), ""),
        (Lookup("0", lower=("a", False)), "bc"),
        (Lookup("0", lower=("b", True), upper=("c", False)), "b"),
        (Lookup("0", lower=(99, False)), "abc"),
        (Lookup("0", lower=([], True)), ""),
        (Lookup("0", upper=(None, True)), ""),
        (Lookup("0", upper=({}, False)), "abc"),
    ],
)
def test_the_primary_index(writing: Transaction, lookup: Lookup | None, expected: str) -> None:
    insert(writing, *({"_key": key} for key in "bca"))
    assert "".join(keys(writing, lookup)) == expected


def test_a_unique_index_refuses_a_second_document_and_changes_nothing(writing: Transaction) -> None:
    first, _ = writing.create_index("pages", persistent("other"))
    index, _ = writing.create_index("pages", persistent("email", unique=True))
    insert(writing, {"_key": "a", "email": "x"}, {"_key": "b", "email": "y", "other": 1})
    for attempt in (
        lambda: insert(writing, {"_key": "c", "email": "x", "other": 2}),
        lambda: writing.update("pages", "b", {"email": "x", "other": 2}, WriteOptions()),
        lambda: writing.replace("pages", "b", {"email": "x", "other": 2}, WriteOptions()),
    ):
        with pytest.raises(ArangoError, match=rf"index {index.name} .* over 'email'; conflicting key: a") as caught:
            attempt()
        assert caught.value.number == 1210
    assert keys(writing, None) == ["a", "b"]
    assert keys(writing, Lookup(first.id, equal=(1,))) == ["b"]
    assert keys(writing, Lookup(first.id, equal=(2,))) == []
    writing.update("pages", "a", {"email": "x", "new": 1}, WriteOptions())


def test_a_unique_index_allows_one_document_without_the_attribute_unless_it_is_sparse(writing: Transaction) -> None:
    writing.create_index("pages", persistent("email", unique=True))
    insert(writing, {"_key": "a"})
    with pytest.raises(ArangoError):
        insert(writing, {"_key": "b", "email": None})
    writing.truncate("pages")
    writing.drop_index("pages", writing.indexes("pages")[-1].id)
    writing.create_index("pages", persistent("email", "name", unique=True, sparse=True))
    insert(writing, {"_key": "a"}, {"_key": "b", "email": None}, {"_key": "c", "email": 1}, {"_key": "d", "email": 1})


def test_a_sparse_index_leaves_out_documents_without_a_value(writing: Transaction) -> None:
    index, _ = writing.create_index("pages", persistent("a", "b", sparse=True))
    insert(writing, {"_key": "full", "a": 1, "b": 2}, {"_key": "half", "a": 1}, {"_key": "null", "a": None, "b": 1})
    assert keys(writing, Lookup(index.id)) == ["full"]


def test_an_index_over_what_is_there_already(writing: Transaction) -> None:
    insert(writing, {"_key": "a", "n": 2}, {"_key": "b", "n": 1})
    index, is_new = writing.create_index("pages", persistent("n", unique=True))
    assert (is_new, keys(writing, Lookup(index.id))) == (True, ["b", "a"])
    assert writing.create_index("pages", persistent("n", unique=True)) == (index, False)
    assert writing.create_index("pages", persistent("n"))[1]


def test_a_unique_index_cannot_be_made_over_doubles(storage: Storage) -> None:
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
        insert(transaction, {"_key": "a", "n": 1}, {"_key": "b", "n": 1.0})
    with pytest.raises(ArangoError) as caught, storage.write("_system") as transaction:
        transaction.create_index("pages", persistent("n", unique=True))
    assert caught.value.number == 1210
    with storage.read("_system") as transaction:
        assert len(transaction.indexes("pages")) == 1


def test_an_index_that_does_not_exist(writing: Transaction) -> None:
    with pytest.raises(ArangoError) as caught:
        writing.scan("pages", Lookup("999"))
    assert caught.value.number == 1212


def test_a_lookup_in_the_edge_index(storage: Storage) -> None:
    with storage.write("_system") as transaction:
        transaction.create_collection("links", is_edge=True)
        for key, ends in {"a": "xy", "b": "xz", "c": "yx", "d": "xx"}.items():
            edge = {"_key": key, "_from": f"p/{ends[0]}", "_to": f"p/{ends[1]}"}
            transaction.insert("links", edge, WriteOptions())

        def found(edges: Any) -> str:
            return "".join(sorted(edge["_key"] for edge in edges))

        assert found(transaction.scan("links", Lookup("1", equal=("p/x",)))) == "abd"
        assert found(transaction.scan("links", Lookup("1", equal=("p/x", "p/z")))) == "b"
        assert found(transaction.scan("links", Lookup("1", equal=(1,)))) == ""
        assert found(transaction.edges("links", "p/x", "OUTBOUND")) == "abd"
        assert found(transaction.edges("links", "p/x", "INBOUND")) == "cd"
        assert found(transaction.edges("links", "p/x", "ANY")) == "abcd"
        with pytest.raises(ArangoError) as caught:
            transaction.scan("links", Lookup("1", lower=("p/x", True)))
        assert caught.value.number == 1577
        transaction.create_collection("pages")
        with pytest.raises(ArangoError) as caught:
            transaction.edges("pages", "p/x", "ANY")
        assert caught.value.number == 1218


def test_a_ttl_index_serves_no_lookup(writing: Transaction) -> None:
    index, _ = writing.create_index("pages", IndexDescription("", "", "ttl", (("at",),), False, True, expire_after=0))
    with pytest.raises(ArangoError) as caught:
        writing.scan("pages", Lookup(index.id))
    assert caught.value.number == 1577


def of_arrays(unique: bool = False, sparse: bool = False, deduplicate: bool = True) -> IndexDescription:
    tuning = IndexTuning(deduplicate=deduplicate)
    return IndexDescription("", "", "persistent", (("tags[*]",),), unique, sparse, tuning=tuning)


def test_members_of_arrays_are_unique_across_documents(writing: Transaction) -> None:
    insert(writing, {"_key": "a", "tags": ["x", "y", "x"]})
    writing.create_index("pages", of_arrays(unique=True))
    insert(writing, {"_key": "b", "tags": ["z"]}, {"_key": "c", "tags": []}, {"_key": "d"}, {"_key": "e"})
    with pytest.raises(ArangoError) as caught:
        insert(writing, {"_key": "f", "tags": ["w", "y"]})
    assert caught.value.number == 1210
    writing.update("pages", "a", {"tags": ["v"]}, WriteOptions())
    insert(writing, {"_key": "f", "tags": ["w", "y"]})


def test_an_array_that_holds_a_value_twice_may_be_refused(writing: Transaction) -> None:
    writing.create_index("pages", of_arrays(unique=True, deduplicate=False))
    with pytest.raises(ArangoError) as caught:
        insert(writing, {"_key": "a", "tags": ["x", "x"]})
    assert caught.value.number == 1210
    assert keys(writing, None) == []


def test_an_index_of_arrays_serves_no_query(writing: Transaction) -> None:
    index, _ = writing.create_index("pages", of_arrays())
    assert index not in writing.indexes("pages")
    assert index in writing.all_indexes("pages")


def test_selectivity_is_the_share_of_different_values(writing: Transaction) -> None:
    index, _ = writing.create_index("pages", persistent("n"))
    assert writing.selectivity("pages", index) == 1.0
    insert(writing, *({"n": number % 2} for number in range(8)))
    assert writing.selectivity("pages", index) == 0.25
