"""Transactions: what one request reads and writes of the databases, collections and documents of a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

from arango_thinking.embedded.errors import ArangoError, not_supported
from arango_thinking.embedded.storage import catalogue, expiry
from arango_thinking.embedded.storage.access.rights import EVERYTHING
from arango_thinking.embedded.storage.access.users import Users
from arango_thinking.embedded.storage.catalogue import Catalogue, CollectionTable
from arango_thinking.embedded.storage.database_file import LOCK_TIMEOUT, DatabaseFile
from arango_thinking.embedded.storage.indexes import indexing
from arango_thinking.embedded.storage.records import (
    JSON,
    CollectionInfo,
    Direction,
    Document,
    IndexDescription,
    Lookup,
    WriteOptions,
    Written,
)
from arango_thinking.embedded.storage.revisions import Counters
from arango_thinking.embedded.storage.scans import Scan, document_of
from arango_thinking.embedded.storage.writing import DocumentWriter


@dataclass(frozen=True, slots=True)
class _Declared:
    """The collections that a stream transaction may use. When `read` is `None`, it may read any collection."""

    written: frozenset[str]
    read: frozenset[str] | None

    def check_read(self, name: str) -> None:
        if self.read is not None and name not in self.read | self.written:
            raise ArangoError(1652, f"{name} [read]")

    def check_write(self, name: str) -> None:
        if name not in self.written:
            raise ArangoError(1652, f"{name} [write]")


class Transaction:
    """A transaction that reads a snapshot, or the only one that writes.

    It commits when its block ends, and rolls back when the block raises. Two threads must not use it at the same time.
    Its methods raise `ArangoError`.
    """

    def __init__(self, file: DatabaseFile, database: str, *, writes: bool) -> None:
        self._file = file
        self._scans: WeakSet[Scan] = WeakSet()
        self._writers: dict[str, DocumentWriter] = {}
        #: The rights of the user for whom the transaction runs. A collection is checked when it is used.
        self.rights = EVERYTHING.within(database)
        self._declared: _Declared | None = None
        self._permitted: set[str] = set()
        self._has_turn = False
        self._connection: sqlite3.Connection | None = file.take()
        try:
            self._has_turn = writes and file.writing.acquire(timeout=LOCK_TIMEOUT)
            if writes and not self._has_turn:
                raise ArangoError(1200, "timeout waiting for another writer")
            self._connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            self._catalogue = Catalogue(self._connection, database)
            self._counters = Counters(self._connection) if writes else None
        except BaseException:
            self._end("ROLLBACK")
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.commit()
        else:
            self.rollback()

    @property
    def is_open(self) -> bool:
        return self._connection is not None

    def declare(self, *, written: frozenset[str], read: frozenset[str] | None) -> None:
        """From now on allow only writes to `written`, and reads of `written` and `read` (`None`: of any collection).

        Collections and indexes can no longer be created, changed or dropped.
        """
        self._declared = _Declared(written, read)

    @contextmanager
    def statement(self) -> Iterator[None]:
        """When the block raises, undo its changes. Earlier changes of the transaction stay."""
        self._sql.execute("SAVEPOINT statement")
        try:
            yield
        except BaseException:
            self._writers.clear()
            for scan in list(self._scans):
                scan.close()
            self._sql.execute("ROLLBACK TO statement")
            self._sql.execute("RELEASE statement")
            raise
        self._sql.execute("RELEASE statement")

    def commit(self) -> None:
        try:
            if self._counters and self._connection:
                self._counters.save()
        except sqlite3.Error:
            self.rollback()
            raise
        self._end("COMMIT")

    def rollback(self) -> None:
        self._end("ROLLBACK")

    def _end(self, how: str) -> None:
        """End the transaction. Later calls do nothing."""
        connection, self._connection = self._connection, None
        try:
            if connection is not None:
                self._finish(connection, how)
        finally:
            if self._has_turn:
                self._has_turn = False
                self._file.writing.release()

    def _finish(self, connection: sqlite3.Connection, how: str) -> None:
        for scan in list(self._scans):
            scan.close()
        try:
            if connection.in_transaction:
                connection.execute(how)
        except sqlite3.Error:
            connection.close()  # this rolls back
            raise
        self._file.give(connection)

    # Reading

    @property
    def users(self) -> Users:
        """The users of the server. They are the same in every database."""
        return Users(self._sql)

    def collections(self) -> list[CollectionInfo]:
        """The collections that the user may read."""
        return [info for info in self._catalogue.collections() if self.rights.collection(info.name) != "none"]

    def collection(self, name: str) -> CollectionInfo:
        """The collection with that name or id. Raises 1203 when there is no such collection."""
        return self._readable(name).info

    def indexes(self, collection: str) -> tuple[IndexDescription, ...]:
        """The indexes that can narrow a scan or expire documents: all but those of arrays."""
        return tuple(index for index in self.all_indexes(collection) if not index.is_of_arrays)

    def all_indexes(self, collection: str) -> tuple[IndexDescription, ...]:
        return self._readable(collection).all_indexes

    def _readable(self, name: str) -> CollectionTable:
        """The collection. Raises an error when the user or the stream transaction may not read it."""
        table = self._catalogue.table(name)
        if name not in self._permitted:
            self.rights.check_read(table.info.name)
            if self._declared:
                self._declared.check_read(table.info.name)
            self._permitted.add(name)
        return table

    def _writable(self, name: str) -> CollectionTable:
        """The collection. Raises an error when the user or the stream transaction may not write it."""
        table = self._catalogue.table(name)
        self.rights.check_write(table.info.name)
        if self._declared:
            self._declared.check_write(table.info.name)
        return table

    def _check_changes_allowed(self) -> None:
        self.rights.check_administration()
        if self._declared:
            raise not_supported("making, changing and dropping collections and indexes inside a stream transaction")

    def selectivity(self, collection: str, index: IndexDescription) -> float:
        """An estimate of how much an index narrows a search: 1.0 when no value occurs twice."""
        return indexing.selectivity(self._sql, self._readable(collection), index)

    def get(self, collection: str, key: str) -> Document | None:
        table = self._readable(collection)
        columns = "key, rev, body, from_id, to_id" if table.info.is_edge else "key, rev, body"
        row = self._sql.execute(f"SELECT {columns} FROM {table.name} WHERE key = ?", (key,)).fetchone()
        return document_of(table.info, row) if row else None

    def scan(self, collection: str, lookup: Lookup | None = None) -> Scan:
        """The documents that match the lookup, in the order of its index.

        Without a lookup: all documents, in the order of their last writes.
        """
        table = self._readable(collection)
        return self._scan(table, *indexing.statement(table, lookup))

    def edges(self, collection: str, vertex_id: str, direction: Direction) -> Scan:
        """The edges at a vertex, each once, in the order of their last writes."""
        table = self._readable(collection)
        if not table.info.is_edge:
            raise ArangoError(1218, f"{collection} is not an edge collection")
        return self._scan(table, *indexing.edges_statement(table, vertex_id, direction))

    def _scan(self, table: CollectionTable, sql: str, values: tuple[Any, ...]) -> Scan:
        scan = Scan(table.info, self._sql.execute(sql, values))
        self._scans.add(scan)
        return scan

    def count(self, collection: str) -> int:
        table = self._readable(collection)
        number: int = self._sql.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0]
        return number

    def size(self, collection: str) -> int:
        """An estimate of how many bytes the documents take."""
        table = self._readable(collection).name
        sample = f"SELECT length(body) AS bytes FROM {table} LIMIT 1000"
        average: float = self._sql.execute(f"SELECT coalesce(avg(bytes), 0) FROM ({sample})").fetchone()[0]
        return round(average * self.count(collection))

    def last_revision(self, collection: str) -> str:
        """The revision of the latest change to a document that still exists; "0" when the collection is empty."""
        table = self._readable(collection)
        row = self._sql.execute(f"SELECT rev FROM {table.name} ORDER BY tick DESC LIMIT 1").fetchone()
        return row[0] if row else "0"

    # Writing

    def insert(self, collection: str, document: JSON, options: WriteOptions) -> Written:
        return self._writer(collection).insert(document, options)

    def update(self, collection: str, key: str, patch: JSON, options: WriteOptions) -> Written:
        return self._writer(collection).update(key, patch, options)

    def replace(self, collection: str, key: str, document: JSON, options: WriteOptions) -> Written:
        return self._writer(collection).replace(key, document, options)

    def remove(self, collection: str, key: str, revision: str | None) -> Written:
        return self._writer(collection).remove(key, revision)

    def truncate(self, collection: str) -> None:
        """Remove all documents."""
        table = self._writable(collection)
        self._detach_scans(table.info.id)
        for name in (table.name, *map(catalogue.index_table, table.indexes)):
            self._sql.execute(f"DELETE FROM {name}")

    def _writer(self, collection: str) -> DocumentWriter:
        if self._scans:
            self._detach_scans(self.collection(collection).id)
        writer = self._writers.get(collection)
        if writer is None:
            table = self._writable(collection)
            writer = self._writers[collection] = DocumentWriter(self._sql, table, self._counting)
        return writer

    def _detach_scans(self, collection_id: str) -> None:
        for scan in [scan for scan in self._scans if scan.collection.id == collection_id]:
            scan.detach()
            self._scans.discard(scan)

    # Databases, collections and indexes

    def databases(self) -> list[str]:
        return catalogue.database_names(self._sql)

    def database_id(self, name: str) -> str:
        return catalogue.database_id(self._sql, name)

    def create_database(self, name: str) -> None:
        catalogue.create_database(self._sql, name, self._counting)

    def drop_database(self, name: str) -> None:
        catalogue.drop_database(self._sql, name)

    def create_collection(
        self, name: str, *, is_edge: bool = False, properties: Mapping[str, Any] | None = None
    ) -> CollectionInfo:
        self._check_changes_allowed()
        return self._catalogue.create_collection(name, is_edge, properties or {}, self._counting)

    def change_collection(self, name: str, new_name: str, properties: Mapping[str, Any]) -> CollectionInfo:
        self._check_changes_allowed()
        self._writers.clear()
        self._catalogue.change_collection(name, new_name, properties)
        return self.collection(new_name)

    def drop_collection(self, name: str) -> None:
        self._check_changes_allowed()
        self._detach_scans(self.collection(name).id)
        self._writers.clear()
        self._catalogue.drop_collection(name)

    def create_index(self, collection: str, wanted: IndexDescription) -> tuple[IndexDescription, bool]:
        """Create an index, unless the same index exists. Return the index, and whether it is new.

        The id in `wanted` is ignored: the index gets a new one. An empty name is replaced by one made from the id.
        """
        for known in self.all_indexes(collection):
            if _same_index(known, wanted):
                return known, False
        self._check_changes_allowed()
        identifier = self._counting.next_number()
        index = replace(wanted, id=identifier, name=wanted.name or f"idx_{identifier}")
        self._catalogue.add_index(collection, index)
        self._writers.clear()
        indexing.fill(self._sql, index, self.scan(collection))
        return index, True

    def drop_index(self, collection: str, identifier: str) -> None:
        """Drop the index of that id or name."""
        self._check_changes_allowed()
        self._writers.clear()
        self._catalogue.drop_index(collection, identifier)

    def remove_expired(self, now: float) -> int:
        """Remove the documents of all databases that have expired at `now` (seconds since 1970). Return how many."""
        return expiry.remove_expired(self._sql, self._counting, now)

    @property
    def _sql(self) -> sqlite3.Connection:
        if self._connection is None:
            raise ArangoError(1655)
        return self._connection

    @property
    def _counting(self) -> Counters:
        if self._counters is None:
            raise ArangoError(1653, "the transaction only reads")
        return self._counters


def _same_index(known: IndexDescription, wanted: IndexDescription) -> bool:
    """Whether the two are the same index. Their ids, names and tuning do not matter."""
    return replace(known, id="", name="", tuning=wanted.tuning) == replace(wanted, id="", name="")
