"""Numbers that only ever grow: revisions, generated keys, and the ids of collections and indexes."""

from __future__ import annotations

import sqlite3
import time

_ALPHABET = "-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
#: A tick holds the milliseconds since 1970 and, in this many lower bits, a counter of the writes in a millisecond.
_COUNTER_BITS = 20


def revision_of(tick: int) -> str:
    """The tick as ArangoDB writes its revisions, such as "_kXuCBfm---"."""
    return (
        _PAIRS[tick >> 60 & 4095][1]
        + _PAIRS[tick >> 48 & 4095]
        + _PAIRS[tick >> 36 & 4095]
        + _PAIRS[tick >> 24 & 4095]
        + _PAIRS[tick >> 12 & 4095]
        + _PAIRS[tick & 4095]
    )


class Counters:
    """The counters of one write transaction: read when it begins, saved when it commits."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        last_tick, self._number = connection.execute("SELECT tick, number FROM state").fetchone()
        self._tick: int = max(last_tick, time.time_ns() // 1_000_000 << _COUNTER_BITS)

    def next_tick(self) -> int:
        """The tick of the next write: greater than all ticks before it."""
        self._tick += 1
        return self._tick

    def next_number(self) -> str:
        """The next generated key or id."""
        self._number += 1
        return str(self._number)

    def skip_number(self, key: str) -> None:
        """Keep generated keys above a numeric key that a user chose."""
        if len(key) <= 18 and key.isdigit() and key.isascii():
            self._number = max(self._number, int(key))

    def save(self) -> None:
        self._connection.execute("UPDATE state SET tick = ?, number = ?", (self._tick, self._number))
