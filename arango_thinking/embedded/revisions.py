"""Numbers that only ever grow: revisions, generated keys, and the ids of collections and indexes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable

_ALPHABET = "-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
#: The alphabet's order is not that of the characters.
_PLACES = str.maketrans(_ALPHABET, "".join(sorted(_ALPHABET)))
#: A tick is milliseconds since 1970 and, below them, this many bits that tell a millisecond's writes apart.
_COUNTER_BITS = 20


def revision(tick: int) -> str:
    """The tick as ArangoDB writes its revisions, such as "_kXuCBfm---"."""
    return (
        _PAIRS[tick >> 60 & 4095][1]
        + _PAIRS[tick >> 48 & 4095]
        + _PAIRS[tick >> 36 & 4095]
        + _PAIRS[tick >> 24 & 4095]
        + _PAIRS[tick >> 12 & 4095]
        + _PAIRS[tick & 4095]
    )


def place_in_time(revision: str) -> str:
    """A text that sorts as the revisions were given."""
    return revision.translate(_PLACES)


def latest(revisions: Iterable[str]) -> str:
    """The one given last; "0" when there is none."""
    return max(revisions, key=place_in_time, default="0")


class Counters:
    """The counters of one write transaction: read when it begins, saved when it commits."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._stored = connection.execute("SELECT tick, number FROM state").fetchone()
        last_tick, self._number = self._stored
        self._tick = max(last_tick, time.time_ns() // 1_000_000 << _COUNTER_BITS)

    def next_revision(self) -> str:
        self._tick += 1
        return revision(self._tick)

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
