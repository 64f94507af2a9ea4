from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest

from arango_thinking.dialogue import Dialogue, DialogueOptions
from arango_thinking.documents import Example, Layout
from arango_thinking.errors import BadReplyError, BudgetError
from arango_thinking.llm.openai import Connection, OpenAIModel
from arango_thinking.pipeline import KEPT_REASONS, Outcome, Statistics, Task, outcomes, patch_of, settle
from arango_thinking.settings import StudentTeacherConfig
from arango_thinking.teaching.reference import ReferenceTeacher
from arango_thinking.teaching.student import Student, StudentOptions
from arango_thinking.trace import Attempt, StopReason, Trace, Turn, Usage, Verdict
from tests.chat_api import ChatAPI

EXAMPLE = Example(source="line 1", layout=Layout.FLAT, question="How many?", answer="12", thinking="thin")
RIGHT = Turn(Attempt("Answer: 12", "12"), Verdict(True, 1.0, "matching"))
WRONG = Turn(Attempt("Answer: 7", "7"), Verdict(False, 0.0, "matching"))
CONVERGED = Trace((WRONG, RIGHT), StopReason.CORRECT)
UNCONVERGED = Trace((WRONG,), StopReason.MAX_ITERATIONS)


def outcome(trace: Trace | None, error: BadReplyError | None = None) -> Outcome:
    return Outcome(Task(0, EXAMPLE), trace, "rich", error, paid={"student": Usage(10, 5, 2, 0.25)}, replayed=1)


def test_the_account_balances() -> None:
    statistics = Statistics(selected=5, written=1, unchanged=1, conflicted=1, failed=1, deferred=1)
    assert statistics.balanced
    assert not Statistics(selected=2, written=1).balanced


def test_rates_are_over_the_dialogues_that_ended() -> None:
    statistics = Statistics()
    for trace in (CONVERGED, UNCONVERGED):
        assert settle(outcome(trace), statistics, StudentTeacherConfig())
    figures = statistics.to_dict()
    assert (figures["average_iterations"], figures["convergence_rate"]) == (1.5, 0.5)
    assert figures["stop_reasons"] == {"correct": 1, "max_iterations": 1}
    assert figures["usage"]["student"] == {"prompt_tokens": 20, "completion_tokens": 10, "calls": 4, "cost": 0.5}
    assert (figures["cost"], figures["replayed_calls"]) == (0.5, 2)


def test_with_nothing_done_there_is_no_division_by_zero() -> None:
    figures = Statistics().to_dict()
    assert (figures["average_iterations"], figures["convergence_rate"]) == (0.0, 0.0)


def test_what_is_not_written_is_counted_with_its_reason() -> None:
    statistics = Statistics()
    assert not settle(outcome(None, BadReplyError("gibberish")), statistics, StudentTeacherConfig())
    assert not settle(outcome(UNCONVERGED), statistics, StudentTeacherConfig(on_unconverged="skip"))
    assert (statistics.failed, statistics.unchanged) == (1, 1)
    assert statistics.reasons == [("line 1", "gibberish"), ("line 1", "not converged: max_iterations")]


def test_reasons_are_bounded() -> None:
    statistics = Statistics()
    for number in range(KEPT_REASONS + 5):
        statistics.note(str(number), "why")
    assert len(statistics.reasons) == KEPT_REASONS


def test_a_patch_holds_the_details_only_when_asked() -> None:
    plain = patch_of(outcome(CONVERGED), {"thinking": "thin"}, StudentTeacherConfig())
    assert plain == {
        "original_thinking": "thin",
        "thinking": "rich",
        "thinking_iterations": 2,
        "thinking_converged": True,
    }
    detailed = patch_of(outcome(CONVERGED), {}, StudentTeacherConfig(save_iterations=True))
    assert [turn["answer"] for turn in detailed["thinking_iterations_detail"]] == ["7", "12"]
    with pytest.raises(ValueError, match="without a trace"):
        patch_of(outcome(None), {}, StudentTeacherConfig())


async def test_there_is_a_pause_after_each_batch(api: ChatAPI) -> None:
    async def tasks() -> AsyncIterator[Task]:
        for number in range(5):
            yield Task(number, EXAMPLE)

    api.reply = lambda _: "Answer: 12"
    model = OpenAIModel("student", Connection(url=api.url))
    dialogue = Dialogue(Student(model, StudentOptions()), ReferenceTeacher(), DialogueOptions(max_iterations=1))
    started = time.monotonic()
    settings = StudentTeacherConfig(batch_size=2, batch_delay=0.15)
    assert len([ended async for ended in outcomes(tasks(), dialogue, settings)]) == 5
    assert 0.3 <= time.monotonic() - started < 0.8
    await model.aclose()


async def test_slow_dialogues_do_not_hold_up_the_others(api: ChatAPI) -> None:
    """Each outcome comes as soon as it is there; the input is read only as far as there is room."""
    read: list[int] = []

    async def tasks() -> AsyncIterator[Task]:
        for number in range(6):
            read.append(number)
            yield Task(number, EXAMPLE)

    api.reply = lambda _: "Answer: 12"
    model = OpenAIModel("student", Connection(url=api.url))
    dialogue = Dialogue(Student(model, StudentOptions()), ReferenceTeacher(), DialogueOptions(max_iterations=1))
    stream = outcomes(tasks(), dialogue, StudentTeacherConfig(batch_size=2))
    first = await anext(stream)
    assert first.trace is not None
    assert len(read) == 2
    positions = {first.task.position} | {later.task.position async for later in stream}
    assert positions == set(range(6))
    await model.aclose()


def test_what_the_budget_stopped_is_left_for_another_run() -> None:
    statistics = Statistics(selected=1)
    stopped = Outcome(Task(0, EXAMPLE), stopped=BudgetError("All is spent."), paid={"student": Usage(10, 5, 2, None)})
    assert not settle(stopped, statistics, StudentTeacherConfig())
    assert statistics.balanced
    figures = statistics.to_dict()
    assert (figures["deferred"], figures["failed"], figures["stopped"]) == (1, 0, "All is spent.")
    assert figures["cost"] is None
