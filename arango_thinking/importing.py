"""A JSONL file into a collection: Q&A documents, source paragraphs or edges."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import Any

from arango_thinking.choices import DEFAULT_COLLECTION, OnDuplicate
from arango_thinking.jsonl import FIRST_DOCUMENTS, Line, as_documents, read_lines
from arango_thinking.pipeline import KEPT_REASONS
from arango_thinking.selection import Document
from arango_thinking.store import Store

#: Documents of one bulk import.
BATCH = 1000


class Contents(StrEnum):
    """What a file holds."""

    QUESTIONS = "Q&A documents"
    PARAGRAPHS = "source paragraphs"
    EDGES = "edges"


@dataclass(slots=True)
class ImportAccount:
    """What became of the lines, with the first few reasons: (line number, sentence)."""

    contents: Contents = Contents.QUESTIONS
    created: int = 0
    updated: int = 0
    ignored: int = 0
    rejected: int = 0
    doubtful: int = 0
    rejections: list[tuple[int, str]] = field(default_factory=list)
    doubts: list[tuple[int, str]] = field(default_factory=list)

    @property
    def lines(self) -> int:
        """How many lines there were that are not blank."""
        return self.created + self.updated + self.ignored + self.rejected

    def reject(self, line: int, reason: str) -> None:
        self.rejected += 1
        if len(self.rejections) < KEPT_REASONS:
            self.rejections.append((line, reason))

    def doubt(self, line: int, reason: str) -> None:
        self.doubtful += 1
        if len(self.doubts) < KEPT_REASONS:
            self.doubts.append((line, reason))

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return asdict(self)


def import_jsonl(
    store: Store, path: Path, collection: str, on_duplicate: OnDuplicate = OnDuplicate.IGNORE
) -> ImportAccount:
    """Import `path` into `collection`, which is made when it is not there.

    A bad line is counted and reported, the others go in. A document without `_key` gets one made from its content,
    so that the same import twice gives the same collection. Raises `InputError` when the file as a whole is not
    what it should be; nothing is stored then.
    """
    lines = read_lines(path)
    first = list(islice(lines, FIRST_DOCUMENTS))
    account = ImportAccount(_contents(store, first, collection))
    lines = chain(first, lines)
    if account.contents is Contents.QUESTIONS:
        lines = as_documents(lines, path)
    batch: list[Line] = []
    made = False
    for line in lines:
        for doubt in line.doubts:
            account.doubt(line.number, doubt)
        if line.document is None:
            account.reject(line.number, line.error or "no document")
            continue
        if not made:
            made = True
            store.create_collection(collection, edge=account.contents is Contents.EDGES)
        batch.append(line)
        if len(batch) == BATCH:
            _import_batch(store, collection, batch, on_duplicate, account)
            batch = []
    _import_batch(store, collection, batch, on_duplicate, account)
    return account


def _contents(store: Store, first: list[Line], collection: str) -> Contents:
    """What the first lines of a file hold; a collection of Q&A documents takes nothing else."""
    documents = [line.document for line in first if line.document is not None]
    if any(document.keys() & {"messages", "question", "answer"} for document in documents):
        return Contents.QUESTIONS
    if collection == DEFAULT_COLLECTION or store.holds_questions(collection):
        return Contents.QUESTIONS
    if any(document.keys() & {"_from", "_to"} for document in documents):
        return Contents.EDGES
    if any(document.keys() & {"text", "content"} for document in documents):
        return Contents.PARAGRAPHS
    return Contents.QUESTIONS


def _import_batch(
    store: Store, collection: str, batch: list[Line], on_duplicate: OnDuplicate, account: ImportAccount
) -> None:
    if not batch:
        return
    imported = store.import_documents(collection, [_keyed(line.document or {}) for line in batch], on_duplicate)
    account.created += imported.created
    account.updated += imported.updated
    account.ignored += imported.ignored
    for position, problem in imported.problems:
        account.reject(batch[position].number if position >= 0 else 0, problem)


def _keyed(document: Document) -> Document:
    """Under a key, and without the system attributes that belong to another collection."""
    document = {name: value for name, value in document.items() if name not in ("_id", "_rev")}
    if "_key" in document:
        return document
    told_apart = {name: document[name] for name in _told_apart_by(document)}
    content = json.dumps(told_apart, ensure_ascii=False, sort_keys=True)
    return {"_key": hashlib.sha256(content.encode()).hexdigest()[:24], **document}


_IDENTITY = (
    *("messages", "question", "answer", "text", "content"),
    *("_from", "_to", "relationship_type"),
    *("document_id", "source_section", "source_sections"),
)


def _told_apart_by(document: Document) -> Iterator[str]:
    """The fields that make a document this one and no other: not its thinking, which changes."""
    found = [name for name in _IDENTITY if name in document]
    yield from found or document
