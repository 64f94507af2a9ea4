"""Databases, collections and index descriptions, as one transaction sees them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from arango_thinking.embedded.errors import ArangoError, said
from arango_thinking.embedded.storage.content import is_name
from arango_thinking.embedded.storage.records import (
    EDGE_INDEX,
    PRIMARY_INDEX,
    CollectionInfo,
    IndexDescription,
    IndexTuning,
)
from arango_thinking.embedded.storage.revisions import Counters

SYSTEM_DATABASE = "_system"
#: The collection in which ArangoDB keeps the named graphs of a database.
GRAPHS = "_graphs"

_PRIMARY = IndexDescription(PRIMARY_INDEX, "primary", "primary", (("_key",),), unique=True, sparse=False)
_EDGE = IndexDescription(EDGE_INDEX, "edge", "edge", (("_from",), ("_to",)), unique=False, sparse=False)


@dataclass(frozen=True, slots=True)
class CollectionTable:
    """A collection, with everything that is needed to read and write it."""

    info: CollectionInfo
    #: The table of documents.
    name: str
    #: Persistent and ttl indexes, whose entries the engine maintains itself.
    indexes: tuple[IndexDescription, ...]

    @property
    def all_indexes(self) -> tuple[IndexDescription, ...]:
        return (_PRIMARY, _EDGE, *self.indexes) if self.info.is_edge else (_PRIMARY, *self.indexes)


def index_table(index: IndexDescription) -> str:
    return f"i{index.id}"


class Catalogue:
    """The collections and indexes of one database. Changes are part of the connection's transaction."""

    def __init__(self, connection: sqlite3.Connection, database: str) -> None:
        self._connection = connection
        row = connection.execute("SELECT id FROM databases WHERE name = ?", (database,)).fetchone()
        if row is None:
            raise ArangoError(1228)
        self._database: int = row[0]
        self._tables: dict[str, CollectionTable] = {}

    def collections(self) -> list[CollectionInfo]:
        rows = self._connection.execute(
            "SELECT id, name, is_edge, properties FROM collections WHERE database = ? ORDER BY name",
            (self._database,),
        )
        return [_collection(row) for row in rows]

    def table(self, name: str) -> CollectionTable:
        """The collection with that name or id. Raises 1203 when there is no such collection."""
        table = self._tables.get(name)
        if table is None:
            table = self._tables[name] = self._load(name)
        return table

    def _load(self, name: str) -> CollectionTable:
        row = self._connection.execute(
            "SELECT id, name, is_edge, properties FROM collections"
            " WHERE database = ?1 AND (name = ?2 OR CAST(id AS TEXT) = ?2)",
            (self._database, name),
        ).fetchone()
        if row is None:
            raise ArangoError(1203, name)
        info = _collection(row)
        return CollectionTable(info, f"c{info.id}", tuple(self._indexes(info.id)))

    def _indexes(self, collection: str) -> list[IndexDescription]:
        rows = self._connection.execute(
            "SELECT id, name, type, fields, is_unique, is_sparse, expire_after FROM indexes"
            " WHERE collection = ? ORDER BY id",
            (int(collection),),
        )
        return [_index(row) for row in rows]

    def create_collection(
        self, name: str, is_edge: bool, properties: Mapping[str, Any], counters: Counters
    ) -> CollectionInfo:
        if not is_name(name):
            raise ArangoError(1208)
        if any(known.name == name for known in self.collections()):
            raise ArangoError(1207)
        info = CollectionInfo(counters.next_number(), name, is_edge, dict(properties))
        self._connection.execute(
            "INSERT INTO collections VALUES (?, ?, ?, ?, ?)",
            (int(info.id), self._database, name, is_edge, orjson.dumps(info.properties)),
        )
        _create_documents_table(self._connection, info)
        self._tables.clear()
        return info

    def change_collection(self, name: str, new_name: str, properties: Mapping[str, Any]) -> None:
        """Give the collection another name, other properties, or both. Raises 1208 or 1207 for a bad name."""
        if not is_name(new_name):
            raise ArangoError(1208)
        if new_name != name and any(known.name == new_name for known in self.collections()):
            raise ArangoError(1207)
        self._connection.execute(
            "UPDATE collections SET name = ?, properties = ? WHERE id = ?",
            (new_name, orjson.dumps(properties), int(self.table(name).info.id)),
        )
        self._tables.clear()

    def drop_collection(self, name: str) -> None:
        table = self.table(name)
        for index in table.indexes:
            self._drop_index(index)
        self._connection.execute(f"DROP TABLE {table.name}")
        self._connection.execute("DELETE FROM collections WHERE id = ?", (int(table.info.id),))
        self._tables.clear()

    def add_index(self, collection: str, index: IndexDescription) -> None:
        """Record an index and create its empty table. Raises 1005 when its name is taken."""
        table = self.table(collection)
        for known in table.all_indexes:
            if known.name == index.name:
                raise said(1005, f"duplicate value for `_id` or `name`, existing index: {known.name}")
        self._connection.execute(
            "INSERT INTO indexes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                int(index.id),
                int(table.info.id),
                index.name,
                index.type,
                orjson.dumps(_described(index)),
                index.unique,
                index.sparse,
                index.expire_after,
            ),
        )
        self._connection.execute(
            f"CREATE TABLE {index_table(index)}"
            " (entry BLOB NOT NULL, key TEXT NOT NULL, PRIMARY KEY (entry, key)) WITHOUT ROWID"
        )
        self._tables.clear()

    def drop_index(self, collection: str, identifier: str) -> None:
        for index in self.table(collection).indexes:
            if identifier in (index.id, index.name):
                self._drop_index(index)
                self._tables.clear()
                return
        raise ArangoError(1212)

    def _drop_index(self, index: IndexDescription) -> None:
        self._connection.execute(f"DROP TABLE {index_table(index)}")
        self._connection.execute("DELETE FROM indexes WHERE id = ?", (int(index.id),))


