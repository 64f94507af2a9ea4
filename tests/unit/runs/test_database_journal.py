from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from arango_thinking.runs.database_journal import DatabaseCalls
from arango_thinking.settings import database_settings
from arango_thinking.store.schema import CALLS
from arango_thinking.store.store import Store

Opening = Callable[..., DatabaseCalls]


@pytest.fixture
def opened(url: str) -> Iterator[Opening]:
    """Opens call stores on one database."""
    stores: list[DatabaseCalls] = []

    def opened(kept_for: timedelta = timedelta(days=1)) -> DatabaseCalls:
        stores.append(DatabaseCalls(database_settings(url), kept_for))
        return stores[-1]

    yield opened
    for store in stores:
        store.close()


def test_calls_are_kept_and_found_by_another(opened: Opening) -> None:
    opened().write([{"_key": "a", "text": "one"}, {"_key": "b", "text": "two"}])
    found = opened().read(["b", "c", "a"])
    assert {key: call["text"] for key, call in found.items()} == {"a": "one", "b": "two"}


def test_a_call_that_is_kept_again_is_the_newer(opened: Opening) -> None:
    calls = opened()
    calls.write([{"_key": "a", "text": "old"}])
    calls.write([{"_key": "a", "text": "new"}])
    assert calls.read(["a"])["a"]["text"] == "new"


def test_calls_are_forgotten_whether_or_not_they_are_there(opened: Opening) -> None:
    calls = opened()
    calls.write([{"_key": "a", "text": "one"}])
    calls.forget(["a", "b"])
    assert calls.read(["a", "b"]) == {}


def test_expired_calls_are_not_found_and_the_database_removes_them(opened: Opening, store: Store) -> None:
    calls = opened(timedelta(seconds=-1))
    calls.write([{"_key": "a", "text": "one"}])
    assert calls.read(["a"]) == {}
    indexes = store.connection.database.collection(CALLS).indexes()
    assert [index["fields"] for index in indexes if index["type"] == "ttl"] == [["expires_at"]]  # type: ignore[union-attr]
