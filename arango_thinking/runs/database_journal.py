"""Where the journal keeps its calls: the collection `thinking_calls` of a database, on a server or embedded."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta

from arango_thinking.llm.paid.journal import Record
from arango_thinking.settings import DatabaseSettings
from arango_thinking.store.connection import Patience
from arango_thinking.store.store import Store


class DatabaseCalls:
    """A `CallStore`. Calls expire after `kept_for`; the database removes them by a ttl index."""

    def __init__(self, settings: DatabaseSettings, kept_for: timedelta, patience: Patience | None = None) -> None:
        self._store = Store.connect(settings, patience)
        self._kept_for = kept_for.total_seconds()
        self._store.prepare_calls()

    def read(self, keys: Sequence[str]) -> dict[str, Record]:
        calls = self._store.rows("read_calls", {"keys": list(keys), "now": time.time()})
        return {call["_key"]: call for call in calls}

    def write(self, records: Sequence[Record]) -> None:
        expires_at = time.time() + self._kept_for
        calls = [{**record, "expires_at": expires_at} for record in records]
        self._store.rows("write_calls", {"calls": calls})

    def forget(self, keys: Sequence[str]) -> None:
        self._store.rows("forget_calls", {"keys": list(keys)})

    def close(self) -> None:
        self._store.close()
