"""Rejected lines in a file of their own, each with its reason. Once corrected, the file is imported like any other.

A line holds `line` and `reason`. What was rejected stands in `document` or, when it is not a JSON object, as text in
`raw`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from arango_thinking.documents.layouts import Document
from arango_thinking.errors import ConfigurationError
from arango_thinking.files.atomic_files import atomic_file
from arango_thinking.files.jsonl import MAX_LINE_BYTES, Line, read_line

_SHOWN_OF_LONGEST = 1_000


@contextmanager
def rejected_lines(path: Path | None, source: Path) -> Iterator[Callable[[Line, str], None]]:
    """Yield a function to call with each rejected line and the reason.

    The file appears at the end, and only if a line was rejected. Raises `ConfigurationError` when `path` is `source`.
    """
    if path is None:
        yield lambda *_: None
        return
    if path.resolve() == source.resolve():
        raise ConfigurationError(f"--rejects {path} is the file that is imported: give another name.")
    with atomic_file(path, keep_empty=False) as file:
        yield lambda line, reason: file.write({"line": line.number, "reason": reason, **_content(line.raw)})


def _content(raw: bytes) -> Document:
    document = read_line(0, raw).document
    if document is not None:
        return {"document": document}
    shown = raw if len(raw) <= MAX_LINE_BYTES else raw[:_SHOWN_OF_LONGEST]
    return {"raw": shown.decode(errors="backslashreplace")}


def corrected(line: Line) -> Line:
    """The line itself or, when it comes from a file of rejected lines, the line that was rejected."""
    record = line.document or {}
    if record.keys() == {"line", "reason", "document"}:
        text = json.dumps(record["document"], ensure_ascii=False)
    elif record.keys() == {"line", "reason", "raw"} and isinstance(record["raw"], str):
        text = record["raw"]
    else:
        return line
    again = read_line(line.number, text.encode())
    return replace(again, doubts=tuple(dict.fromkeys((*line.doubts, *again.doubts))))
