"""How long a keyset page of pending documents takes at the start, in the middle and at the end of a collection.

    python tests/benchmarks/pages.py [--documents 100000] [--json]

It runs on a temporary embedded database and reads every page once, so that a page that is missing would show.
"""

from __future__ import annotations

import statistics
import time

from command_line import run

from arango_thinking.choices import OnDuplicate
from arango_thinking.documents.layouts import Document
from arango_thinking.store.records import Selection
from arango_thinking.store.store import Store

ALL = Selection("qa_pairs")
PAGE = 100
READS = 5
BATCH = 5000


def question(number: int) -> Document:
    """A small Q&A document."""
    asked = {"question": f"What is {number} plus 1?", "answer": str(number + 1), "thinking": "Count one further."}
    return {"_key": f"{number:08}", **asked}


def fill(store: Store, count: int) -> list[str]:
    """Make the collection and its index. Returns the attribute path to select by."""
    store.create_collection(ALL.collection, edge=False)
    for start in range(0, count, BATCH):
        batch = [question(number) for number in range(start, min(start + BATCH, count))]
        store.import_documents(ALL.collection, batch, OnDuplicate.ERROR)
    store.initialise(ALL.collection)
    return store.iterations_path(ALL.collection)


def page_starts(store: Store, path: list[str]) -> list[str]:
    """The key after which each page begins, found by reading them all."""
    starts = [""]
    while page := store.pending(ALL, starts[-1], PAGE, path, ""):
        starts.append(page[-1].document["_key"])
    return starts[:-1]


def milliseconds(store: Store, after: str, path: list[str]) -> float:
    """The time of one page."""
    started = time.perf_counter()
    store.pending(ALL, after, PAGE, path, "")
    return (time.perf_counter() - started) * 1000


def measure(store: Store, count: int) -> dict[str, float]:
    """The numbers to report."""
    path = fill(store, count)
    starts = page_starts(store, path)
    measured = [starts[0], starts[len(starts) // 2], starts[-1]]
    # In turns, so that other work on the machine slows all three alike.
    rounds = [[milliseconds(store, after, path) for after in measured] for _ in range(READS)]
    first, middle, last = (statistics.median(times) for times in zip(*rounds, strict=True))
    return {
        "documents": count,
        "pages": len(starts),
        "first_ms": round(first, 3),
        "middle_ms": round(middle, 3),
        "last_ms": round(last, 3),
        "middle_to_first": round(middle / first, 3),
        "last_to_first": round(last / first, 3),
    }


if __name__ == "__main__":
    run(__doc__, 100_000, measure)
