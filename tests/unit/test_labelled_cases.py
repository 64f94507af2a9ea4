"""The bars that matching and the leak firewall hold on the labelled cases: a rule that lowers them is a regression."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


def measured(script: str, *arguments: str) -> dict[str, Any]:
    """What a benchmark prints with --json."""
    command = [sys.executable, str(BENCHMARKS / script), "--json", *arguments]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    return dict(json.loads(printed.stdout))


@pytest.fixture(scope="module")
def judged() -> dict[str, Any]:
    return dict(measured("judge.py")["groups"])


@pytest.fixture(scope="module")
def hints() -> dict[str, Any]:
    return dict(measured("leaks.py")["groups"])


@pytest.mark.parametrize("split", ["dev", "held-out", "second held-out"])
def test_verdicts_agree_with_the_labels(judged: dict[str, Any], split: str) -> None:
    numbers = judged[split]
    assert numbers["cases"] >= 150
    assert numbers["precision of correct"] >= 0.99
    assert numbers["precision of wrong"] >= 0.99
    assert numbers["coverage"] >= 0.85


@pytest.mark.parametrize("split", ["dev", "held-out", "second held-out"])
def test_the_firewall_agrees_with_the_labels(hints: dict[str, Any], split: str) -> None:
    numbers = hints[split]
    assert numbers["leaking"] >= 65
    assert numbers["harmless"] >= 65
    assert numbers["false pass rate"] <= 0.03
    assert numbers["false alarm rate"] <= 0.02


def test_attempts_and_cases_of_others_can_be_measured(tmp_path: Path) -> None:
    attempts = [{"solution": "5 + 3 = 8\nA: 8", "is_correct": True}, {"solution": "So 9.", "is_correct": True}]
    file = tmp_path / "attempts.jsonl"
    file.write_text(json.dumps({"question": "How many?", "answer": "8", "attempts": attempts}), encoding="utf-8")
    result = measured("judge.py", "--attempts", str(file))
    assert result["groups"]["all"]["agreement"] == 0.5
    assert [error["answer"] for error in result["errors"]] == ["So 9."]
    file.write_text(json.dumps({"question": "How many?", "reference": "8", "hint": "Look again.", "leaks": True}))
    assert measured("leaks.py", "--cases", str(file))["groups"]["all"]["false pass rate"] == 1.0
