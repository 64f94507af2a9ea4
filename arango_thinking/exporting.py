"""A collection as JSONL for training."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from arango_thinking.documents import export_document
from arango_thinking.errors import DocumentError
from arango_thinking.jsonl import AtomicFile
from arango_thinking.pipeline import KEPT_REASONS
from arango_thinking.selection import Selection
from arango_thinking.store import Store


@dataclass(slots=True)
class Exported:
    """How many documents were written and how many could not be, with the first few reasons."""

    documents: int = 0
    left_out: int = 0
    reasons: list[tuple[str, str]] = field(default_factory=list)


def export_jsonl(
    store: Store,
    selection: Selection,
    path: Path,
    *,
    only_enhanced: bool = False,
    only_converged: bool = False,
) -> Exported:
    """Write the selected documents to `path` in key order; the file appears whole or not at all.

    A document that is no Q&A is left out, with its reason. Raises `ConfigurationError` for an unknown collection.
    """
    store.require(selection.collection)
    if selection.filter:
        store.check_filter(selection)
    account = Exported()
    documents = store.export(selection, only_enhanced=only_enhanced, only_converged=only_converged)
    with AtomicFile(path) as file, closing(documents):
        for document in documents:
            try:
                file.write(export_document(document))
                account.documents += 1
            except DocumentError as error:
                account.left_out += 1
                if len(account.reasons) < KEPT_REASONS:
                    account.reasons.append((document["_id"], str(error)))
    return account
