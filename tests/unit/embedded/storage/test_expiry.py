from __future__ import annotations

import time
from typing import Any

import pytest

from arango_thinking.embedded.storage.database_file import DatabaseFile
from arango_thinking.embedded.storage.expiry import ExpiryTurns
from arango_thinking.embedded.storage.records import IndexDescription, WriteOptions
from arango_thinking.embedded.storage.storage import Storage
from arango_thinking.embedded.storage.transactions import Transaction


def expire(transaction: Transaction, after: float) -> None:
    transaction.create_index("pages", IndexDescription("", "", "ttl", (("at",),), False, True, expire_after=after))


def insert(transaction: Transaction, *documents: dict[str, Any]) -> None:
    for document in documents:
        transaction.insert("pages", document, WriteOptions())


def keys(transaction: Transaction) -> list[str]:
    return [document["_key"] for document in transaction.scan("pages")]


@pytest.mark.parametrize("way", ["read", "write"])
def test_expired_documents_go_when_a_transaction_begins(way: str) -> None:
    storage = Storage(":memory:", expiry_interval=0)
    now = time.time()
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
        expire(transaction, after=60)
        insert(transaction, {"_key": "old", "at": now - 61}, {"_key": "new", "at": now - 30}, {"_key": "never"})
    with getattr(storage, way)("_system") as transaction:
        assert keys(transaction) == ["new", "never"]
    storage.close()


def test_reading_does_not_wait_for_a_writer_to_expire_documents() -> None:
    storage = Storage(":memory:", expiry_interval=0)
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
        expire(transaction, after=0)
        insert(transaction, {"_key": "old", "at": 1})
    with storage.write("_system") as transaction:
        insert(transaction, {"_key": "older", "at": 0})
        with storage.read("_system") as reading:
            assert keys(reading) == []
    with storage.read("_system") as reading:
        assert keys(reading) == []
    storage.close()


def test_expired_documents_are_looked_for_at_intervals(storage: Storage) -> None:
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
        expire(transaction, after=0)
        insert(transaction, {"_key": "old", "at": 1})
    with storage.write("_system") as transaction:
        assert keys(transaction) == ["old"]
        assert transaction.remove_expired(time.time()) == 1
        assert keys(transaction) == []


@pytest.mark.parametrize(("interval", "expected"), [(0, [True, True]), (1000, [True, False])])
def test_turns_come_at_intervals(interval: float, expected: list[bool]) -> None:
    file = DatabaseFile(":memory:")
    turns = ExpiryTurns(file, interval)
    assert [turns.take(), turns.take()] == expected
    file.close()


def test_no_turn_to_read_without_indexes_that_expire(storage: Storage) -> None:
    with storage.write("_system") as transaction:
        transaction.create_collection("pages")
    turns = ExpiryTurns(storage._file, 0)
    assert not turns.take_to_read()
    with storage.write("_system") as transaction:
        expire(transaction, after=0)
        assert not turns.take_to_read()
    assert turns.take_to_read()
