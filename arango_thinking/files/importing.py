"""Import a JSONL file into a collection: Q&A documents, source paragraphs or edges."""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import Any

from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from arango_thinking.choices import DEFAULT_COLLECTION, OnDuplicate
from arango_thinking.documents.layouts import Document
from arango_thinking.documents.notes import Notes
from arango_thinking.errors import UnavailableError
from arango_thinking.files.jsonl import FIRST_DOCUMENTS, Line, as_documents, read_lines
from arango_thinking.files.rejects import corrected, rejected_lines
from arango_thinking.store.records import Imported
from arango_thinking.store.store import Store

#: One bulk import sends at most this many documents, or about this many bytes, whichever is reached first.
BATCH = 1000
BATCH_BYTES = 8 * 1024 * 1024
#: How often a batch is sent when its reply is lost, and a document when another writer holds it.
TRIES = 5
#: The longest pause, in seconds, before a document that another writer holds is sent again.
LONGEST_PAUSE = 0.1
_CONFLICT = "creating document failed with error 'conflict'"


class Contents(StrEnum):
    """What a file holds."""

    QUESTIONS = "Q&A documents"
    PARAGRAPHS = "source paragraphs"
    EDGES = "edges"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What to do with documents that exist already, and with lines that cannot be imported.

    The import ends when more than `max_errors` lines are rejected; `rejects` is where rejected lines are written.
    """

    on_duplicate: OnDuplicate = OnDuplicate.IGNORE
    max_errors: int | None = None
    rejects: Path | None = None


@dataclass(slots=True)
class ImportAccount:
    """What became of the lines, with the first few reasons, each as (line number, sentence)."""

    contents: Contents = Contents.QUESTIONS
    created: int = 0
    updated: int = 0
    ignored: int = 0
    rejected: int = 0
    doubtful: int = 0
    #: The last line that was read, when too many were rejected. Good lines before it are imported, nothing after it is.
    ended_at: int | None = None
    rejections: Notes[tuple[int, str]] = field(default_factory=Notes)
    doubts: Notes[tuple[int, str]] = field(default_factory=Notes)

    @property
    def imported(self) -> int:
        """How many lines are in the collection now."""
        return self.created + self.updated + self.ignored

    @property
    def lines(self) -> int:
        """How many lines were read that are not blank."""
        return self.imported + self.rejected

    def doubt(self, line: int, reason: str) -> None:
        self.doubtful += 1
        self.doubts.note((line, reason))

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return asdict(self)


def import_jsonl(store: Store, path: Path, collection: str, options: ImportOptions = ImportOptions()) -> ImportAccount:
    """Import `path` into `collection`, which is created when it does not exist.

    A bad line is counted and reported, and the others are imported. A document without `_key` gets one made from its
    content, so that a second import of the same file changes nothing. A file of rejected lines can be corrected and
    imported like any other. Raises `InputError` when the file as a whole is not what it should be; nothing is stored
    then.
    """
    lines: Iterator[Line] = map(corrected, read_lines(path))
    first = list(islice(lines, FIRST_DOCUMENTS))
    account = ImportAccount(_contents(store, first, collection))
    lines = chain(first, lines)
    if account.contents is Contents.QUESTIONS:
        lines = as_documents(lines, path)
    with rejected_lines(options.rejects, path) as rejects:
        _Import(store, collection, options, account, rejects).take(lines)
    return account


@dataclass(slots=True)
class _Import:
    """One import in progress."""

    store: Store
    collection: str
    options: ImportOptions
    account: ImportAccount
    rejects: Callable[[Line, str], None]
    made: bool = False

    def take(self, lines: Iterator[Line]) -> None:
        batch: list[Line] = []
        held = 0
        for line in lines:
            for doubt in line.doubts:
                self.account.doubt(line.number, doubt)
            if line.document is None:
                self._reject(line, line.error or "no document")
            else:
                batch.append(line)
                held += len(line.raw)
            if self._has_too_many() or len(batch) == BATCH or held >= BATCH_BYTES:
                self._store(batch)
                batch, held = [], 0
            if self._has_too_many():
                self.account.ended_at = line.number
                return
        self._store(batch)

    def _has_too_many(self) -> bool:
        return self.options.max_errors is not None and self.account.rejected > self.options.max_errors

    def _reject(self, line: Line, reason: str) -> None:
        self.account.rejected += 1
        self.account.rejections.note((line.number, reason))
        self.rejects(line, reason)

    def _store(self, batch: list[Line], tries: int = TRIES) -> None:
        if not batch:
            return
        if not self.made:
            self.made = True
            self.store.create_collection(self.collection, edge=self.account.contents is Contents.EDGES)
        imported = self._send([_keyed(line.document or {}) for line in batch])
        self.account.created += imported.created
        self.account.updated += imported.updated
        self.account.ignored += imported.ignored
        again = []
        for position, problem in imported.problems:
            line = batch[position] if position >= 0 else Line(0)
            if tries > 1 and problem.startswith(_CONFLICT):
                again.append(line)
            else:
                self._reject(line, problem)
        if again:
            time.sleep(random.uniform(0, LONGEST_PAUSE))
            self._store(again, tries - 1)

    def _send(self, documents: list[Document]) -> Imported:
        """Send one batch, again when the reply is lost. The keys prevent a document from being stored twice.

        When an existing document is an error, the batch is sent only once: a document may exist from the try before.
        """
        on_duplicate = self.options.on_duplicate
        retrying = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, UnavailableError) and error.passing),
            wait=wait_random_exponential(0.5, 8),
            stop=stop_after_attempt(1 if on_duplicate is OnDuplicate.ERROR else TRIES),
            reraise=True,
        )
        try:
            return retrying(self.store.import_documents, self.collection, documents, on_duplicate)
        except UnavailableError as error:
            raise UnavailableError(
                f"{error} Imported until then: {self.account.imported:,}. Import the file again with "
                "--on-duplicate ignore to add the rest."
            ) from error


def _contents(store: Store, first: list[Line], collection: str) -> Contents:
    """What the first lines of a file hold. A collection of Q&A documents takes nothing else."""
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


def _keyed(document: Document) -> Document:
    """The document under a key, without the system attributes that belong to another collection."""
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
    """The names of the fields that identify a document; all of its names when it has no such field.

    Thinking is not among them, because it changes.
    """
    found = [name for name in _IDENTITY if name in document]
    yield from found or document