def database_names(connection: sqlite3.Connection) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM databases ORDER BY name")]


def database_id(connection: sqlite3.Connection, name: str) -> str:
    row = connection.execute("SELECT id FROM databases WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise ArangoError(1228)
    return str(row[0])


def create_database(connection: sqlite3.Connection, name: str, counters: Counters) -> None:
    if not is_name(name) or (name.startswith("_") and name != SYSTEM_DATABASE):
        raise ArangoError(1229)
    if name in database_names(connection):
        raise ArangoError(1207)
    connection.execute("INSERT INTO databases VALUES (?, ?)", (int(counters.next_number()), name))
    Catalogue(connection, name).create_collection(GRAPHS, False, {}, counters)


def drop_database(connection: sqlite3.Connection, name: str) -> None:
    if name == SYSTEM_DATABASE:
        raise ArangoError(11)
    catalogue = Catalogue(connection, name)
    for collection in catalogue.collections():
        catalogue.drop_collection(collection.name)
    connection.execute("DELETE FROM databases WHERE name = ?", (name,))


def expiring_indexes(connection: sqlite3.Connection) -> list[tuple[str, CollectionTable, IndexDescription]]:
    """The ttl indexes of all databases, each with its database and collection."""
    rows = connection.execute(
        "SELECT d.name, c.name, i.id FROM indexes AS i JOIN collections AS c ON c.id = i.collection"
        " JOIN databases AS d ON d.id = c.database WHERE i.type = 'ttl'"
    ).fetchall()
    found = []
    for database, collection, identifier in rows:
        table = Catalogue(connection, database).table(collection)
        found += [(database, table, index) for index in table.indexes if index.id == str(identifier)]
    return found


def _create_documents_table(connection: sqlite3.Connection, info: CollectionInfo) -> None:
    ends = ", from_id TEXT NOT NULL, to_id TEXT NOT NULL" if info.is_edge else ""
    # The tick is that of the last write: a scan in the order of ticks reads the documents in ArangoDB's order.
    columns = f"tick INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, rev TEXT NOT NULL, body BLOB NOT NULL{ends}"
    connection.execute(f"CREATE TABLE c{info.id} ({columns})")
    if info.is_edge:
        connection.execute(f"CREATE INDEX c{info.id}_from ON c{info.id} (from_id)")
        connection.execute(f"CREATE INDEX c{info.id}_to ON c{info.id} (to_id)")


def _collection(row: tuple[Any, ...]) -> CollectionInfo:
    return CollectionInfo(str(row[0]), row[1], bool(row[2]), orjson.loads(row[3]))


def _described(index: IndexDescription) -> Any:
    """What the column "fields" holds: only the paths, or the paths and the tuning if it is not the default."""
    return index.fields if index.tuning == IndexTuning() else {"paths": index.fields, "tuning": asdict(index.tuning)}


def _index(row: tuple[Any, ...]) -> IndexDescription:
    identifier, name, kind, fields, unique, sparse, expire_after = row
    described = orjson.loads(fields)
    tuning = IndexTuning()
    if isinstance(described, dict):
        stored = tuple(described["tuning"].pop("stored_values"))
        tuning, described = IndexTuning(stored, **described["tuning"]), described["paths"]
    paths = tuple(tuple(path) for path in described)
    return IndexDescription(str(identifier), name, kind, paths, bool(unique), bool(sparse), expire_after, tuning)
