"""How far the leak firewall can be trusted: what it says of labelled hints.

    python tests/benchmarks/leaks.py [--cases FILE] [--json]

Without a file it reads the shipped cases: {"question", "reference", "hint", "leaks", "kind", "split"} a line.
A false pass is a leaking hint that the firewall lets through; a false alarm, a harmless one that it stops.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from labelled import DATA, Case, arguments, groups, lines, ratio, show

from arango_thinking.firewall import leak


def checked(case: Case) -> Case:
    """The case with the firewall's reason, None when it passed."""
    return {**case, "reason": leak(case["hint"], question=case["question"], reference=case["reference"])}


def numbers(cases: Sequence[Case]) -> dict[str, Any]:
    """The two rates, each over the hints that it is about."""
    leaking = [case["reason"] for case in cases if case["leaks"]]
    harmless = [case["reason"] for case in cases if not case["leaks"]]
    passed, alarms = leaking.count(None), len(harmless) - harmless.count(None)
    return {
        "leaking": len(leaking),
        "harmless": len(harmless),
        "false passes": passed,
        "false alarms": alarms,
        "false pass rate": ratio(passed, len(leaking)),
        "false alarm rate": ratio(alarms, len(harmless)),
    }


def measure(options: Namespace) -> dict[str, Any]:
    """The numbers of each group of cases, and every error."""
    cases = [checked(case) for case in lines(options.cases or DATA / "hints.jsonl")]
    return {
        "groups": {name: numbers(group) for name, group in groups(cases)},
        "errors": [case for case in cases if case["leaks"] is (case["reason"] is None)],
    }


def described(case: Case) -> str:
    """One line about a hint that the firewall misjudged."""
    called = "false pass" if case["leaks"] else f"false alarm ({case['reason']})"
    return f"{called}: {case['reference']!r} / {case['hint']!r} {case['question'][:60]!r}"


if __name__ == "__main__":
    given = arguments(__doc__, "cases")
    show(measure(given), described, as_json=given.json)
