"""Entries of persistent and ttl indexes, and scans narrowed by an index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.catalogue import CollectionTable, index_table
from arango_thinking.embedded.storage.indexes.entries import entries_of
from arango_thinking.embedded.storage.indexes.ordering import AFTER, encode, encode_all
from arango_thinking.embedded.storage.records import JSON, Document, IndexDescription, Lookup

#: The SQL of a scan and the values for its placeholders.
Statement = tuple[str, tuple[Any, ...]]

#: How many entries are read for an estimate.
_SAMPLE = 10_000


class IndexWriter:
    """Keeps the index entries of one collection in step with its documents."""

    def __init__(self, connection: sqlite3.Connection, table: CollectionTable) -> None:
        self._execute = connection.execute
        self._indexes = [(index, index_table(index), entries_of(index)) for index in table.indexes]

    def change(self, key: str, old: Document | None, new: Document | None) -> None:
        """Replace the entries of `old` by those of `new`. Raises 1210, with nothing changed, if they are not unique."""
        changes = []
        for index, table, entries in self._indexes:
            before = entries(old) if old is not None else ()
            after = entries(new) if new is not None else ()
            if before != after:
                if index.unique:
                    self._check_unique(index, table, after, key)
                changes.append((table, before, after))
        for table, before, after in changes:
            for one in before:
                self._execute(f"DELETE FROM {table} WHERE entry = ? AND key = ?", (one, key))
            for one in after:
                self._execute(f"INSERT INTO {table} VALUES (?, ?)", (one, key))

    def _check_unique(self, index: IndexDescription, table: str, after: Iterable[bytes], key: str) -> None:
        """Raise 1210 when another document has one of the entries. Nobody else can write between check and write."""
        for one in after:
            holder = self._execute(f"SELECT key FROM {table} WHERE entry = ? AND key <> ?", (one, key)).fetchone()
            if holder is not None:
                raise unique_violation(index, holder[0])


def unique_violation(index: IndexDescription, key: str) -> ArangoError:
    fields = ", ".join(".".join(path) for path in index.fields)
    return ArangoError(1210, f"in index {index.name} of type {index.type} over '{fields}'; conflicting key: {key}")


def fill(connection: sqlite3.Connection, index: IndexDescription, documents: Iterator[Document]) -> None:
    """Add the entries of the documents that are older than the index. Raises 1210 if they are not unique."""
    table = index_table(index)
    entries = entries_of(index)
    found = ((one, document["_key"]) for document in documents for one in entries(document))
    connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", found)
    if not index.unique:
        return
    taken = connection.execute(f"SELECT min(key) FROM {table} GROUP BY entry HAVING count(*) > 1 LIMIT 1").fetchone()
    if taken is not None:
        raise unique_violation(index, taken[0])


def selectivity(connection: sqlite3.Connection, table: CollectionTable, index: IndexDescription) -> float:
    """The share of different values among the first entries; 1.0 when there are no entries."""
    if index.unique:
        return 1.0
    source, column = (table.name, "from_id") if index.type == "edge" else (index_table(index), "entry")
    sample = f"SELECT {column} AS value FROM {source} LIMIT {_SAMPLE}"
    different, all_of_them = connection.execute(f"SELECT count(DISTINCT value), count(*) FROM ({sample})").fetchone()
    return different / all_of_them if all_of_them else 1.0


def expired_keys(connection: sqlite3.Connection, index: IndexDescription, now: float, limit: int) -> list[str]:
    """The keys of at most `limit` documents that have expired at `now` by a ttl index, in the order of their times."""
    rows = connection.execute(
        f"SELECT key FROM {index_table(index)} WHERE entry <= ? ORDER BY entry LIMIT ?",
        (encode(now - (index.expire_after or 0)), limit),
    )
    return [key for (key,) in rows]


def statement(table: CollectionTable, lookup: Lookup | None) -> Statement:
    """The statement that selects the rows of a lookup, in the order of its index.

    Raises 1212 when the index does not exist, and 1577 when it cannot be used for this lookup.
    """
    columns = "d.key, d.rev, d.body" + (", d.from_id, d.to_id" if table.info.is_edge else "")
    documents = f"SELECT {columns} FROM {table.name} AS d"
    if lookup is None:
        return f"{documents} ORDER BY d.tick", ()
    for index in table.all_indexes:
        if index.id == lookup.index:
            return _scan(documents, index, lookup)
    raise ArangoError(1212)


def _scan(documents: str, index: IndexDescription, lookup: Lookup) -> Statement:
    match index.type:
        case "primary":
            return _primary_scan(documents, lookup)
        case "edge":
            return _edge_scan(documents, lookup)
        case "persistent" | "hash" | "skiplist":
            return _persistent_scan(documents, index, lookup)
    raise ArangoError(1577, "a query cannot use a ttl index")


def _persistent_scan(documents: str, index: IndexDescription, lookup: Lookup) -> Statement:
    prefix = encode_all(lookup.equal)
    first, last = prefix, prefix + AFTER
    if lookup.lower is not None:
        first = prefix + encode(lookup.lower[0]) + (b"" if lookup.lower[1] else AFTER)
    if lookup.upper is not None:
        last = prefix + encode(lookup.upper[0]) + (AFTER if lookup.upper[1] else b"")
    way = " DESC" if lookup.reverse else ""
    # CROSS JOIN makes SQLite walk the index and fetch each document, never the other way round.
    return (
        documents.replace(" FROM ", f" FROM {index_table(index)} AS i CROSS JOIN ") + " ON d.key = i.key"
        f" WHERE i.entry >= ? AND i.entry < ? ORDER BY i.entry{way}, i.key{way}",
        (first, last),
    )


def _primary_scan(documents: str, lookup: Lookup) -> Statement:
    compared = [("=", value) for value in lookup.equal]
    if lookup.lower is not None:
        compared.append((">=" if lookup.lower[1] else ">", lookup.lower[0]))
    if lookup.upper is not None:
        compared.append(("<=" if lookup.upper[1] else "<", lookup.upper[0]))
    conditions = [_key_condition(operator, value) for operator, value in compared]
    where = " WHERE " + " AND ".join(conditions) if conditions else ""
    values = tuple(value for _, value in compared if isinstance(value, str))
    way = " DESC" if lookup.reverse else ""
    return f"{documents}{where} ORDER BY d.key{way}", values


def _key_condition(operator: str, value: JSON) -> str:
    """The SQL condition on a key. Keys are strings: a value of another type sorts before or after all of them."""
    if isinstance(value, str):
        return f"d.key {operator} ?"
    after_all_keys = isinstance(value, list | dict)
    return "1" if operator != "=" and after_all_keys == operator.startswith("<") else "0"


def _edge_scan(documents: str, lookup: Lookup) -> Statement:
    if lookup.lower is not None or lookup.upper is not None or not lookup.equal:
        raise ArangoError(1577, "the edge index can only find equal values")
    if not all(isinstance(value, str) for value in lookup.equal):
        return f"{documents} WHERE 0", ()
    conditions = ("d.from_id = ?", "d.to_id = ?")[: len(lookup.equal)]
    way = " DESC" if lookup.reverse else ""
    return f"{documents} WHERE {' AND '.join(conditions)} ORDER BY d.tick{way}", lookup.equal


_EDGE_CONDITIONS = {
    "OUTBOUND": "d.from_id = ?1",
    "INBOUND": "d.to_id = ?1",
    "ANY": "(d.from_id = ?1 OR d.to_id = ?1)",
}


def edges_statement(table: CollectionTable, vertex_id: str, direction: str) -> Statement:
    """The statement that selects the edges at a vertex, each once, in the order of their last writes."""
    condition = _EDGE_CONDITIONS[direction]
    return (
        f"SELECT d.key, d.rev, d.body, d.from_id, d.to_id FROM {table.name} AS d WHERE {condition} ORDER BY d.tick",
        (vertex_id,),
    )
