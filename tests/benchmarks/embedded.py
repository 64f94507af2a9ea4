"""What the embedded database does in a second: import, scan, compare-and-set update, export.

    python tests/benchmarks/embedded.py [--documents 100000] [--json]

Documents hold about 2 KB each. `peak_rss_mb` is the most memory that the process held after each step.
`..._over_sqlite` is how much longer a step takes than the least that SQLite and JSON alone need for it:
the same documents put into a table and committed in the same pages, or read from it and parsed.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import orjson
from command_line import run

from arango_thinking.choices import OnDuplicate
from arango_thinking.documents.layouts import Document
from arango_thinking.store.leases import Lease
from arango_thinking.store.records import Patch, Pending, Selection
from arango_thinking.store.store import Store
from arango_thinking.store.write_back import WriteBack

ALL = Selection("qa_pairs")
#: No document has failed, so no configuration matters.
NO_CONFIG = ""
PAGE = 1000
DOCUMENT_BYTES = 2048


def question(number: int) -> Document:
    """A Q&A document of about 2 KB, most of it thinking."""
    thinking = (f"Step {number}: count one further. " * 100)[: DOCUMENT_BYTES - 120]
    asked = {"question": f"What is {number} plus 1?", "answer": str(number + 1), "thinking": thinking}
    return {"_key": f"{number:08}", **asked}


def pages(store: Store, path: list[str]) -> Iterator[list[Pending]]:
    """All pending documents, page by page."""
    with closing(store.pending_keys(ALL, path)) as keys:
        for page in keys.pages(PAGE):
            yield store.pending(ALL, page, NO_CONFIG)


def import_all(store: Store, count: int) -> int:
    """Returns how many documents were made."""
    store.create_collection(ALL.collection, edge=False)
    created = 0
    for start in range(0, count, PAGE):
        batch = [question(number) for number in range(start, min(start + PAGE, count))]
        created += store.import_documents(ALL.collection, batch, OnDuplicate.ERROR).created
    return created


def index_all(store: Store) -> int:
    """Returns how many documents a page is then chosen from."""
    store.initialise(ALL.collection)
    return store.count_pending(ALL, store.iterations_path(ALL.collection), NO_CONFIG).due


def scan(store: Store) -> int:
    """Returns how many pending documents were read."""
    path = store.iterations_path(ALL.collection)
    return sum(len(page) for page in pages(store, path))


def update_all(store: Store) -> tuple[int, float]:
    """Returns how many documents were written, and the seconds that took without the reading."""
    path = store.iterations_path(ALL.collection)
    lease = Lease(store.connection, ALL.collection, "benchmark", 600)
    lease.take()
    write_back = WriteBack(store.connection, ALL.collection, lease)
    written, seconds = 0, 0.0
    for page in pages(store, path):
        patches = [patch_of(pending) for pending in page]
        started = time.perf_counter()
        results = write_back.save(patches)
        seconds += time.perf_counter() - started
        written += sum(result.outcome == "written" for result in results)
    return written, seconds


def patch_of(pending: Pending) -> Patch:
    """An enhancement that keeps the document's size."""
    document = pending.document
    body = {"thinking": document["thinking"][::-1], "thinking_iterations": 2, "thinking_converged": True}
    return Patch(document["_key"], document["_rev"], pending.state_hash, body)


def export_all(store: Store) -> int:
    """Returns how many enhanced documents were exported."""
    return sum(1 for _ in store.export(ALL, only_enhanced=True))


def bare_import(connection: sqlite3.Connection, count: int) -> int:
    """The documents in a table of SQLite's."""
    connection.execute("CREATE TABLE documents (key TEXT PRIMARY KEY, body BLOB)")
    for start in range(0, count, PAGE):
        batch = [question(number) for number in range(start, min(start + PAGE, count))]
        rows = ((document["_key"], orjson.dumps(document)) for document in batch)
        with connection:
            connection.executemany("INSERT INTO documents VALUES (?, ?)", rows)
    return count


def bare_export(connection: sqlite3.Connection) -> int:
    rows = connection.execute("SELECT body FROM documents ORDER BY key")
    return sum(1 for (body,) in rows if orjson.loads(body))


def bare(count: int) -> dict[str, float]:
    """Seconds that SQLite alone takes, with the same care for what is acknowledged."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "bare.db")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        seconds = {
            "import": timed(lambda: bare_import(connection, count))[1],
            "export": timed(lambda: bare_export(connection))[1],
        }
        connection.close()
    return seconds


def timed(work: Callable[[], int]) -> tuple[int, float]:
    """What `work` returns, and its seconds."""
    started = time.perf_counter()
    return work(), time.perf_counter() - started


def peak_rss_mb() -> float | None:
    """Not to be had on Windows."""
    if sys.platform == "win32":
        return None
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)


def measure(store: Store, count: int) -> dict[str, object]:
    """The numbers to report; every step must reach every document."""
    steps: dict[str, Callable[[], tuple[int, float]]] = {
        "import": lambda: timed(lambda: import_all(store, count)),
        "index": lambda: timed(lambda: index_all(store)),
        "scan": lambda: timed(lambda: scan(store)),
        "update": lambda: update_all(store),
        "export": lambda: timed(lambda: export_all(store)),
    }
    numbers: dict[str, object] = {"documents": count, "document_bytes": len(json.dumps(question(count)))}
    least = bare(count)
    for name, step in steps.items():
        reached, seconds = step()
        if reached != count:
            raise SystemExit(f"{name} reached {reached} of {count} documents")
        numbers[f"{name}_per_second"] = round(count / seconds)
        numbers[f"{name}_peak_rss_mb"] = peak_rss_mb()
        if name in least:
            numbers[f"{name}_over_sqlite"] = round(seconds / least[name], 2)
    return numbers


if __name__ == "__main__":
    run(__doc__, 100_000, measure)
