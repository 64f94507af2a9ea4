"""ArangoDB's four key generators, which make keys for documents that have none."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from arango_thinking.embedded.errors import ArangoError, said
from arango_thinking.embedded.storage.records import CollectionInfo
from arango_thinking.embedded.storage.revisions import Counters

#: The generators that a collection can be created with.
GENERATORS = ("autoincrement", "padded", "traditional", "uuid")
_LARGEST = (1 << 64) - 1
_LARGEST_INCREMENT = (1 << 16) - 1
_PADDED_LENGTH = 16
_DECIMAL = frozenset("0123456789")
_HEXADECIMAL = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class KeySource:
    """`next_key` makes a new key. `note` takes a key that a user chose, so that it is not made again."""

    next_key: Callable[[], str]
    note: Callable[[str], None]


def key_source(connection: sqlite3.Connection, collection: CollectionInfo, counters: Counters) -> KeySource:
    """The generator that the collection was created with."""
    options = collection.properties.get("keyOptions", {})
    match options.get("type", "traditional"):
        case "autoincrement":
            numbers = _Numbers(connection, collection.id, options)
            return KeySource(lambda: str(numbers.following()), lambda key: numbers.skip(_number(key, 10)))
        case "padded":
            numbers = _Numbers(connection, collection.id, {**options, "increment": 1, "offset": 0})
            return KeySource(lambda: f"{numbers.following():016x}", lambda key: numbers.skip(_padded(key)))
        case "uuid":
            return KeySource(lambda: str(uuid.uuid4()), lambda _key: None)
    return KeySource(counters.next_number, counters.skip_number)


class _Numbers:
    """The numbers of one collection. The last one is stored with the collection, so that a rollback undoes it too."""

    def __init__(self, connection: sqlite3.Connection, collection: str, options: dict[str, Any]) -> None:
        self._connection = connection
        self._collection = int(collection)
        self._increment: int = options.get("increment", 1)
        self._offset: int = options.get("offset", 0)
        self._last: int = options.get("lastValue", 0)

    def following(self) -> int:
        last, step = self._last, self._increment
        number = self._offset if last < self._offset else last + step - (last - self._offset) % step
        if number > _LARGEST:
            raise ArangoError(1225)
        self._keep(number)
        return number

    def skip(self, number: int) -> None:
        if self._last < number <= _LARGEST:
            self._keep(number)

    def _keep(self, number: int) -> None:
        self._last = number
        # SQLite has no integers beyond 63 bits, so the number goes in as JSON text.
        self._connection.execute(
            "UPDATE collections SET properties ="
            " json_set(CAST(properties AS TEXT), '$.keyOptions.lastValue', json(?)) WHERE id = ?",
            (str(number), self._collection),
        )


def _number(key: str, base: int) -> int:
    digits = _DECIMAL if base == 10 else _HEXADECIMAL
    return int(key, base) if digits.issuperset(key) else -1


def _padded(key: str) -> int:
    return _number(key, 16) if len(key) == _PADDED_LENGTH else -1


def key_options(given: Any) -> dict[str, Any]:
    """The key options of a new collection, checked and completed. Raises 1232 when they are invalid."""
    if not isinstance(given, dict):
        raise ArangoError(1232)
    kind, own_keys = given.get("type", "traditional"), given.get("allowUserKeys", True)
    if kind not in GENERATORS or not isinstance(own_keys, bool):
        raise ArangoError(1232)
    options = {"allowUserKeys": own_keys, "type": kind}
    if kind == "autoincrement":
        options["offset"] = _whole(given.get("offset", 0), "offset", 0, _LARGEST - 1)
        options["increment"] = _whole(given.get("increment", 1), "increment", 1, _LARGEST_INCREMENT)
    return options if kind == "uuid" else {**options, "lastValue": 0}


def _whole(value: Any, name: str, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise said(1232, f"{name} value must be a whole number from {least} to {most}")
    return value
