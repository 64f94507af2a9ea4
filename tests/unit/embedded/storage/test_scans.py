from __future__ import annotations

from collections.abc import Iterator

import pytest

from arango_thinking.embedded.storage.records import IndexDescription, Lookup, WriteOptions
from arango_thinking.embedded.storage.storage import Storage
from arango_thinking.embedded.storage.transactions import Transaction

OPTIONS = WriteOptions()


@pytest.fixture
def writing(storage: Storage) -> Iterator[Transaction]:
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
        for number in range(50):
            transaction.insert("pages", {"_key": f"{number:02}", "n": number}, OPTIONS)
        yield transaction


def test_documents_show_system_attributes_in_front(storage: Storage, writing: Transaction) -> None:
    writing.create_collection("links", is_edge=True)
    writing.insert("links", {"x": 1, "_to": "p/b", "_key": "k", "_from": "p/a", "_y": 2}, OPTIONS)
    assert list(next(writing.scan("pages"))) == ["_key", "_id", "_rev", "n"]
    edge = next(writing.scan("links"))
    assert list(edge) == ["_key", "_id", "_from", "_to", "_rev", "x", "_y"]
    assert (edge["_id"], edge["_from"], edge["_to"]) == ("links/k", "p/a", "p/b")


def test_a_scan_sees_what_was_there_when_it_began(writing: Transaction) -> None:
    index, _ = writing.create_index(
        "pages", IndexDescription("", "", "persistent", (("n",),), unique=False, sparse=False)
    )
    seen = []
    for document in writing.scan("pages", Lookup(index.id)):
        seen.append(document["n"])
        # Each write moves the document to where the scan still has to come.
        writing.update("pages", document["_key"], {"n": document["n"] + 1000}, OPTIONS)
        writing.insert("pages", {"n": document["n"] + 5000}, OPTIONS)
    assert seen == list(range(50))
    assert writing.count("pages") == 100


def test_a_scan_outlives_the_removal_of_its_documents(writing: Transaction) -> None:
    scan = writing.scan("pages")
    next(scan)
    writing.truncate("pages")
    assert sum(1 for _ in scan) == 49


def test_a_scan_outlives_its_collection(writing: Transaction) -> None:
    scan = writing.scan("pages")
    writing.drop_collection("pages")
    assert sum(1 for _ in scan) == 50


def test_several_scans_may_be_open(writing: Transaction) -> None:
    pairs = [(one["n"], other["n"]) for one in writing.scan("pages") for other in writing.scan("pages")]
    assert len(pairs) == 2500


def test_a_reader_keeps_its_snapshot_while_others_write(storage: Storage) -> None:
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
        for number in range(10):
            transaction.insert("pages", {"n": number}, OPTIONS)
    with storage.read("_system") as reading:
        scan = reading.scan("pages")
        next(scan)
        with storage.write("_system") as transaction:
            transaction.truncate("pages")
        assert sum(1 for _ in scan) == 9
        assert reading.count("pages") == 10
    with storage.read("_system") as reading:
        assert reading.count("pages") == 0
