"""The databases of one SQLite file: opens transactions on them, and removes expired documents."""

from __future__ import annotations

import time

from arango_thinking.embedded.storage import catalogue, expiry
from arango_thinking.embedded.storage.access.users import Users, new_root
from arango_thinking.embedded.storage.catalogue import SYSTEM_DATABASE
from arango_thinking.embedded.storage.database_file import DatabaseFile
from arango_thinking.embedded.storage.revisions import Counters
from arango_thinking.embedded.storage.transactions import Transaction


class Storage:
    """One file with databases. Several threads may use this object, and several processes may use the file."""

    def __init__(self, path: str, expiry_interval: float = expiry.EXPIRY_INTERVAL) -> None:
        self._file = DatabaseFile(path)
        self._expiry_turns = expiry.ExpiryTurns(self._file, expiry_interval)
        self._create_system_database()

    @property
    def path(self) -> str:
        return self._file.path

    def read(self, database: str) -> Transaction:
        """A transaction that reads the database as it is now."""
        if self._expiry_turns.take_to_read():
            self._remove_expired()
        return Transaction(self._file, database, writes=False)

    def write(self, database: str) -> Transaction:
        """A transaction that may change the database. There is only one at a time, so this waits for its turn.

        Raises 1200 when it waits for too long.
        """
        if self._expiry_turns.take():
            self._remove_expired()
        return Transaction(self._file, database, writes=True)

    def close(self) -> None:
        self._file.close()

    def _create_system_database(self) -> None:
        connection = self._file.take()
        try:
            connection.execute("BEGIN IMMEDIATE")
            if not catalogue.database_names(connection):
                counters = Counters(connection)
                catalogue.create_database(connection, SYSTEM_DATABASE, counters)
                Users(connection).add(new_root())
                counters.save()
            connection.execute("COMMIT")
        finally:
            self._file.give(connection)

    def _remove_expired(self) -> None:
        with Transaction(self._file, SYSTEM_DATABASE, writes=True) as transaction:
            transaction.remove_expired(time.time())
