from __future__ import annotations

import json

from arango_thinking.documents.trace import Attempt, Hint, StopReason, Trace, Turn, Verdict, dialogue_text, render
from arango_thinking.usage import Usage

WRONG = Verdict(False, 0.0, "matching")
RIGHT = Verdict(True, 1.0, "matching")
TURNS = (
    Turn(Attempt("It is five.\nAnswer: 5", "5"), WRONG, Hint("Aha! I added where I had to multiply.", "teacher")),
    Turn(Attempt("Two times three is six.\nAnswer: 6", "6"), RIGHT),
)


def test_iterative_thinking_joins_all_attempts_by_their_hints() -> None:
    trace = Trace(TURNS, StopReason.CORRECT)
    assert render(trace, "iterative") == (
        "It is five.\nAnswer: 5\n\nAha! I added where I had to multiply.\n\nTwo times three is six.\nAnswer: 6"
    )


def test_consolidated_thinking_leaves_the_wrong_attempts_out() -> None:
    thinking = render(Trace(TURNS, StopReason.CORRECT), "consolidated")
    assert thinking == "Aha! I added where I had to multiply.\n\nTwo times three is six.\nAnswer: 6"


def test_what_a_trace_says_of_itself() -> None:
    trace = Trace(TURNS, StopReason.CORRECT, {"student": Usage(10, 5, 2)})
    assert (trace.iterations, trace.converged) == (2, True)
    assert not Trace(TURNS, StopReason.MAX_ITERATIONS).converged
    as_json = json.loads(json.dumps(trace.to_dict()))
    assert as_json["stop_reason"] == "correct"
    assert as_json["turns"][0]["hint"]["kind"] == "teacher"
    assert as_json["usage"]["student"]["calls"] == 2


def test_usage_adds_up() -> None:
    total = Usage(1, 2, 1) + Usage(10, 20, 1)
    assert (total.prompt_tokens, total.completion_tokens, total.calls, total.total_tokens) == (11, 22, 2, 33)


def test_a_dialogue_without_turns_is_empty() -> None:
    assert dialogue_text(()) == ""
