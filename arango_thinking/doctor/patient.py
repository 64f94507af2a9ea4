"""What the checks examine, read once for all of them."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from arango_thinking.documents.layouts import Example, read_example
from arango_thinking.errors import DocumentError
from arango_thinking.settings import DatabaseSettings
from arango_thinking.store import schema
from arango_thinking.store.connection import Connection
from arango_thinking.store.records import Pending, Selection
from arango_thinking.store.store import Store

#: How many pending documents are checked.
SAMPLE = 100
#: A fingerprint that no configuration has: with it, documents that failed are not left out.
NO_CONFIG = ""


@dataclass(frozen=True)
class Patient:
    """An open database, and what a run would work on in it. Everything here only reads."""

    connection: Connection
    settings: DatabaseSettings
    selection: Selection

    @cached_property
    def store(self) -> Store:
        return Store(self.connection)

    @cached_property
    def names(self) -> set[str]:
        """The collections that this user sees."""
        return schema.names(self.connection)

    @cached_property
    def user(self) -> str | None:
        """The user that the server sees; `None` without a login, or with the token of a superuser."""
        user: str | None = self.connection.rows("who_and_when", {})[0]["user"]
        return user or None

    @cached_property
    def properties(self) -> dict[str, Any]:
        """The properties of the source collection, as the HTTP API gives them."""
        return self.connection.get(f"/_api/collection/{self.selection.collection}/properties")

    @cached_property
    def path(self) -> list[str]:
        """Where the source collection keeps its count of iterations."""
        return schema.iterations_path(self.connection, self.selection.collection)

    @cached_property
    def pending(self) -> list[Pending]:
        """The first pending documents, without evidence."""
        return self.sampled(Selection(self.selection.collection), SAMPLE)

    def sampled(self, selection: Selection, limit: int) -> list[Pending]:
        """The first pending documents, also those that failed before."""
        with closing(self.store.pending_keys(selection, self.path, limit)) as keys:
            return self.store.pending(selection, next(keys.pages(limit), []), NO_CONFIG)

    @cached_property
    def examples(self) -> list[tuple[Pending, Example | DocumentError]]:
        """The pending documents, each with its example, or with the error that says why it has none."""
        return [(pending, _example(pending)) for pending in self.pending]


def _example(pending: Pending) -> Example | DocumentError:
    try:
        return read_example(pending.document, source=pending.document["_id"])
    except DocumentError as error:
        return error
