"""Writing the documents of one collection."""

from __future__ import annotations

import sqlite3
from typing import Any

from arango_thinking.embedded.errors import ArangoError, RevisionMismatchError
from arango_thinking.embedded.storage.catalogue import CollectionTable
from arango_thinking.embedded.storage.content import (
    check_depth,
    check_key,
    check_vertex_id,
    merge,
    to_json,
    user_attributes,
)
from arango_thinking.embedded.storage.indexes.indexing import IndexWriter
from arango_thinking.embedded.storage.keys import key_source
from arango_thinking.embedded.storage.records import JSON, Document, WriteOptions, Written
from arango_thinking.embedded.storage.revisions import Counters, revision_of
from arango_thinking.embedded.storage.scans import document_of
from arango_thinking.embedded.storage.schemas import schema_of


class DocumentWriter:
    """Inserts, changes and removes documents of one collection inside one write transaction."""

    def __init__(self, connection: sqlite3.Connection, table: CollectionTable, counters: Counters) -> None:
        self._execute = connection.execute
        self._collection = table.info
        self._counters = counters
        self._index = IndexWriter(connection, table) if table.indexes else None
        key_options = table.info.properties.get("keyOptions", {})
        self._user_keys: bool = key_options.get("allowUserKeys", True)
        self._keys = key_source(connection, table.info, counters)
        self._schema = schema_of(table.info.properties)
        ends = ", from_id, to_id" if table.info.is_edge else ""
        marks = ", ?, ?" if table.info.is_edge else ""
        columns = f"tick, key, rev, body{ends}"
        self._select = f"SELECT key, rev, body{ends} FROM {table.name} WHERE key = ?"
        self._insert = f"INSERT OR IGNORE INTO {table.name} ({columns}) VALUES (?, ?, ?, ?{marks})"
        self._update = f"UPDATE {table.name} SET ({columns}) = (?1, ?2, ?3, ?4{marks}) WHERE key = ?2"
        self._delete = f"DELETE FROM {table.name} WHERE key = ?"

    def insert(self, document: JSON, options: WriteOptions) -> Written:
        if not isinstance(document, dict):
            raise ArangoError(1227)
        if "_key" not in document:
            return self._insert_with_new_key(document, options)
        if not self._user_keys:
            raise ArangoError(1222)
        key = check_key(document["_key"])
        new = self._insert_new(key, document, options)
        if new is not None:
            self._keys.note(key)
            return Written(None, new)
        return self._overwrite(key, document, options)

    def update(self, key: str, patch: JSON, options: WriteOptions) -> Written:
        """Merge the patch into the stored document."""
        old = self._stored(key, patch, options)
        if _is_outdated(old, patch, options):
            return Written(old, old)
        if not options.keep_null:
            check_depth(patch)
        is_edge = self._collection.is_edge
        attributes = merge(user_attributes(old, is_edge), user_attributes(patch, is_edge), options)
        ends = self._ends({"_from": old["_from"], "_to": old["_to"], **patch}) if is_edge else ()
        self._check_change(old, attributes, options)
        return Written(old, self._change(old, attributes, ends))

    def replace(self, key: str, document: JSON, options: WriteOptions) -> Written:
        """Replace the stored document by the given one."""
        old = self._stored(key, document, options)
        if _is_outdated(old, document, options):
            return Written(old, old)
        attributes = user_attributes(document, self._collection.is_edge)
        self._check_change(old, attributes, options)
        return Written(old, self._change(old, attributes, self._ends(document)))

    def remove(self, key: str, revision: str | None) -> Written:
        old = self._get(key)
        if revision is not None:
            _check_revision(old, revision)
        self._execute(self._delete, (key,))
        if self._index:
            self._index.change(key, old, None)
        return Written(old, None)

    def _insert_with_new_key(self, document: Document, options: WriteOptions) -> Written:
        while True:
            new = self._insert_new(self._keys.next_key(), document, options)
            if new is not None:
                return Written(None, new)

    def _insert_new(self, key: str, document: Document, options: WriteOptions) -> Document | None:
        """The new document, or `None` when the key is taken."""
        attributes = user_attributes(document, self._collection.is_edge)
        ends = self._ends(document)
        tick = self._counters.next_tick()
        revision = revision_of(tick)
        cursor = self._execute(self._insert, (tick, key, revision, to_json(attributes), *ends))
        if not cursor.rowcount:
            return None
        new = self._document(key, revision, attributes, ends)
        if self._index or self._schema:
            self._admit_or_take_back(new, attributes if options.validate else None)
        return new

    def _admit_or_take_back(self, new: Document, to_check: dict[str, Any] | None) -> None:
        key = new["_key"]
        try:
            if self._schema and to_check is not None:
                self._schema.check_new(to_check)
            if self._index:
                self._index.change(key, None, new)
        except ArangoError:
            self._execute(self._delete, (key,))
            raise

    def _overwrite(self, key: str, document: Document, options: WriteOptions) -> Written:
        match options.overwrite_mode:
            case "ignore":
                return Written(self._get(key), None)
            case "replace":
                return self.replace(key, document, options)
            case "update":
                return self.update(key, document, options)
        raise ArangoError(1210, f"in index primary of type primary over '_key'; conflicting key: {key}")

    def _check_change(self, old: Document, attributes: dict[str, Any], options: WriteOptions) -> None:
        if self._schema and options.validate:
            self._schema.check_change(user_attributes(old, self._collection.is_edge), attributes)

    def _change(self, old: Document, attributes: dict[str, Any], ends: tuple[str, ...]) -> Document:
        key, tick = old["_key"], self._counters.next_tick()
        revision = revision_of(tick)
        body = to_json(attributes)
        new = self._document(key, revision, attributes, ends)
        if self._index:
            self._index.change(key, old, new)
        self._execute(self._update, (tick, key, revision, body, *ends))
        return new

    def _document(self, key: str, revision: str, attributes: dict[str, Any], ends: tuple[str, ...]) -> Document:
        identifier = f"{self._collection.name}/{key}"
        if ends:
            from_id, to_id = ends
            head = {"_key": key, "_id": identifier, "_from": from_id, "_to": to_id, "_rev": revision}
            return {**head, **attributes}
        return {"_key": key, "_id": identifier, "_rev": revision, **attributes}

    def _ends(self, document: Document) -> tuple[str, ...]:
        if not self._collection.is_edge:
            return ()
        return check_vertex_id(document.get("_from")), check_vertex_id(document.get("_to"))

    def _stored(self, key: str, document: JSON, options: WriteOptions) -> Document:
        """The stored document to change.

        Raises 1227 when `document` is not an object, 1202 when nothing has that key, and 1200 for another `_rev`.
        """
        if not isinstance(document, dict):
            raise ArangoError(1227)
        old = self._get(key)
        if not options.ignore_revs and "_rev" in document:
            _check_revision(old, document["_rev"])
        return old

    def _get(self, key: str) -> Document:
        row = self._execute(self._select, (key,)).fetchone() if isinstance(key, str) else None
        if row is None:
            raise ArangoError(1202)
        return document_of(self._collection, row)


def _check_revision(old: Document, revision: JSON) -> None:
    if old["_rev"] != revision:
        raise RevisionMismatchError({name: old[name] for name in ("_id", "_key", "_rev")})


def _is_outdated(old: Document, document: Document, options: WriteOptions) -> bool:
    """Whether, by the version attribute, the stored document is newer than the given one, or as new."""
    name = options.version_attribute
    if name is None:
        return False
    stored, given = _version(old.get(name)), _version(document.get(name))
    return stored is not None and given is not None and stored >= given


def _version(value: JSON) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and value >= 0 else None
