"""The command line that the benchmarks of the store share."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from arango_thinking.settings import DatabaseSettings
from arango_thinking.store.store import Store


def run(description: str | None, documents: int, measure: Callable[[Store, int], Mapping[str, object]]) -> None:
    """Measure on a temporary embedded database and print the numbers; `documents` is how many by default."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=_at_least_one, default=documents)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store.connect(DatabaseSettings(url=f"embedded:{Path(folder) / 'benchmark.db'}"))
        numbers = measure(store, options.documents)
        store.close()
    if options.json:
        print(json.dumps(numbers))
        return
    for name, value in numbers.items():
        print(f"{name:20} {value!s:>12}")


def _at_least_one(text: str) -> int:
    if (count := int(text)) < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return count
