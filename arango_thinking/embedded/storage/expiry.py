"""The removal of expired documents: when, and which ones."""

from __future__ import annotations

import sqlite3
import threading
import time

from arango_thinking.embedded.storage import catalogue
from arango_thinking.embedded.storage.database_file import DatabaseFile
from arango_thinking.embedded.storage.indexes import indexing
from arango_thinking.embedded.storage.revisions import Counters
from arango_thinking.embedded.storage.writing import DocumentWriter

#: ArangoDB's defaults: how many seconds lie between two searches for expired documents, and how many documents of a
#: collection are removed at once.
EXPIRY_INTERVAL = 30.0
EXPIRED_AT_ONCE = 100_000


class ExpiryTurns:
    """Says when it is time to look for expired documents again. Several threads may use it."""

    def __init__(self, file: DatabaseFile, interval: float) -> None:
        self._file = file
        self._interval = interval
        self._last = 0.0
        self._taking = threading.Lock()

    def take(self) -> bool:
        """Whether it is time to remove expired documents. Only one caller gets `True`, and it must do the work."""
        with self._taking:
            if not self._is_due():
                return False
            self._last = time.monotonic()
            return True

    def take_to_read(self) -> bool:
        """Like `take`, but `False` while somebody writes or when no ttl index exists: a reader must not wait."""
        if not self._is_due() or self._file.writing.locked():
            return False
        return self._has_expiring_indexes() and self.take()

    def _is_due(self) -> bool:
        return not self._last or time.monotonic() >= self._last + self._interval

    def _has_expiring_indexes(self) -> bool:
        connection = self._file.take()
        try:
            found = connection.execute("SELECT 1 FROM indexes WHERE type = 'ttl' LIMIT 1").fetchone() is not None
        finally:
            self._file.give(connection)
        if not found:
            self._last = time.monotonic()
        return found


def remove_expired(connection: sqlite3.Connection, counters: Counters, now: float) -> int:
    """Remove the documents of all databases that have expired at `now` (seconds since 1970). Return how many."""
    removed = 0
    for _, table, index in catalogue.expiring_indexes(connection):
        writer = DocumentWriter(connection, table, counters)
        for key in indexing.expired_keys(connection, index, now, EXPIRED_AT_ONCE):
            writer.remove(key, None)
            removed += 1
    return removed
