"""What `sync` costs when there is nothing to do, when a little changed, and when ten documents are new.

    python tests/benchmarks/idle.py [--documents 100000] [--json]

It runs on a temporary embedded database whose documents are all enhanced and have traces, as after a first long run,
and starts `sync` as a process of its own, as cron does. `small` is the same on a hundredth of the documents: the ratio
shows what the number of documents costs. The teacher is `reference`, the student a scripted API on loopback.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from command_line import run

from arango_thinking.choices import OnDuplicate
from arango_thinking.documents.layouts import Document
from arango_thinking.settings import database_settings
from arango_thinking.store.queries import checked
from arango_thinking.store.store import Store

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.chat_api import Body, ChatAPI  # noqa: E402 - after the path is set

BATCH = 5000
#: Traces as a run of ours leaves them, but for their turns, which no query of `sync` reads.
TRACES = """// Traces, with the hash of now.
// binds: first, last
FOR doc IN qa_pairs
  FILTER doc._key >= @first AND doc._key < @last
  // part: source_hash
  INSERT {
    _key: CONCAT("run-", doc._key), document: doc._id, collection: "qa_pairs", run: "run", outcome: "written",
    source_hash: source_hash, revision: doc._rev, layout: "flat"
  } INTO thinking_traces
"""


def question(number: int, *, enhanced: bool = True) -> Document:
    """A small Q&A document."""
    done = {"thinking_iterations": 1, "thinking_converged": True, "original_thinking": "thin"} if enhanced else {}
    asked = {"question": f"What is {number} plus 1?", "answer": str(number + 1), "thinking": "Count one further."}
    return {"_key": f"{number:08}", **asked, **done}


def fill(url: str, count: int) -> None:
    """All enhanced, each with its trace."""
    store = Store.connect(database_settings(url))
    store.create_collection("qa_pairs", edge=False)
    for start in range(0, count, BATCH):
        batch = [question(number) for number in range(start, min(start + BATCH, count))]
        store.import_documents("qa_pairs", batch, OnDuplicate.ERROR)
    store.initialise("qa_pairs")
    traces = checked("traces", TRACES).text
    for start in range(0, count, BATCH):
        binds = {"first": f"{start:08}", "last": f"{start + BATCH:08}"}
        store.connection.database.aql.execute(traces, bind_vars=binds)  # type: ignore[arg-type]
    store.close()


def sync(url: str, *options: str) -> tuple[dict[str, Any], float]:
    """The summary of a `sync` and the seconds of its whole process."""
    argv = [sys.executable, "-m", "arango_thinking", "sync", "--url", url, "--json", *options]
    started = time.perf_counter()
    done = subprocess.run(argv, capture_output=True, text=True, cwd=ROOT, check=True)
    return json.loads(done.stdout), round(time.perf_counter() - started, 3)


def measure_on(url: str, count: int, student: Sequence[str]) -> dict[str, float]:
    """The numbers for one size."""
    fill(url, count)
    _, first = sync(url, *student)
    while sync(url, *student, "--stale-limit", "1000000")[0]["selected"]:  # until nothing is left to be searched
        pass
    idle = min(sync(url, *student)[1] for _ in range(3))
    store = Store.connect(database_settings(url))
    store.connection.database.collection("qa_pairs").update({"_key": f"{count // 2:08}", "note": "seen"}, silent=True)
    _, touched = sync(url, *student)
    store.import_documents(
        "qa_pairs", [question(number, enhanced=False) for number in range(count, count + 10)], OnDuplicate.ERROR
    )
    store.close()
    told, ten_new = sync(url, *student)
    assert told["written"] == 10
    return {"first_s": first, "idle_s": idle, "touched_s": touched, "ten_new_s": ten_new}


def one_more(body: Body) -> str:
    """A student that can count."""
    number = int(str(body["messages"]).split("What is ")[1].split()[0])
    return f"It is one more.\nAnswer: {number + 1}"


def measure(_: Store, count: int) -> dict[str, float]:
    """The numbers to report; the memory is the most that any of the processes had."""
    with tempfile.TemporaryDirectory() as folder, ChatAPI() as api:
        api.reply = one_more
        student = ["--student", "student", "--student-url", api.url, "--first-try", "keep"]
        small = measure_on(f"embedded:{folder}/small.db", count // 100, student)
        large = measure_on(f"embedded:{folder}/large.db", count, student)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    ratios = {f"{name.removesuffix('_s')}_over_small": round(large[name] / small[name], 2) for name in large}
    return {"documents": count, **large, **ratios, "peak_rss_mb": round(memory, 1)}


if __name__ == "__main__":
    run(__doc__, 100_000, measure)
