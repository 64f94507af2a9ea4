"""Query results that are handed out batch by batch."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from arango_thinking.embedded.errors import ArangoError, said
from arango_thinking.embedded.http.messages import to_bytes
from arango_thinking.embedded.http.query_settings import QuerySettings
from arango_thinking.embedded.storage.records import JSON

DEFAULT_TTL = 30.0


class Batches:
    """The rows of a result as JSON arrays of at most `size` rows; `more` tells whether rows are left."""

    def __init__(self, rows: Iterator[JSON], size: int) -> None:
        self._rows = rows
        self._size = size
        self._ahead = list(itertools.islice(rows, 1))
        #: How many rows were taken.
        self.taken = 0

    @property
    def more(self) -> bool:
        return bool(self._ahead)

    def take(self) -> bytes:
        batch = self._ahead + list(itertools.islice(self._rows, self._size - len(self._ahead)))
        self._ahead = list(itertools.islice(self._rows, 1))
        self.taken += len(batch)
        return to_bytes(batch)


class StoredBatches:
    """A whole result that is computed and encoded already. It needs no open transaction."""

    def __init__(self, batches: Batches, memory_limit: int = 0) -> None:
        """Read all batches. Raises 32 when they take more than `memory_limit` bytes; 0 means no limit."""
        self._batches: list[bytes] = []
        self.bytes = 0
        while batches.more:
            self._batches.append(batches.take())
            self.bytes += len(self._batches[-1])
            if 0 < memory_limit < self.bytes:
                raise said(32, "AQL: query would use more memory than allowed (while executing)")
        self._batches.reverse()
        self.rows = batches.taken

    @property
    def more(self) -> bool:
        return bool(self._batches)

    def take(self) -> bytes:
        return self._batches.pop() if self._batches else b"[]"


@dataclass(slots=True, kw_only=True)
class Cursor:
    """A result that has rows left, or whose last batch a client may request again."""

    batches: Batches | StoredBatches
    #: Returns the attributes of an answer beside its rows; the argument says whether rows are left. It is called for
    #: every batch, because the statistics of a streamed result change.
    attributes: Callable[[bool], dict[str, Any]]
    ttl: float = DEFAULT_TTL
    allow_retry: bool = False
    #: Ends the transaction that the cursor reads from, if it has one.
    release: Callable[[], None] = lambda: None
    id: str = ""
    expires_at: float = 0.0
    batch_number: int = 0
    last_answer: dict[str, Any] = field(default_factory=dict)
    in_use: threading.Lock = field(default_factory=threading.Lock)

    def next_batch(self) -> dict[str, Any]:
        """Read the next batch and return the answer with it. When reading fails, `release` is called."""
        try:
            rows = orjson.Fragment(self.batches.take())
        except BaseException:
            self.release()
            raise
        more = self.batches.more
        self.batch_number += 1
        answer: dict[str, Any] = {"result": rows, "hasMore": more}
        if more:
            answer["nextBatchId"] = str(self.batch_number + 1)
        self.last_answer = {**answer, **self.attributes(more), "error": False}
        return self.last_answer

    def retry(self, batch: str) -> dict[str, Any]:
        """Return the answer with the batch of that number: the last one sent, or the next one.

        Raises 1600 for any other number.
        """
        if batch == str(self.batch_number):
            return self.last_answer
        if batch == str(self.batch_number + 1) and self.batches.more:
            return self.next_batch()
        raise ArangoError(1600)


class Cursors:
    """The open cursors of all databases. A cursor stays until it is read to the end, deleted, or idle for too long."""

    def __init__(self) -> None:
        #: The settings that clients made for all queries of this server.
        self.settings = QuerySettings()
        self._cursors: dict[tuple[str, str], Cursor] = {}
        self._guard = threading.Lock()
        # Counting starts at the present time, so that a restarted process does not give out the same ids again.
        self._ids = itertools.count(time.time_ns() // 1000)

    def __len__(self) -> int:
        return len(self._cursors)

    def add(self, database: str, cursor: Cursor) -> None:
        self.drop_expired()
        with self._guard:
            cursor.id = str(next(self._ids))
            cursor.expires_at = time.monotonic() + cursor.ttl
            self._cursors[database, cursor.id] = cursor

    @contextmanager
    def using(self, database: str, identifier: str) -> Iterator[Cursor]:
        """The cursor, for one call at a time. Raises 1600 when it does not exist, and 1601 when a call uses it."""
        self.drop_expired()
        with self._guard:
            cursor = self._cursors.get((database, identifier))
        if cursor is None:
            raise ArangoError(1600)
        if not cursor.in_use.acquire(blocking=False):
            raise ArangoError(1601)
        try:
            yield cursor
        finally:
            cursor.expires_at = time.monotonic() + cursor.ttl
            cursor.in_use.release()

    def remove(self, database: str, identifier: str) -> None:
        with self._guard:
            cursor = self._cursors.get((database, identifier))
            if cursor is None:
                raise ArangoError(1600)
            if not cursor.in_use.acquire(blocking=False):
                raise ArangoError(1601)
            del self._cursors[database, identifier]
        cursor.release()

    def drop_expired(self) -> None:
        now = time.monotonic()
        with self._guard:
            expired = [
                place
                for place, cursor in self._cursors.items()
                if cursor.expires_at < now and not cursor.in_use.locked()
            ]
            cursors = [self._cursors.pop(place) for place in expired]
        for cursor in cursors:
            cursor.release()

    def close(self) -> None:
        with self._guard:
            cursors, self._cursors = list(self._cursors.values()), {}
        for cursor in cursors:
            cursor.release()
