"""Whether the near tests notice small changes in modules that carry data and money.

    python tests/mutation.py [MODULE ...] [--sample N] [--seed N] [--json]

Each change (a comparison turned, `and` for `or`, a number plus one, an `if` that is never taken, ...) is made by
cosmic-ray in a copy of the repository, and the nearest tests run: the module's own in tests/unit, and those of its name
in tests/contract. MODULE is a path below arango_thinking/, such as store/leases.py; without one all of `NAMED` are
tried. It prints each change that no test noticed, and the share that was noticed of those that can be seen: below 95 %
it ends with 1. Changes that nothing could notice are listed in unseen_changes.txt, each with its reason.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.plugins import get_operator
from parso import parse

ROOT = Path(__file__).parents[1]
PACKAGE = "arango_thinking"
NAMED = (
    "llm/api/limits.py",
    "llm/api/replies.py",
    "llm/api/retry.py",
    "llm/paid/paid.py",
    "runs/batch_writer.py",
    "runs/intake.py",
    "runs/reverting.py",
    "store/leases.py",
    "store/stale_search.py",
    "store/write_back.py",
    "teaching/thinking.py",
)
#: Of the operators of cosmic-ray those whose changes a person would make by mistake.
OPERATORS = (
    *(f"core/ReplaceComparisonOperator_{pair}" for pair in ("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is")),
    *(f"core/ReplaceComparisonOperator_{pair}" for pair in ("Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt")),
    *(f"core/ReplaceComparisonOperator_{pair}" for pair in ("Lt_GtE", "LtE_Gt", "Gt_LtE", "GtE_Lt")),
    *(f"core/ReplaceBinaryOperator_{pair}" for pair in ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Mul")),
    *("core/ReplaceAndWithOr", "core/ReplaceOrWithAnd", "core/ReplaceUnaryOperator_Delete_Not"),
    *("core/NumberReplacer", "core/ReplaceTrueWithFalse", "core/ReplaceFalseWithTrue", "core/ZeroIterationForLoop"),
)
ENOUGH = 0.95
#: Tests get this many times the seconds that they take without a change: a loop without end counts as noticed.
PATIENCE = 5


#: Lines in which no change can be seen: what a decorator or a signature says of types and of how arguments are passed.
PASSED_OVER = re.compile(r"@|(?:async )?def |class |from |import |\*,$")


class NeverTaken(Operator):
    """An `if` or `elif` that is never taken."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        """Where the conditions of an `if` statement stand."""
        if node.type == "if_stmt":
            yield from ((found.start_pos, found.end_pos) for found in self._conditions(node))

    def mutate(self, node: Any, index: int) -> Any:
        """The statement with the condition of that number false."""
        condition = self._conditions(node)[index]
        place = node.children.index(condition)
        node.children[place] = parse(f" False and ({condition.get_code().strip()})")
        return node

    @classmethod
    def examples(cls) -> Sequence[Example]:
        """As cosmic-ray's own operators give them."""
        return (Example("if a: pass", "if False and (a): pass"),)

    @staticmethod
    def _conditions(node: Any) -> list[Any]:
        follows = zip(node.children, node.children[1:], strict=False)
        return [child for keyword, child in follows if getattr(keyword, "value", "") in ("if", "elif")]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a module: the line as it was and as it is."""

    module: str
    number: int
    before: str
    after: str
    code: str

    def __str__(self) -> str:
        return f"{self.module}:{self.number}: {self.before}  →  {self.after}"


def changes(module: str) -> Iterator[Change]:
    """All changes of a module by the operators above."""
    source = (ROOT / PACKAGE / module).read_text(encoding="utf-8")
    seen = set()
    for operator in (NeverTaken(), *(get_operator(name)() for name in OPERATORS)):
        for occurrence in range(_occurrences(operator, source)):
            code = mutate_code(source, operator, occurrence)
            if code is not None and code not in seen:
                seen.add(code)
                change = _change(module, source, code)
                if not PASSED_OVER.match(change.before):
                    yield change


def _occurrences(operator: Operator, source: str) -> int:
    def walk(node: Any) -> Iterator[Any]:
        yield node
        for child in getattr(node, "children", ()):
            yield from walk(child)

    return sum(len(list(operator.mutation_positions(node))) for node in walk(parse(source)))


def _change(module: str, source: str, code: str) -> Change:
    before, after = source.splitlines(), code.splitlines()
    number = next(n for n, (old, new) in enumerate(zip(before, after, strict=False)) if old != new)
    return Change(module, number + 1, before[number].strip(), after[number].strip(), code)


def near_tests(module: str) -> list[str]:
    """The test files of a module that are there."""
    name = f"test_{Path(module).name}"
    places = (ROOT / "tests/unit" / Path(module).with_name(name), ROOT / "tests/contract" / name)
    return [str(place.relative_to(ROOT)) for place in places if place.exists()]


def noticed(change: Change, copy: Path, seconds: float) -> bool:
    """Whether the near tests fail with the change, or have not ended after so many seconds."""
    place = copy / PACKAGE / change.module
    original = place.read_text(encoding="utf-8")
    place.write_text(change.code, encoding="utf-8")
    try:
        return not passes(change.module, copy, seconds)
    finally:
        place.write_text(original, encoding="utf-8")


def passes(module: str, copy: Path, seconds: float | None = None) -> bool:
    """Whether the near tests pass in the copy, within so many seconds if they are given."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n", "0", *near_tests(module)]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(command, cwd=copy, env=environment, capture_output=True, timeout=seconds).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def unseen() -> set[tuple[str, str, str]]:
    """Module, line before and line after of changes that nothing could notice."""
    lines = Path(__file__).with_name("unseen_changes.txt").read_text(encoding="utf-8").splitlines()
    told = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {(module, before, after) for module, before, after, _ in told}


