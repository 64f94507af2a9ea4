"""How one document is taken back: the decision, without a database."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from arango_thinking.documents.layouts import Document
from arango_thinking.documents.reversal import Refusal, Reversal, reversal

ORIGINAL: Document = {"_key": "a", "question": "What?", "answer": "a", "thinking": "old"}
FIRST = {
    **ORIGINAL,
    "thinking": "one",
    "original_thinking": "old",
    "thinking_iterations": 2,
    "thinking_converged": True,
}
SECOND = {**FIRST, "thinking": "two", "thinking_iterations": 3}


def trace(key: str, thinking: str, before: Document, **more: Any) -> Document:
    names = ("thinking", "original_thinking", "thinking_iterations", "thinking_converged")
    return {
        "_key": key,
        "run": f"run {key}",
        "layout": "flat",
        "thinking_sha256": hashlib.sha256(thinking.encode()).hexdigest(),
        "before": {"place": "object", "values": {name: before[name] for name in names if name in before}},
        **more,
    }


ONE = trace("1", "one", ORIGINAL, outcome="superseded")
TWO = trace("2", "two", FIRST, outcome="written")


def test_to_before_the_first_enhancement() -> None:
    assert reversal(SECOND, [ONE, TWO]) == Reversal(ORIGINAL, ("2", "1"))


def test_to_before_one_run() -> None:
    assert reversal(SECOND, [ONE, TWO], "run 2") == Reversal(FIRST, ("2",), again="1")


def test_a_document_that_is_back_already() -> None:
    assert reversal(ORIGINAL, [ONE, TWO]) == Reversal(ORIGINAL, ("2", "1"), is_done=True)


@pytest.mark.parametrize(
    ("document", "traces", "run", "outcome", "reason"),
    [
        (None, [TWO], None, "unchanged", "removed"),
        (SECOND, [], None, "unchanged", "no trace"),
        (SECOND, [ONE, TWO], "run 1", "conflicted", "take run 2 back first"),
        ({**SECOND, "thinking": "mine"}, [ONE, TWO], None, "conflicted", "edited"),
        ({**SECOND, "thinking": None}, [ONE, TWO], "run 2", "conflicted", "edited"),
        (FIRST | {"topic": 1}, [ONE, trace("2", "two", ORIGINAL)], None, "conflicted", "edited"),
    ],
)
def test_refusals(
    document: Document | None, traces: list[Document], run: str | None, outcome: str, reason: str
) -> None:
    found = reversal(document, traces, run)
    assert isinstance(found, Refusal)
    assert found.outcome == outcome
    assert reason in found.reason


def test_other_flags_may_have_been_edited() -> None:
    assert reversal({**SECOND, "thinking_iterations": None}, [ONE, TWO]) == Reversal(ORIGINAL, ("2", "1"))
