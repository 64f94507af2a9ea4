"""A small database for AQL: a collection of items, one of edges between them, and indexes on both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from arango_thinking.embedded import aql
from arango_thinking.embedded.storage.records import IndexDescription, WriteOptions
from arango_thinking.embedded.storage.storage import Storage

Bound = dict[str, Any]
ITEMS = 40


class Database:
    """Runs queries, each in a transaction of its own."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    def result(self, text: str, bind_vars: Bound | None = None, **options: Any) -> aql.Result:
        """The result, all its rows taken."""
        query = aql.parse(text)
        begin = self.storage.write if query.is_modification else self.storage.read
        with begin("_system") as transaction:
            found = aql.execute(query, bind_vars or {}, transaction, aql.ExecuteOptions(**options))
            return aql.Result(iter(list(found.rows)), found.statistics, found.warnings)

    def rows(self, text: str, bind_vars: Bound | None = None) -> list[Any]:
        return list(self.result(text, bind_vars).rows)

    def value(self, expression: str, bind_vars: Bound | None = None) -> Any:
        """What one expression gives."""
        (row,) = self.rows(f"RETURN {expression}", bind_vars)
        return row

    def warnings(self, expression: str) -> list[int]:
        return [warning["code"] for warning in self.result(f"RETURN {expression}").warnings]

    def plan(self, text: str, bind_vars: Bound | None = None) -> dict[str, Any]:
        with self.storage.read("_system") as transaction:
            return aql.plan(aql.parse(text), bind_vars or {}, transaction)

    def index(self, collection: str, *fields: str, unique: bool = False, sparse: bool = False) -> None:
        paths = tuple(tuple(field.split(".")) for field in fields)
        wanted = IndexDescription("", "", "persistent", paths, unique, sparse)
        with self.storage.write("_system") as transaction:
            transaction.create_index(collection, wanted)


@pytest.fixture
def db() -> Iterator[Database]:
    """Items "k00" to "k39" in `items`; `links` leads from each of the first ten to the next one."""
    storage = Storage(":memory:")
    with storage.write("_system") as transaction:
        transaction.create_collection("items")
        transaction.create_collection("other")
        transaction.create_collection("links", is_edge=True)
        for number in range(ITEMS):
            item: Bound = {"_key": f"k{number:02}", "number": number, "group": f"g{number % 3}", "meta": {}}
            if number % 2:
                item["meta"] = {"done": number}
            transaction.insert("items", item, WriteOptions())
        for number in range(10):
            edge = {"_key": f"e{number}", "_from": f"items/k{number:02}", "_to": f"items/k{number + 1:02}"}
            transaction.insert("links", edge, WriteOptions())
    yield Database(storage)
    storage.close()
