from __future__ import annotations

from dataclasses import replace

import pytest

from arango_thinking.choices import OnUnconverged
from arango_thinking.documents.layouts import Example, Layout
from arango_thinking.documents.notes import KEPT
from arango_thinking.documents.trace import Attempt, StopReason, Trace, Turn, Verdict
from arango_thinking.errors import BadReplyError, BudgetError
from arango_thinking.runs.account import Account, Fate, Statistics
from arango_thinking.runs.dialogues.outcomes import Outcome, Task
from arango_thinking.usage import Usage

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


@pytest.mark.parametrize("fate", ["written", "unchanged", "conflicted", "failed", "deferred"])
def test_each_fate_is_counted_under_its_name(fate: Fate) -> None:
    account = Account(selected=1)
    account.count(fate, "a/1")
    others = {"written", "unchanged", "conflicted", "failed", "deferred"} - {fate}
    assert account.counts() == {"selected": 1, fate: 1, **dict.fromkeys(others, 0)}
    assert account.balanced
    assert account.done == (fate != "deferred")
    assert account.reasons == []


def test_a_reason_is_noted_where_there_is_one() -> None:
    account = Account()
    account.count("failed", "a/1", "it is too large")
    assert account.end()["reasons"] == [{"source": "a/1", "reason": "it is too large"}]
    assert account.end()["seconds"] >= 0


def test_rates_are_over_the_dialogues_that_ended() -> None:
    statistics = Statistics()
    for trace in (CONVERGED, UNCONVERGED):
        assert statistics.settle(outcome(trace), OnUnconverged.WRITE)
    figures = statistics.to_dict()
    assert (figures["average_iterations"], figures["convergence_rate"]) == (1.5, 0.5)
    assert figures["stop_reasons"] == {"correct": 1, "max_iterations": 1}
    assert figures["usage"]["student"] == Usage(20, 10, 4, 0.5).to_dict()
    assert (figures["cost"], figures["replayed_calls"]) == (0.5, 2)


def test_attempts_that_were_cut_are_counted() -> None:
    statistics = Statistics()
    statistics.count_trace(Trace((replace(WRONG, attempt=Attempt("7", "7", cut=True)), RIGHT), StopReason.CORRECT), "1")
    assert statistics.to_dict()["cut_attempts"] == 1


def test_with_nothing_done_there_is_no_division_by_zero() -> None:
    figures = Statistics().to_dict()
    assert (figures["average_iterations"], figures["convergence_rate"]) == (0.0, 0.0)


def test_what_is_not_written_is_counted_with_its_reason() -> None:
    statistics = Statistics()
    assert not statistics.settle(outcome(None, BadReplyError("gibberish")), OnUnconverged.WRITE)
    assert not statistics.settle(outcome(UNCONVERGED), OnUnconverged.SKIP)
    assert (statistics.failed, statistics.unchanged) == (1, 1)
    assert statistics.reasons == [("line 1", "gibberish"), ("line 1", "not converged: max_iterations")]


def test_what_the_budget_stopped_is_left_for_another_run() -> None:
    statistics = Statistics(selected=1)
    stopped = Outcome(Task(0, EXAMPLE), stopped=BudgetError("All is spent."), paid={"student": Usage(10, 5, 2, None)})
    assert not statistics.settle(stopped, OnUnconverged.WRITE)
    assert statistics.balanced
    figures = statistics.to_dict()
    assert (figures["deferred"], figures["failed"], figures["stopped"]) == (1, 0, "All is spent.")
    assert figures["cost"] is None


def test_references_in_doubt_are_named_and_those_right_at_first_counted() -> None:
    statistics = Statistics()
    statistics.count_trace(Trace((WRONG,), StopReason.REFERENCE_SUSPECT), "a/1")
    statistics.count_trace(Trace((RIGHT,), StopReason.CORRECT), "a/2")
    statistics.count_trace(Trace((WRONG, RIGHT), StopReason.MAX_ITERATIONS, rationalized=True), "a/3")
    figures = statistics.to_dict()
    assert figures["reference_suspects"] == ["a/1"]
    assert (figures["right_at_first"], figures["rationalized"], figures["converged_examples"]) == (1, 1, 1)


def test_reasons_are_bounded() -> None:
    statistics = Statistics()
    for number in range(KEPT + 5):
        statistics.note(str(number), "why")
    assert len(statistics.reasons) == KEPT
