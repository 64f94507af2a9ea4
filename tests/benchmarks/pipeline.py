"""How near the pipeline comes to what a slow model API allows: calls a second, beside Little's law.

    python tests/benchmarks/pipeline.py [--documents 500] [--in-flight 64] [--delay 0.1] [--json]

Each document takes six calls one after the other: three attempts and three reviews. The API answers every call after
`--delay` seconds, in a process of its own. With N in flight it can answer N / delay calls a second and no more;
`efficiency` is the share of that which is reached. `cpu_ms_per_call` is this process's own work, which bounds it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from arango_thinking import StudentTeacherConfig, ThinkingEnhancer
from tests.dialogues import CALLS, document


@contextmanager
def api(delay: float) -> Iterator[str]:
    """The URL of a running API."""
    command = [sys.executable, "-m", "tests.dialogues", "--delay", str(delay)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.kill()


async def enhance(url: str, documents: int, in_flight: int) -> dict[str, object]:
    """Enhance a file of so many documents; returns the account."""
    config = StudentTeacherConfig(
        student_model="student",
        student_url=url,
        teacher_model="teacher",
        teacher_url=url,
        check_judge=False,
        journal=False,
        batch_size=in_flight,
    )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.jsonl"
        source.write_text("".join(json.dumps(document(number)) + "\n" for number in range(documents)))
        return await ThinkingEnhancer(config).enhance_dataset(source, Path(folder) / "out.jsonl")


def measure(documents: int, in_flight: int, delay: float) -> dict[str, float]:
    """The numbers to report; every document must be enhanced."""
    with api(delay) as url:
        asyncio.run(enhance(url, 2, 2))  # what is imported and compiled once
        started, worked = time.perf_counter(), time.process_time()
        figures = asyncio.run(enhance(url, documents, in_flight))
        seconds, worked = time.perf_counter() - started, time.process_time() - worked
    if figures["enhanced_examples"] != documents:
        raise SystemExit(f"{figures['enhanced_examples']} of {documents} documents were enhanced")
    calls = documents * CALLS
    return {
        "documents": documents,
        "in_flight": in_flight,
        "calls": calls,
        "seconds": round(seconds, 2),
        "calls_per_second": round(calls / seconds),
        "efficiency": round(calls * delay / in_flight / seconds, 3),
        "cpu_ms_per_call": round(worked / calls * 1000, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--delay", type=float, default=0.1)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    numbers = measure(options.documents, options.in_flight, options.delay)
    if options.json:
        print(json.dumps(numbers))
        return
    for name, value in numbers.items():
        print(f"{name:20} {value!s:>12}")


if __name__ == "__main__":
    main()
