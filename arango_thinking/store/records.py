"""What goes into the store and comes out of it: selections, pending documents, patches and their results."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from arango_thinking.documents.layouts import Document


@dataclass(frozen=True, slots=True)
class Selection:
    """Which documents of which collection."""

    collection: str
    filter: str | None = None
    evidence_edges: str | None = None
    layout: str | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """A document to enhance and its evidence.

    `source_hash` covers question, answer and context; `state_hash` also covers the thinking as it was read.
    """

    document: Document
    source_hash: str
    state_hash: str
    evidence: tuple[str, ...] = ()
    #: Whether it was enhanced before and its source changed since.
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Patch:
    """What to write into one document, if it is still in the state that was read."""

    key: str
    revision: str
    state_hash: str
    body: Mapping[str, Any]
    #: The hash of what the thinking rests on; see `Pending`.
    source_hash: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """A lease as a writing statement names it: a statement with an older fence writes nothing."""

    key: str
    fence: int


@dataclass(frozen=True, slots=True)
class StalePage:
    """Enhanced documents whose source changed since, among `traces` traces up to the one with the key `last`.

    `changed` also counts those that failed and are not due.
    """

    last: str | None
    traces: int
    changed: int
    documents: tuple[Pending, ...]


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many documents are pending, and how many of them a run would take now."""

    pending: int
    due: int


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one patch.

    `revision` is that of the document after the write. `problem` says why it was not written, or what is odd about it.
    """

    key: str
    outcome: Literal["written", "unchanged", "conflicted", "gone", "failed"]
    problem: str | None = None
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """Counts of one batch, and what the database said about single documents (position in the batch, message)."""

    created: int
    updated: int
    ignored: int
    problems: tuple[tuple[int, str], ...]


def key_of(name: str) -> str:
    """A valid `_key` for a record about a document (`name` is its `_id`) or about a collection."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def same_source(row: Mapping[str, Any], kept: str | None) -> bool:
    """Whether a hash that was kept is that of the source in a row of a query, by this version or an earlier one."""
    return kept in (row["source_hash"], row["earlier_hash"])
