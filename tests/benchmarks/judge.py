"""How far deterministic matching can be trusted: its verdicts on labelled answers.

    python tests/benchmarks/judge.py [--cases FILE] [--attempts FILE] [--json]

Without a file it reads the shipped cases: {"question", "reference", "answer", "correct", "kind", "split"} a line.
`--attempts` reads whole solutions, {"question", "answer", "attempts": [{"solution", "is_correct"}]} a line, and judges
the final answer of each. "Cannot tell" lowers the coverage, not the precision.
"""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from labelled import DATA, Case, arguments, groups, lines, ratio, show

from arango_thinking.matching import final_answer, match


def judged(case: Case) -> Case:
    """The case with its verdict: True, False or None, and the reason."""
    matched = match(case["question"], case["reference"], case["answer"])
    return {**case, "verdict": matched.correct, "reason": matched.reason}


def attempts(path: Path) -> Iterator[Case]:
    """A case for each attempt of a file of whole solutions."""
    for line in lines(path):
        for attempt in line["attempts"]:
            answer = final_answer(attempt["solution"])
            question = {"question": line["question"], "reference": str(line["answer"])}
            yield {**question, "answer": answer, "correct": attempt["is_correct"]}


def numbers(cases: Iterable[Case]) -> dict[str, Any]:
    """The confusion table of the cases, and its ratios."""
    counts = Counter((case["correct"], case["verdict"]) for case in cases)
    decided = {verdict: counts[True, verdict] + counts[False, verdict] for verdict in (True, False)}
    agreed = counts[True, True] + counts[False, False]
    return {
        "cases": counts.total(),
        "right, called wrong": counts[True, False],
        "wrong, called right": counts[False, True],
        "right, cannot tell": counts[True, None],
        "wrong, cannot tell": counts[False, None],
        "precision of correct": ratio(counts[True, True], decided[True]),
        "precision of wrong": ratio(counts[False, False], decided[False]),
        "coverage": ratio(sum(decided.values()), counts.total()),
        "agreement": ratio(agreed, counts.total()),
    }


def disagrees(case: Case) -> bool:
    """Whether the verdict is decided, and another than the label."""
    return case["verdict"] is not None and case["verdict"] is not case["correct"]


def measure(options: Namespace) -> dict[str, Any]:
    """The numbers of each group of cases, the disagreements, and what could not be told."""
    read = attempts(options.attempts) if options.attempts else lines(options.cases or DATA / "answers.jsonl")
    cases = [judged(case) for case in read]
    undecided = [case for case in cases if case["verdict"] is None]
    return {
        "groups": {name: numbers(group) for name, group in groups(cases)},
        "errors": [*filter(disagrees, cases), *undecided],
    }


def described(case: Case) -> str:
    """One line about a case that was not judged as its label says."""
    verdict = {True: "right", False: "wrong", None: "cannot tell"}
    called = f"{verdict[case['correct']]}, called {verdict[case['verdict']]}"
    return f"{called}: {case['reference']!r} / {case['answer']!r} ({case['reason']}) {case['question'][:60]!r}"


if __name__ == "__main__":
    given = arguments(__doc__, "cases", "attempts")
    show(measure(given), described, as_json=given.json)
