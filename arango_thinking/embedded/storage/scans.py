"""Lazy reading of documents. Writes of the same transaction do not change what a scan returns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import orjson

from arango_thinking.embedded.storage.records import CollectionInfo, Document

Row = tuple[Any, ...]


def document_of(collection: CollectionInfo, row: Row) -> Document:
    """A row as the document that ArangoDB would show."""
    if collection.is_edge:
        key, rev, body, from_id, to_id = row
        return {
            "_key": key,
            "_id": f"{collection.name}/{key}",
            "_from": from_id,
            "_to": to_id,
            "_rev": rev,
            **orjson.loads(body),
        }
    key, rev, body = row
    return {"_key": key, "_id": f"{collection.name}/{key}", "_rev": rev, **orjson.loads(body)}


class Scan(Iterator[Document]):
    """The documents of a query, read row by row as they were when the scan began."""

    def __init__(self, collection: CollectionInfo, cursor: sqlite3.Cursor) -> None:
        self.collection = collection
        self._cursor: sqlite3.Cursor | None = cursor
        self._next: Iterator[Row] = iter(cursor)

    def __next__(self) -> Document:
        return document_of(self.collection, next(self._next))

    def detach(self) -> None:
        """Read the rest now: the collection is about to change."""
        if self._cursor is not None:
            self._next = iter(self._cursor.fetchall())
            self.close()

    def close(self) -> None:
        """Close the database cursor. Rows that were detached before can still be read."""
        if self._cursor is not None:
            self._cursor.close()
            self._cursor = None
