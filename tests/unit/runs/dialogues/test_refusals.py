from __future__ import annotations

import pytest

from arango_thinking.documents.layouts import Example, Layout
from arango_thinking.errors import BadReplyError, ModelError
from arango_thinking.llm.api.refusals import RequestRefusedError
from arango_thinking.runs.dialogues.outcomes import Outcome, Task
from arango_thinking.runs.dialogues.refusals import ALIKE, ALIKE_AT_THE_END, Refusals

EXAMPLE = Example(source="line 1", layout=Layout.FLAT, question="How many?", answer="12", thinking="thin")


def refused(number: int, why: str = "no", *, is_of_document: bool = False) -> Outcome:
    error = RequestRefusedError(f"It refuses '{number}': {why}.", is_of_document=is_of_document)
    return Outcome(Task(number, EXAMPLE), error=error)


def ended(error: ModelError | None = None) -> Outcome:
    return Outcome(Task(0, EXAMPLE), error=error)


def test_many_in_a_row_are_left_and_the_run_ends() -> None:
    refusals = Refusals()
    for number in range(1, ALIKE):
        assert refusals.sift(number, refused(number)) == []
    assert refusals.verdict is None
    left = refusals.sift(ALIKE, refused(ALIKE))
    assert [(outcome.left, outcome.error) for outcome in left] == [(True, None)] * ALIKE
    assert "no" in str(refusals.verdict)
    assert f"{ALIKE} are left as they were" in str(refusals.verdict)


def test_in_a_row_is_by_when_they_began() -> None:
    refusals = Refusals()
    for number in range(ALIKE, 1, -1):
        assert refusals.sift(number, refused(number)) == []
    assert refusals.sift(1, refused(1))
    assert refusals.verdict is not None


@pytest.mark.parametrize("other", [ended(), ended(BadReplyError("gibberish")), refused(0, is_of_document=True)])
def test_anything_else_in_between_shows_that_not_all_are_refused(other: Outcome) -> None:
    refusals = Refusals()
    for number in range(1, ALIKE):
        refusals.sift(number, refused(number))
    released = refusals.sift(ALIKE, other)
    assert released[-1] is other
    assert len(released) == ALIKE
    assert not any(outcome.left for outcome in released)
    assert refusals.sift(ALIKE + 1, refused(ALIKE + 1)) == []
    assert refusals.rest()[0].error is not None
    assert refusals.verdict is None


def test_a_gap_breaks_the_row() -> None:
    refusals = Refusals()
    for number in [*range(1, ALIKE), *range(ALIKE + 1, 2 * ALIKE)]:
        assert refusals.sift(number, refused(number)) == []
    assert refusals.verdict is None


def test_so_does_another_reason() -> None:
    refusals = Refusals()
    for number in range(1, 3 * ALIKE):
        assert refusals.sift(number, refused(number, "ab"[number % 2])) == []
    assert refusals.verdict is None


@pytest.mark.parametrize(
    ("count", "left"), [(ALIKE_AT_THE_END - 1, False), (ALIKE_AT_THE_END, True), (ALIKE_AT_THE_END + 1, True)]
)
def test_at_the_end_fewer_are_enough_when_nothing_went_well(count: int, left: bool) -> None:
    refusals = Refusals()
    for number in range(1, count + 1):
        refusals.sift(number, refused(number))
    rest = refusals.rest()
    assert [outcome.left for outcome in rest] == [left] * count
    assert (refusals.verdict is not None) is left


def test_at_the_end_of_a_run_that_went_well_they_are_failures() -> None:
    refusals = Refusals()
    refusals.sift(0, ended())
    for number in range(1, ALIKE):
        refusals.sift(number, refused(number))
    assert [outcome.left for outcome in refusals.rest()] == [False] * (ALIKE - 1)
    assert refusals.verdict is None
