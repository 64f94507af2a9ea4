from __future__ import annotations

import pytest

from arango_thinking.documents.layouts import Example, Layout
from arango_thinking.documents.trace import Attempt, Hint, StopReason, Trace, Turn, Verdict
from arango_thinking.errors import BadReplyError
from arango_thinking.teaching.thinking import thinking_of, told_trace

EXAMPLE = Example(
    source="line 1", layout=Layout.MESSAGES, question="Which river flows through Baghdad?", answer="The Tigris"
)


def _unconverged(text: str) -> Trace:
    return Trace((Turn(Attempt(text, "x"), Verdict(False, 0.0, "matching")),), StopReason.MAX_ITERATIONS)


def test_unconverged_thinking_does_not_give_the_answer_away() -> None:
    trace = _unconverged("There are two rivers. One of them is the Tigris. I settle for the other.")
    thinking = thinking_of(trace, EXAMPLE, "iterative")
    assert "Tigris" not in thinking
    assert "I settle for the other." in thinking


def test_thinking_of_which_nothing_is_left_is_an_error() -> None:
    with pytest.raises(BadReplyError, match="Nothing of the attempts"):
        thinking_of(_unconverged("It is the Tigris."), EXAMPLE, "iterative")
    with pytest.raises(BadReplyError):
        thinking_of(Trace((), StopReason.NO_PROGRESS), EXAMPLE, "iterative")


def turn(text: str, *, right: bool = False, hint: str | None = None) -> Turn:
    return Turn(Attempt(text, "x"), Verdict(right, 0.0, "matching"), Hint(f"Aha! {hint}", "generic") if hint else None)


CONVERGED = Trace(
    (
        turn("First I err.", hint="Look again."),
        turn("Then I err again.", hint="Look elsewhere."),
        turn("Now it is the Tigris.", right=True, hint="Check it."),
        turn("It still is the Tigris.", right=True),
    ),
    StopReason.CORRECT,
)
ALL = (
    "First I err.\n\nAha! Look again.\n\nThen I err again.\n\nAha! Look elsewhere.\n\nNow it is the Tigris."
    "\n\nAha! Check it.\n\nIt still is the Tigris."
)


@pytest.mark.parametrize(
    ("longest", "kept"),
    [
        (None, ALL),
        (0, ALL),
        (len(ALL), ALL),
        (len(ALL) - 1, ALL.partition("Look again.\n\n")[2]),
        (70, "Now it is the Tigris.\n\nAha! Check it.\n\nIt still is the Tigris."),
        (40, "Now it is the Tigris."),
        (21, "Now it is the Tigris."),
    ],
)
def test_thinking_that_is_too_long_loses_whole_turns(longest: int | None, kept: str) -> None:
    assert thinking_of(CONVERGED, EXAMPLE, "iterative", longest) == kept


def test_of_several_verifications_the_last_goes_first() -> None:
    turns = (
        turn("It is the Tigris.", right=True, hint="Check it."),
        turn("It still is.", right=True, hint="Check again."),
        turn("It is all the same.", right=True),
    )
    trace = Trace(turns, StopReason.CORRECT)
    shorter = "It is the Tigris.\n\nAha! Check it.\n\nIt still is."
    assert thinking_of(trace, EXAMPLE, "iterative", 60) == shorter
    assert thinking_of(trace, EXAMPLE, "iterative", len(shorter) - 1) == "It is the Tigris."


def test_thinking_that_is_too_long_in_its_shortest_form_is_an_error() -> None:
    with pytest.raises(BadReplyError, match="21 characters at its shortest; 20 are allowed"):
        thinking_of(CONVERGED, EXAMPLE, "iterative", 20)


def test_the_insights_of_turns_that_are_left_out_go_with_them() -> None:
    whole = thinking_of(CONVERGED, EXAMPLE, "consolidated")
    assert whole.startswith("Aha! Look again.\n\nAha! Look elsewhere.")
    fewer = thinking_of(CONVERGED, EXAMPLE, "consolidated", len(whole) - 1)
    assert fewer.startswith("Aha! Look elsewhere.")


def test_an_attempt_of_which_nothing_is_left_takes_its_hint_along() -> None:
    trace = Trace((turn("It is the Tigris.", hint="Look again."), turn("It is another.")), StopReason.MAX_ITERATIONS)
    assert thinking_of(trace, EXAMPLE, "iterative") == "It is another."
    assert [told.attempt.text for told in told_trace(trace, EXAMPLE).turns] == ["", "It is another."]
    last = Trace((turn("It is another.", hint="Look again."), turn("It is the Tigris.")), StopReason.MAX_ITERATIONS)
    assert thinking_of(last, EXAMPLE, "iterative") == "It is another."


def test_a_rationalized_trace_keeps_its_answer() -> None:
    turns = (turn("It is another.", hint="Begin again."), turn("So it is the Tigris.", right=True))
    trace = Trace(turns, StopReason.MAX_ITERATIONS, rationalized=True)
    assert thinking_of(trace, EXAMPLE, "iterative").endswith("So it is the Tigris.")
    assert thinking_of(trace, EXAMPLE, "iterative", 25) == "So it is the Tigris."
    assert (trace.iterations, trace.converged, trace.ends_right) == (1, False, True)
