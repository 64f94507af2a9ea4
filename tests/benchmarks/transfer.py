"""How long import and export take beside a bare loop of json over the same lines, plain and compressed.

    python tests/benchmarks/transfer.py [--documents 20000] [--json]

A ratio of 5 means five times as long as `json.loads` and `json.dumps` of every line. It runs on a temporary embedded
database, whose own work is most of it; the peak is that of this process, with all of its libraries.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from command_line import run

from arango_thinking.documents.layouts import Document
from arango_thinking.files.exporting import export_jsonl
from arango_thinking.files.importing import import_jsonl
from arango_thinking.store.records import Selection
from arango_thinking.store.store import Store
from tests.json_lines import write_lines

SUFFIXES = {"plain": "", "gzip": ".gz", "zstd": ".zst"}


def document(number: int) -> Document:
    """A Q&A document of about 1 KB."""
    messages = [
        {"role": "system", "content": "Document: rivers. Section: introduction"},
        {"role": "user", "content": f"Which river is number {number}?"},
        {"role": "assistant", "content": f"It is number {number} of all."},
    ]
    thinking = " ".join(f"Step {step} of {number}: look at the map." for step in range(20))
    return {"_key": f"{number:012}", "messages": messages, "metadata": {"thinking": thinking, "confidence": 0.95}}


def seconds(work: Callable[[], object]) -> float:
    """How long it took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def json_loop(path: Path) -> None:
    """The least that any reading and writing of the lines takes."""
    with path.open(encoding="utf-8") as lines, path.with_suffix(".copy").open("w", encoding="utf-8") as copy:
        for line in lines:
            copy.write(json.dumps(json.loads(line), ensure_ascii=False) + "\n")


def peak_megabytes() -> float:
    """The most memory that this process had until now."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1)


def measure(store: Store, count: int) -> dict[str, object]:
    """The numbers to report."""
    numbers: dict[str, object] = {"documents": count}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_lines(folder / "in.jsonl", map(document, range(count)))
        bare = seconds(lambda: json_loop(folder / "in.jsonl"))
        numbers["json_loop_seconds"] = round(bare, 3)
        for title, suffix in SUFFIXES.items():
            source, target = folder / f"in.jsonl{suffix}", folder / f"out.jsonl{suffix}"
            write_lines(source, map(document, range(count)))
            importing = seconds(lambda: import_jsonl(store, source, f"qa_{title}"))  # noqa: B023 - called at once
            exporting = seconds(lambda: export_jsonl(store, Selection(f"qa_{title}"), target))  # noqa: B023
            numbers[f"import_{title}"] = round(importing / bare, 2)
            numbers[f"export_{title}"] = round(exporting / bare, 2)
            numbers[f"bytes_{title}"] = target.stat().st_size
    numbers["peak_megabytes"] = peak_megabytes()
    return numbers


if __name__ == "__main__":
    run(__doc__, 20_000, measure)
