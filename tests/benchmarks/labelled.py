"""What the benchmarks of labelled cases share: their command line, reading cases, ratios and printing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

Case = dict[str, Any]
DATA = Path(__file__).parent / "data"


def arguments(description: str | None, *files: str) -> argparse.Namespace:
    """The options of a benchmark: the files it may be given, and --json."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in files:
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", help="labelled by somebody else")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


def lines(path: Path) -> list[Case]:
    """The cases of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def ratio(part: int, whole: int) -> float | None:
    """None where there is nothing to divide by."""
    return round(part / whole, 4) if whole else None


def groups(cases: Iterable[Case]) -> Iterator[tuple[str, list[Case]]]:
    """All cases, those of each split, and those of each kind."""
    cases = list(cases)
    yield "all", cases
    for field in ("split", "kind"):
        for name in dict.fromkeys(case[field] for case in cases if field in case):
            yield str(name), [case for case in cases if case.get(field) == name]


def show(result: Mapping[str, Any], describe: Callable[[Case], str], *, as_json: bool) -> None:
    """Print the ratios of each group as one table, then each error."""
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
        return
    columns = list(next(iter(result["groups"].values())))
    print(f"{'':14}" + "".join(f"{name:>22}" for name in columns))
    for name, numbers in result["groups"].items():
        print(f"{name:14}" + "".join(f"{_shown(numbers[column]):>22}" for column in columns))
    for error in result["errors"]:
        print(describe(error))


def _shown(value: object) -> str:
    return "-" if value is None else str(value)
