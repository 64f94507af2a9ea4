from __future__ import annotations

import threading

import pytest

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.records import WriteOptions
from arango_thinking.embedded.storage.storage import Storage

OPTIONS = WriteOptions()


@pytest.fixture
def pages(storage: Storage) -> Storage:
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
    return storage


def test_a_block_that_raises_leaves_nothing_behind(pages: Storage) -> None:
    def insert_and_fail() -> None:
        with pages.write("_system") as transaction:
            transaction.insert("pages", {}, OPTIONS)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        insert_and_fail()
    with pages.read("_system") as transaction:
        assert transaction.count("pages") == 0


def test_a_transaction_is_over_once_it_has_ended(pages: Storage) -> None:
    with pages.write("_system") as transaction:
        pass
    transaction.rollback()
    with pytest.raises(ArangoError) as caught:
        transaction.count("pages")
    assert caught.value.number == 1655


def test_a_reading_transaction_does_not_write(pages: Storage) -> None:
    with pytest.raises(ArangoError) as caught, pages.read("_system") as transaction:
        transaction.insert("pages", {}, OPTIONS)
    assert caught.value.number == 1653


def test_threads_that_write_at_once_lose_nothing(pages: Storage) -> None:
    with pages.write("_system") as transaction:
        transaction.insert("pages", {"_key": "counter", "n": 0}, OPTIONS)

    def count_up() -> None:
        for _ in range(25):
            with pages.write("_system") as transaction:
                n = transaction.get("pages", "counter")["n"]
                transaction.update("pages", "counter", {"n": n + 1}, OPTIONS)
                transaction.insert("pages", {}, OPTIONS)

    threads = [threading.Thread(target=count_up) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with pages.read("_system") as transaction:
        assert transaction.get("pages", "counter")["n"] == 200
        assert transaction.count("pages") == 201


def test_the_last_revision_of_a_collection(pages: Storage) -> None:
    with pages.write("_system") as transaction:
        assert transaction.last_revision("pages") == "0"
        transaction.insert("pages", {"_key": "a"}, OPTIONS)
        transaction.insert("pages", {"_key": "b"}, OPTIONS)
        latest = transaction.update("pages", "a", {"n": 1}, OPTIONS).new["_rev"]
        assert transaction.last_revision("pages") == latest


def test_a_scan_goes_over_the_documents_as_they_were_last_written(pages: Storage) -> None:
    with pages.write("_system") as transaction:
        for key in "cab":
            transaction.insert("pages", {"_key": key}, OPTIONS)
        transaction.update("pages", "c", {"n": 1}, OPTIONS)
        transaction.remove("pages", "a", None)
        transaction.insert("pages", {"_key": "a"}, OPTIONS)
    with pages.read("_system") as transaction:
        assert [document["_key"] for document in transaction.scan("pages")] == ["b", "c", "a"]
        assert transaction.last_revision("pages") == transaction.get("pages", "a")["_rev"]  # type: ignore[index]
