"""Stream transactions: storage transactions that stay open from one request to the next."""

from __future__ import annotations

import itertools
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.access.users import ROOT
from arango_thinking.embedded.storage.transactions import Transaction

Status = Literal["running", "committed", "aborted"]

#: ArangoDB's default: a transaction that is idle for this many seconds is aborted.
IDLE_TIMEOUT = 60.0
#: How many seconds a call waits for another call that uses the same transaction, before it fails with 28.
BUSY_TIMEOUT = 8.0
#: For how many ended transactions it is remembered how they ended.
REMEMBERED = 1000


@dataclass(slots=True, kw_only=True)
class StreamTransaction:
    """A transaction between its begin and its end."""

    id: str
    database: str
    #: The user who began the transaction. Nobody else may use or end it.
    user: str
    transaction: Transaction
    in_use: threading.Lock = field(default_factory=threading.Lock)
    used_at: float = field(default_factory=time.monotonic)

    @property
    def is_idle(self) -> bool:
        return not self.in_use.locked()


class StreamTransactions:
    """The running stream transactions of all databases. Several threads may use it."""

    def __init__(self, idle_timeout: float = IDLE_TIMEOUT) -> None:
        self._idle_timeout = idle_timeout
        self._running: dict[tuple[str, str], StreamTransaction] = {}
        self._ended: OrderedDict[tuple[str, str], Status] = OrderedDict()
        self._guard = threading.Lock()
        self._ids = itertools.count(time.time_ns() // 1000)
        self._closed = threading.Event()
        self._watcher: threading.Thread | None = None

    def begin(self, database: str, transaction: Transaction, user: str = ROOT) -> str:
        """Keep the transaction open for the user's next calls. Return the id that they must name."""
        with self._guard:
            identifier = str(next(self._ids))
            self._running[database, identifier] = StreamTransaction(
                id=identifier, database=database, user=user, transaction=transaction
            )
            if self._watcher is None:
                self._watcher = threading.Thread(target=self._watch, daemon=True, name="idle transactions")
                self._watcher.start()
        return identifier

    @contextmanager
    def using(self, database: str, identifier: str, user: str = ROOT) -> Iterator[Transaction]:
        """The transaction, for one call at a time. When the block raises, its changes are undone; earlier ones stay.

        Raises 1655 for an unknown id, 1654 when the transaction has ended, and 28 when another call uses it for long.
        """
        stream = self._taken(database, identifier, user)
        try:
            with stream.transaction.statement():
                yield stream.transaction
        finally:
            stream.used_at = time.monotonic()
            stream.in_use.release()

    def status(self, database: str, identifier: str) -> Status:
        place = (database, _checked(identifier))
        with self._guard:
            if place in self._running:
                return "running"
            if place in self._ended:
                return self._ended[place]
        raise ArangoError(1655)

    def commit(self, database: str, identifier: str, user: str = ROOT) -> None:
        """Commit the transaction. Raises 1653 when it was aborted before. Committing twice is not an error."""
        self._finish(database, identifier, "committed", user)

    def abort(self, database: str, identifier: str, user: str = ROOT) -> None:
        """Abort the transaction. Raises 1653 when it was committed before. Aborting twice is not an error.

        An id that no transaction has raises 1655, and is remembered as aborted from then on.
        """
        try:
            self._finish(database, identifier, "aborted", user)
        except ArangoError as error:
            if error.number == 1655 and (database, identifier) not in self._running:
                self._remember((database, identifier), "aborted")
            raise

    def running(self, database: str, user: str = ROOT) -> list[str]:
        """The ids of a user's running transactions in a database."""
        with self._guard:
            return [one.id for one in self._running.values() if (one.database, one.user) == (database, user)]

    def close(self) -> None:
        """Abort all running transactions."""
        self._closed.set()
        with self._guard:
            running = list(self._running.values())
        for one in running:
            self._end_quietly(one)

    def abort_idle(self) -> None:
        """Abort the transactions that were idle for too long."""
        oldest = time.monotonic() - self._idle_timeout
        with self._guard:
            idle = [one for one in self._running.values() if one.is_idle and one.used_at < oldest]
        for one in idle:
            if one.used_at < oldest:  # nobody has used it in the meantime
                self._end_quietly(one)

    def _end_quietly(self, stream: StreamTransaction) -> None:
        """Abort a transaction unless somebody else has ended it or uses it right now."""
        with suppress(ArangoError):
            self._finish(stream.database, stream.id, "aborted", stream.user)

    def _watch(self) -> None:
        """Abort idle transactions until `close`: a client that disappeared would keep all others from writing."""
        while not self._closed.wait(min(1.0, self._idle_timeout / 4)):
            self.abort_idle()

    def _taken(self, database: str, identifier: str, user: str) -> StreamTransaction:
        place = (database, _checked(identifier))
        with self._guard:
            stream, ended = self._running.get(place), self._ended.get(place)
        if stream is None or stream.user != user:
            raise ArangoError(1654 if ended else 1655)
        if not stream.in_use.acquire(timeout=BUSY_TIMEOUT):
            raise ArangoError(28, f"transaction '{identifier}' is already in use")
        if not stream.transaction.is_open:
            stream.in_use.release()
            raise ArangoError(1654)
        return stream

    def _finish(self, database: str, identifier: str, wanted: Status, user: str) -> None:
        place = (database, _checked(identifier))
        ended = self._ended.get(place)
        if ended == wanted:
            return
        if ended is not None:
            raise ArangoError(1653, f"the transaction is {ended} already")
        stream = self._taken(database, identifier, user)
        try:
            status: Status = "aborted"
            if wanted == "committed":
                stream.transaction.commit()
                status = wanted
            else:
                stream.transaction.rollback()
        finally:
            self._remember(place, status)
            stream.in_use.release()

    def _remember(self, place: tuple[str, str], status: Status) -> None:
        with self._guard:
            self._running.pop(place, None)
            self._ended[place] = status
            while len(self._ended) > REMEMBERED:
                self._ended.popitem(last=False)


def _checked(identifier: str) -> str:
    if not identifier.isdigit():
        raise ArangoError(10, "invalid transaction ID")
    return identifier
