"""How long a page of pending documents takes at the start, in the middle and at the end of a collection.

    python tests/benchmarks/pages.py [--documents 100000] [--json]

It runs on a temporary embedded database and reads every page, so that one that is missing would show; then again with
half of the documents waiting after a failure (`half_wait_...`).
"""

from __future__ import annotations

import statistics
import time
from contextlib import closing

from command_line import run

from arango_thinking.choices import OnDuplicate
from arango_thinking.documents.layouts import Document
from arango_thinking.store.records import Selection, key_of
from arango_thinking.store.schema import FAILURES
from arango_thinking.store.store import Store

ALL = Selection("qa_pairs")
PAGE = 100
READS = 5
#: The fingerprint of some configuration.
CONFIG = "fingerprint"
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


def milliseconds(store: Store, keys: list[str]) -> float:
    """The time of one page."""
    started = time.perf_counter()
    store.pending(ALL, keys, CONFIG)
    return (time.perf_counter() - started) * 1000


def page_times(store: Store, pages: list[list[str]]) -> dict[str, float]:
    """The times of the first page, the middle one and the last one."""
    measured = [pages[0], pages[len(pages) // 2], pages[-1]]
    # In turns, so that other work on the machine slows all three alike.
    rounds = [[milliseconds(store, keys) for keys in measured] for _ in range(READS)]
    first, middle, last = (statistics.median(times) for times in zip(*rounds, strict=True))
    return {
        "first_ms": round(first, 3),
        "middle_ms": round(middle, 3),
        "last_ms": round(last, 3),
        "middle_to_first": round(middle / first, 3),
        "last_to_first": round(last / first, 3),
    }


def fail_every_other(store: Store, pages: list[list[str]]) -> None:
    """Record that every other document failed and is not due again for an hour."""
    later = time.time() * 1000 + 3_600_000
    for keys in pages:
        failed = store.pending(ALL, keys[::2], CONFIG)
        rows = [
            {
                "_key": key_of(one.document["_id"]),
                "document": one.document["_id"],
                "collection": ALL.collection,
                "config": CONFIG,
                "source_hash": one.source_hash,
                "next_attempt_at": later,
            }
            for one in failed
        ]
        store.import_documents(FAILURES, rows, OnDuplicate.ERROR)


def measure(store: Store, count: int) -> dict[str, float]:
    """The numbers to report."""
    path = fill(store, count)
    started = time.perf_counter()
    with closing(store.pending_keys(ALL, path)) as keys:
        seconds = time.perf_counter() - started
        pages = list(keys.pages(PAGE))
    assert sum(map(len, pages)) == sum(len(store.pending(ALL, page, CONFIG)) for page in pages) == count
    plain = page_times(store, pages)
    fail_every_other(store, pages)
    assert sum(len(store.pending(ALL, page, CONFIG)) for page in pages) == count // 2
    waiting = {f"half_wait_{name}": value for name, value in page_times(store, pages).items()}
    listed = {"keys_listed_per_second": round(count / seconds)}
    return {"documents": count, "pages": len(pages), **listed, **plain, **waiting}


if __name__ == "__main__":
    run(__doc__, 100_000, measure)
