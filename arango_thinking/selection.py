"""What goes into the store and comes out of it: selections, pending documents, patches and their results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Document = dict[str, Any]


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

    `source_hash` is of question, answer and context; `state_hash` also of the thinking as it was read.
    """

    document: Document
    source_hash: str
    state_hash: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Patch:
    """What to write into one document, if it still is in the state that was read."""

    key: str
    revision: str
    state_hash: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one patch: `problem` is None when it was written."""

    key: str
    outcome: Literal["written", "conflicted", "gone", "failed"]
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """Counts of one batch, and what the database said about single documents (position in the batch, message)."""

    created: int
    updated: int
    ignored: int
    problems: tuple[tuple[int, str], ...]