def tried(modules: Sequence[str], sample: int | None, seed: int) -> Iterator[tuple[Change, bool]]:
    """Each change that can be seen, or `sample` of each module, with whether it was noticed."""
    excluded = unseen()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "repository"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "venv", "__pycache__", ".*_cache"))
        for module in modules:
            started = time.monotonic()
            if not near_tests(module) or not passes(module, copy):
                raise SystemExit(f"The near tests of {module} are missing or fail without any change.")
            seconds = PATIENCE * (time.monotonic() - started)
            found = [c for c in changes(module) if (c.module, c.before, c.after) not in excluded]
            chosen = random.Random(seed).sample(found, min(sample or len(found), len(found)))
            for change in chosen:
                yield change, noticed(change, copy, seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", default=NAMED, metavar="MODULE")
    parser.add_argument("--sample", type=int, help="changes of each module; without it all")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--json", action="store_true", help="print one object at the end")
    given = parser.parse_args()
    if absent := [module for module in given.modules if not (ROOT / PACKAGE / module).is_file()]:
        parser.error(f"there is no {PACKAGE}/{absent[0]}; a module is named as store/leases.py is")
    counts: dict[str, list[bool]] = {}
    missed = []
    for change, was_noticed in tried(given.modules, given.sample, given.seed):
        counts.setdefault(change.module, []).append(was_noticed)
        if not was_noticed:
            missed.append(str(change))
            print(change, file=sys.stderr, flush=True)
    results = [one for ones in counts.values() for one in ones]
    share = sum(results) / len(results) if results else 0.0
    if given.json:
        figures = {module: {"changes": len(ones), "noticed": sum(ones)} for module, ones in counts.items()}
        print(json.dumps({"changes": len(results), "noticed": sum(results), "modules": figures, "missed": missed}))
    else:
        for module, ones in counts.items():
            print(f"{module:<28}{sum(ones):>5} of {len(ones)}")
        print(f"{'all':<28}{sum(results):>5} of {len(results)}, {share:.1%}")
    return 0 if share >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main())
