"""Export a collection as JSONL for training: all files or none, split if wanted, with a manifest beside each file."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from arango_thinking.documents.layouts import Document, export_document
from arango_thinking.documents.notes import Notes
from arango_thinking.errors import ConfigurationError, DocumentError
from arango_thinking.files.atomic_files import Part, parts, publish
from arango_thinking.files.compression import uncompressed_name
from arango_thinking.files.features import Features
from arango_thinking.files.splits import QuestionGroups, Split, digest, question_digest, split_number
from arango_thinking.store.history import History
from arango_thinking.store.records import Selection
from arango_thinking.store.store import Store
from arango_thinking.version import __version__

#: The version of the manifest's format, so that a program notices when its names change.
MANIFEST_FORMAT = 1
_RUN = ("_key", "status", "started_at", "finished_at")


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """Which documents to write, and what of them.

    `fields` are names in `metadata`. Without `splits` there is one file.
    """

    only_enhanced: bool = False
    only_converged: bool = False
    fields: tuple[str, ...] | None = None
    splits: tuple[Split, ...] = ()


@dataclass(slots=True)
class Exported:
    """How many documents were written and how many could not be, with the first few reasons."""

    documents: int = 0
    left_out: int = 0
    reasons: Notes[tuple[str, str]] = field(default_factory=Notes)
    #: How many the collection has, by the database's own count.
    in_collection: int = 0
    #: The `file`, `split`, `documents`, `bytes` and `sha256` of each file, as in the manifests.
    files: list[Document] = field(default_factory=list)
    #: The types of all lines.
    features: Features = field(default_factory=Features)

    def leave_out(self, source: str, reason: str) -> None:
        self.left_out += 1
        self.reasons.note((source, reason))


def export_jsonl(store: Store, selection: Selection, path: Path, options: ExportOptions = ExportOptions()) -> Exported:
    """Write the selected documents to `path` in key order. The files appear together or not at all.

    A document that is not a Q&A document is left out, and the reason is noted. Raises `ConfigurationError` for an
    unknown collection and for a field that no document has.
    """
    store.require(selection.collection)
    if selection.filter:
        store.check_filter(selection)
    account = Exported()
    runs = History(store).runs(1, selection.collection)
    with parts(_paths(path, options.splits)) as opened:
        _write_all(store, selection, options, opened, account)
        source = store.rows("export_source", {"@collection": selection.collection})[0]
        account.in_collection = source["documents"]
        for part in opened:
            part.finish()
        account.files = [_described(part, split) for part, split in zip(opened, options.splits or [None], strict=True)]
        common = {
            "format": MANIFEST_FORMAT,
            "tool": "arango-thinking",
            "version": __version__,
            "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "database": source["database"],
            **_asked_for(selection, options),
            "in_collection": account.in_collection,
            "left_out": account.left_out,
            "latest_run": {name: runs[0].get(name) for name in _RUN} if runs else None,
            "features": account.features.to_dict(),
            "parts": account.files,
        }
        publish(opened, [{**described, **common} for described in account.files])
    return account


def _write_all(
    store: Store, selection: Selection, options: ExportOptions, opened: Sequence[Part], account: Exported
) -> None:
    sorter = _Sorter(store, selection.collection, options.splits)
    fields = _Fields(options.fields)
    documents = store.export(selection, only_enhanced=options.only_enhanced, only_converged=options.only_converged)
    with closing(documents):
        for document in documents:
            try:
                line = export_document(document)
            except DocumentError as error:
                account.leave_out(document["_id"], str(error))
                continue
            written = fields.of(line)
            opened[sorter.part_of(document)].write(written)
            account.features.see(written)
            account.documents += 1
    if account.documents:
        fields.check()


def _paths(path: Path, splits: Sequence[Split]) -> list[Path]:
    """The files to write, such as `data.train.jsonl.gz` for the split "train" of `data.jsonl.gz`."""
    if not splits:
        return [path]
    plain = Path(uncompressed_name(path))
    packed = path.name.removeprefix(plain.name)
    return [path.with_name(f"{plain.stem}.{split.name}{plain.suffix}{packed}") for split in splits]


class _Sorter:
    """Decides which part a document goes into."""

    def __init__(self, store: Store, collection: str, splits: tuple[Split, ...]) -> None:
        self._splits = splits
        rows = store.rows("variants", {"@collection": collection}) if splits else []
        self._groups = QuestionGroups(
            (
                question_digest(row["variant"]),
                question_digest(row["original"]) if row["original"] else digest(f"key {row['key']}"),
            )
            for row in rows
        )

    def part_of(self, document: Document) -> int:
        if not self._splits:
            return 0
        return split_number(self._groups.group(question_digest(document)), self._splits)


class _Fields:
    """Keeps only the wanted names, in `metadata` and beside it. Messages always stay."""

    def __init__(self, names: tuple[str, ...] | None) -> None:
        self._names = names
        self._missing = set(names or ())
        self._met: set[str] = set()

    def of(self, line: Document) -> Document:
        if self._names is None:
            return line
        metadata = line["metadata"] if isinstance(line["metadata"], dict) else {}
        if self._missing:
            self._met |= {*metadata, *line} - {"metadata"}
            self._missing -= self._met
        kept = {name: value for name, value in line.items() if name in self._names}
        kept_inside = {name: value for name, value in metadata.items() if name in self._names}
        return {**kept, "messages": line["messages"], "metadata": kept_inside}

    def check(self) -> None:
        """Raise `ConfigurationError` when a name was in no document at all, and so must be misspelt."""
        for name in sorted(self._missing):
            near = difflib.get_close_matches(name, self._met, 1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise ConfigurationError(f"--fields: no document has '{name}' in its metadata.{hint} Nothing was written.")


def _described(part: Part, split: Split | None) -> Document:
    with part.hidden.open("rb") as file:
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "file": part.path.name,
        "split": split.name if split else None,
        "documents": part.count,
        "bytes": part.hidden.stat().st_size,
        "sha256": checksum,
    }


def _asked_for(selection: Selection, options: ExportOptions) -> dict[str, Any]:
    return {
        "collection": selection.collection,
        "filter": selection.filter,
        "enhanced_only": options.only_enhanced,
        "converged_only": options.only_converged,
        "fields": list(options.fields) if options.fields is not None else None,
        "splits": {split.name: float(split.share) for split in options.splits} or None,
    }
