"""The SQLite file behind an embedded server, and the connections to it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
import time
import weakref
from pathlib import Path

#: How many seconds a writer waits for another one, in this process or another, before it fails with a conflict.
LOCK_TIMEOUT = 10.0

_FORMAT = 2
_TABLES = """
CREATE TABLE databases (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE collections (
    id INTEGER PRIMARY KEY, database INTEGER NOT NULL, name TEXT NOT NULL, is_edge INTEGER NOT NULL,
    properties BLOB NOT NULL, UNIQUE (database, name));
CREATE TABLE indexes (
    id INTEGER PRIMARY KEY, collection INTEGER NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL,
    fields BLOB NOT NULL, is_unique INTEGER NOT NULL, is_sparse INTEGER NOT NULL, expire_after REAL,
    UNIQUE (collection, name));
CREATE TABLE users (name TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE state (tick INTEGER NOT NULL, number INTEGER NOT NULL);
INSERT INTO state VALUES (0, 100);
"""

#: Connections that belong to a parent process. They stay referenced here, so that a forked child never closes them.
_INHERITED: list[list[sqlite3.Connection]] = []


class DatabaseFile:
    """Hands out connections to one file; each serves one transaction at a time, on any thread.

    ":memory:" means a file in a temporary folder, which is removed with this object. Unlike SQLite's own in-memory
    databases, it can be read while it is written.
    """

    def __init__(self, path: str) -> None:
        self._folder = tempfile.mkdtemp(prefix="embedded-") if path == ":memory:" else None
        self.path = str(Path(self._folder, "database")) if self._folder else path
        self._idle: list[sqlite3.Connection] = []
        self._release = weakref.finalize(self, _release, self._idle, self._folder, os.getpid())
        self._guard = threading.Lock()
        self._process = os.getpid()
        self._closed = False
        #: Held by the one writer of this process. Waiting for this lock is fairer and quicker than SQLite's polling.
        self.writing = threading.Lock()
        self._prepare()

    def take(self) -> sqlite3.Connection:
        """Return an idle connection or a new one. Give it back when its transaction is over."""
        with self._guard:
            if self._process != os.getpid():
                self._start_anew_after_fork()
            if self._closed:
                raise sqlite3.ProgrammingError("the embedded database is closed")
            if self._idle:
                return self._idle.pop()
        return self._connect()

    def give(self, connection: sqlite3.Connection) -> None:
        with self._guard:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def _start_anew_after_fork(self) -> None:
        """Begin without the parent's connections: a forked child must neither use nor close them."""
        _INHERITED.append(self._idle)
        self._release.detach()
        self._idle, self._process, self.writing = [], os.getpid(), threading.Lock()
        self._release = weakref.finalize(self, _release, self._idle, None, os.getpid())

    def close(self) -> None:
        with self._guard:
            self._closed = True
            self._release()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path,
            timeout=LOCK_TIMEOUT,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
        )
        connection.execute("PRAGMA page_size = 8192")
        _use_write_ahead_log(connection)
        # With NORMAL, an acknowledged write survives the end of the process, kill -9 included. With FULL it also
        # survives a power cut, at the cost of one fsync for each transaction.
        connection.execute(f"PRAGMA synchronous = {'OFF' if self._folder else 'FULL'}")
        connection.execute("PRAGMA cache_size = -65536")
        return connection

    def _prepare(self) -> None:
        try:
            connection = self._connect()
            connection.execute("BEGIN IMMEDIATE")
            _create_tables(connection)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise OSError(f"{self.path}: {error}") from error
        self.give(connection)


def _release(idle: list[sqlite3.Connection], folder: str | None, process: int) -> None:
    if process != os.getpid():
        return
    while idle:
        idle.pop().close()
    if folder:
        shutil.rmtree(folder, ignore_errors=True)


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Turn on the write-ahead log, and retry while the file is locked.

    Several processes may open a new file at the same time, and SQLite itself does not wait here.
    """
    deadline = time.monotonic() + LOCK_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _create_tables(connection: sqlite3.Connection) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == _FORMAT:
        return
    if version or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise sqlite3.DatabaseError("another program or another version of arango-thinking made the file")
    for statement in _TABLES.split(";\n"):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {_FORMAT}")
