"""Files of JSON Lines for tests and benchmarks, written as the product writes them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from arango_thinking.documents.layouts import Document
from arango_thinking.files.atomic_files import atomic_file


def write_lines(path: Path, documents: Iterable[Document]) -> int:
    """Write one object a line and return how many."""
    with atomic_file(path) as part:
        for document in documents:
            part.write(document)
    return part.count
