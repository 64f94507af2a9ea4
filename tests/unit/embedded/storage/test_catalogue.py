from __future__ import annotations

import pytest

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.records import IndexDescription, IndexTuning, WriteOptions
from arango_thinking.embedded.storage.storage import Storage


def refusal(caught: pytest.ExceptionInfo[ArangoError]) -> int:
    return caught.value.number


def test_databases_are_kept_apart(storage: Storage) -> None:
    with storage.write("_system") as transaction:
        transaction.create_database("other")
    for name in ("_system", "other"):
        with storage.write(name) as transaction:
            transaction.create_collection("pages")
            transaction.insert("pages", {"_key": "a", "database": name}, WriteOptions())
    with storage.read("other") as transaction:
        assert transaction.get("pages", "a")["database"] == "other"
        assert transaction.databases() == ["_system", "other"]
    with storage.write("_system") as transaction:
        transaction.drop_database("other")
    with pytest.raises(ArangoError) as caught:
        storage.read("other")
    assert refusal(caught) == 1228
    with storage.read("_system") as transaction:
        assert transaction.get("pages", "a")["database"] == "_system"


@pytest.mark.parametrize(("name", "number"), [("_mine", 1229), ("a/b", 1229), ("", 1229), ("_system", 1207)])
def test_databases_that_cannot_be_made(storage: Storage, name: str, number: int) -> None:
    with pytest.raises(ArangoError) as caught, storage.write("_system") as transaction:
        transaction.create_database(name)
    assert refusal(caught) == number


def test_the_system_database_stays(storage: Storage) -> None:
    with pytest.raises(ArangoError) as caught, storage.write("_system") as transaction:
        transaction.drop_database("_system")
    assert refusal(caught) == 11


def test_a_collection_is_found_by_name_and_by_id(storage: Storage) -> None:
    with storage.write("_system") as transaction:
        made = transaction.create_collection("pages", properties={"waitForSync": True})
    with storage.read("_system") as transaction:
        assert transaction.collection("pages") == transaction.collection(made.id) == made
        assert [info.name for info in transaction.collections()] == ["_graphs", "pages"]


@pytest.mark.parametrize(("name", "number"), [("1a", 1208), ("a/b", 1208), ("pages", 1207)])
def test_collections_that_cannot_be_made(storage: Storage, name: str, number: int) -> None:
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
    with pytest.raises(ArangoError) as caught, storage.write("_system") as transaction:
        transaction.create_collection(name)
    assert refusal(caught) == number


def test_a_renamed_collection_keeps_its_documents_under_new_ids(storage: Storage) -> None:
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
        transaction.create_collection("taken")
        transaction.insert("pages", {"_key": "a"}, WriteOptions())
        transaction.change_collection("pages", "leaves", {})
        assert transaction.get("leaves", "a")["_id"] == "leaves/a"
        with pytest.raises(ArangoError) as caught:
            transaction.get("pages", "a")
        assert refusal(caught) == 1203
        with pytest.raises(ArangoError) as caught:
            transaction.change_collection("leaves", "taken", {})
        assert refusal(caught) == 1207


def test_a_dropped_collection_takes_its_indexes_with_it(storage: Storage) -> None:
    wanted = IndexDescription("", "", "persistent", (("a",),), unique=False, sparse=False)
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
        transaction.create_index("pages", wanted)
        transaction.drop_collection("pages")
        transaction.create_collection("pages")
        assert [index.type for index in transaction.indexes("pages")] == ["primary"]
        assert transaction.count("pages") == 0


def test_edge_collections_have_an_edge_index(storage: Storage) -> None:
    with storage.write("_system") as transaction:
        transaction.create_collection("links", is_edge=True)
        assert [(index.id, index.type) for index in transaction.indexes("links")] == [("0", "primary"), ("1", "edge")]


def test_indexes_are_dropped_by_id_and_by_name(storage: Storage) -> None:
    wanted = IndexDescription("", "by_a", "persistent", (("a",),), unique=False, sparse=False)
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
        for identify in ("id", "name"):
            index, is_new = transaction.create_index("pages", wanted)
            assert is_new
            transaction.drop_index("pages", getattr(index, identify))
        with pytest.raises(ArangoError) as caught:
            transaction.drop_index("pages", "by_a")
        assert refusal(caught) == 1212


def test_two_indexes_may_not_bear_one_name(storage: Storage) -> None:
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
        transaction.create_index("pages", IndexDescription("", "x", "persistent", (("a",),), False, False))
        with pytest.raises(ArangoError) as caught:
            transaction.create_index("pages", IndexDescription("", "x", "persistent", (("b",),), False, False))
    assert refusal(caught) == 1005


def test_how_an_index_is_tuned_is_kept(storage: Storage) -> None:
    tuning = IndexTuning(stored_values=("a", "b"), deduplicate=False, cache_enabled=True)
    wanted = IndexDescription("", "x", "persistent", (("tags[*]",),), False, False, tuning=tuning)
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
        made, _ = transaction.create_index("pages", wanted)
    with storage.read("_system") as transaction:
        assert transaction.all_indexes("pages")[1] == made
    assert made.tuning == tuning


def test_making_and_dropping_is_undone_by_a_rollback(storage: Storage) -> None:
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
    transaction = storage.write("_system")
    transaction.create_database("other")
    transaction.create_collection("more")
    transaction.drop_collection("pages")
    transaction.rollback()
    with storage.read("_system") as transaction:
        assert transaction.databases() == ["_system"]
        assert [info.name for info in transaction.collections()] == ["_graphs", "pages"]
