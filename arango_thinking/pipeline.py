"""Examples → bounded concurrency → outcomes; and the account of what became of each document."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from arango_thinking.dialogue import Dialogue
from arango_thinking.documents import Example, Layout, enhancement
from arango_thinking.errors import BadReplyError, BudgetError, ModelError
from arango_thinking.llm import ledger
from arango_thinking.settings import StudentTeacherConfig
from arango_thinking.teaching.trial import try_judge
from arango_thinking.thinking import thinking_of, told_trace
from arango_thinking.trace import StopReason, Trace, Usage, add_usage

#: How many reasons of documents left alone or failed are kept word for word; all are counted.
KEPT_REASONS = 1000


@dataclass(frozen=True, slots=True)
class Task:
    """An example under its position in the input."""

    position: int
    example: Example
    #: Whatever the caller needs to write the result back.
    origin: Any = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a dialogue came to: a trace and its thinking, or the reason why there is none."""

    task: Task
    trace: Trace | None = None
    thinking: str = ""
    error: ModelError | None = None
    #: The budget did not allow for it: it is left for another run.
    stopped: BudgetError | None = None
    #: What its calls cost now, by role, and how many of them the journal answered.
    paid: Mapping[str, Usage] = field(default_factory=dict)
    replayed: int = 0


@dataclass(slots=True)
class Statistics:
    """The account of a run: selected = written + unchanged + conflicted + failed + deferred."""

    #: How many documents there are to select, as far as it is known; 0 when it is not.
    expected: int = 0
    selected: int = 0
    written: int = 0
    unchanged: int = 0
    conflicted: int = 0
    failed: int = 0
    deferred: int = 0
    #: Documents selected that were enhanced before, and whose question, answer or context changed since.
    stale: int = 0
    #: Documents selected that hold one question with one answer, still to be enhanced.
    examples: int = 0
    #: Examples whose dialogue came to an end, and of those the ones that ended right.
    traced: int = 0
    converged: int = 0
    iterations: int = 0
    right_at_first: int = 0
    rationalized: int = 0
    rejected_lines: int = 0
    stop_reasons: Counter[str] = field(default_factory=Counter)
    #: What was paid for, by role; calls that the journal answered are not.
    usage: dict[str, Usage] = field(default_factory=dict)
    replayed_calls: int = 0
    #: Why the run ended before all was done, and how many documents are still pending then.
    stopped: str | None = None
    remaining: int | None = None
    #: How an LLM judge did on controls before the run; None when none was tried.
    judge_check: dict[str, Any] | None = None
    #: Sources of the first few examples whose reference answer the judge doubts.
    suspects: list[str] = field(default_factory=list)
    #: Source and reason, of the first few.
    reasons: list[tuple[str, str]] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    @property
    def balanced(self) -> bool:
        """Whether every selected document is accounted for."""
        ended = self.written + self.unchanged + self.conflicted + self.failed + self.deferred
        return self.selected == ended

    @property
    def done(self) -> int:
        return self.written + self.unchanged + self.conflicted + self.failed

    def note(self, source: str, reason: str) -> None:
        """Keep why a document was left alone or failed, unless many reasons are kept already."""
        if len(self.reasons) < KEPT_REASONS:
            self.reasons.append((source, reason))

    def count_trace(self, trace: Trace, source: str) -> None:
        """Count how a dialogue ended, whether or not it is written."""
        self.traced += 1
        self.converged += trace.converged
        self.iterations += trace.iterations
        self.right_at_first += bool(trace.turns and trace.turns[0].verdict.correct)
        self.rationalized += trace.rationalized
        self.stop_reasons[str(trace.stop_reason)] += 1
        if trace.stop_reason is StopReason.REFERENCE_SUSPECT and len(self.suspects) < KEPT_REASONS:
            self.suspects.append(source)

    def count_usage(self, used: Mapping[str, Usage]) -> None:
        """Add tokens, by role."""
        add_usage(self.usage, used)

    def to_dict(self) -> dict[str, Any]:
        """The seed's four figures, then the whole account, as JSON-ready values."""
        return {
            "total_examples": self.examples,
            "enhanced_examples": self.written,
            "average_iterations": self.iterations / self.traced if self.traced else 0.0,
            "convergence_rate": self.converged / self.traced if self.traced else 0.0,
            "converged_examples": self.converged,
            "right_at_first": self.right_at_first,
            "rationalized": self.rationalized,
            "selected": self.selected,
            "written": self.written,
            "unchanged": self.unchanged,
            "conflicted": self.conflicted,
            "failed": self.failed,
            "deferred": self.deferred,
            "stale": self.stale,
            "rejected_lines": self.rejected_lines,
            "stop_reasons": dict(self.stop_reasons),
            "reference_suspects": list(self.suspects),
            "judge_check": self.judge_check,
            "usage": {role: usage.to_dict() for role, usage in self.usage.items()},
            "cost": sum(self.usage.values(), Usage()).cost,
            "replayed_calls": self.replayed_calls,
            "stopped": self.stopped,
            "remaining": self.remaining,
            "reasons": [{"source": source, "reason": reason} for source, reason in self.reasons],
            "seconds": round(time.monotonic() - self.started, 3),
        }


#: Called with the account as it stands after each document.
Progress = Callable[[Statistics], None]


async def check_judge(
    dialogue: Dialogue, config: StudentTeacherConfig, examples: Sequence[Example], statistics: Statistics
) -> None:
    """Try the model that judges, if one does, before documents depend on it; `examples` are the run's first ones.

    Raises `ConfigurationError` when it fails.
    """
    if dialogue.candidate is None or not config.check_judge or not examples:
        return
    with ledger.opened() as book:
        trial = await try_judge(dialogue.candidate, examples, config.batch_size)
    statistics.judge_check = trial.counts()
    statistics.count_usage({"judge_check": sum(book.paid.values(), Usage())})
    statistics.replayed_calls += book.replayed


async def outcomes(
    tasks: AsyncIterator[Task], dialogue: Dialogue, config: StudentTeacherConfig
) -> AsyncGenerator[Outcome, None]:
    """Run dialogues, at most `batch_size` at once, and yield each outcome as soon as it is there.

    Once the budget stops one, no more are begun.
    """
    running: set[asyncio.Task[Outcome]] = set()
    done: set[asyncio.Task[Outcome]] = set()
    started, stopped = 0, None
    try:
        async for task in tasks:
            if stopped is not None:
                yield Outcome(task, stopped=stopped)
                break
            if started and started % config.batch_size == 0 and config.batch_delay:
                await asyncio.sleep(config.batch_delay)
            running.add(asyncio.create_task(_outcome(task, dialogue, config)))
            started += 1
            if len(running) >= config.batch_size:
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for ended in done:
                    stopped = stopped or ended.result().stopped
                    yield ended.result()
        while running:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for ended in done:
                yield ended.result()
    finally:
        for left in running:
            left.cancel()
        await asyncio.gather(*running, *done, return_exceptions=True)


async def _outcome(task: Task, dialogue: Dialogue, config: StudentTeacherConfig) -> Outcome:
    """The outcome with what its calls cost."""
    with ledger.opened() as book:
        outcome = await _dialogue(task, dialogue, config)
    if isinstance(outcome.error, BadReplyError):  # the same replies would fail the document for ever
        await dialogue.forget(book.keys)
    trace = replace(outcome.trace, usage=book.total) if outcome.trace else None
    return replace(outcome, trace=trace, paid=book.paid, replayed=book.replayed)


async def _dialogue(task: Task, dialogue: Dialogue, config: StudentTeacherConfig) -> Outcome:
    """The per-document guard: what goes wrong with one example's replies does not end the run."""
    trace: Trace | None = None
    try:
        trace = await dialogue.run(task.example)
        thinking = thinking_of(trace, task.example, config.thinking_format, config.max_thinking_length)
        return Outcome(task, trace, thinking)
    except ModelError as error:
        return Outcome(task, trace, error=error)
    except BudgetError as error:
        return Outcome(task, stopped=error)


def settle(outcome: Outcome, statistics: Statistics, config: StudentTeacherConfig) -> bool:
    """Count an outcome that is not written; returns whether it is one to write."""
    statistics.count_usage(outcome.paid)
    statistics.replayed_calls += outcome.replayed
    if outcome.stopped is not None:
        statistics.deferred += 1
        statistics.stopped = str(outcome.stopped)
        return False
    if outcome.trace is not None:
        statistics.count_trace(outcome.trace, outcome.task.example.source)
    if outcome.error is not None or outcome.trace is None:
        statistics.failed += 1
        statistics.note(outcome.task.example.source, str(outcome.error))
        return False
    if not outcome.trace.converged and config.on_unconverged == "skip":
        statistics.unchanged += 1
        statistics.note(outcome.task.example.source, f"not converged: {outcome.trace.stop_reason}")
        return False
    return True


def patch_of(outcome: Outcome, document: dict[str, Any], config: StudentTeacherConfig) -> dict[str, Any]:
    """What an outcome with a trace writes into its document."""
    trace, layout = outcome.trace, outcome.task.example.layout
    if trace is None:
        raise ValueError("an outcome without a trace writes nothing")
    patch = enhancement(
        document, layout, thinking=outcome.thinking, iterations=trace.iterations, converged=trace.converged
    )
    if config.save_iterations:
        place = patch["metadata"] if layout is Layout.MESSAGES else patch
        place["thinking_iterations_detail"] = _iteration_details(told_trace(trace, outcome.task.example))
    return patch


def _iteration_details(trace: Trace) -> list[dict[str, Any]]:
    """What `save_iterations` writes as `thinking_iterations_detail`: one object a turn.

    The turn of a rationalized trace that was reached after the answer was shown says so.
    """
    details = [
        {
            "iteration": number,
            "thinking": turn.attempt.text,
            "answer": turn.attempt.answer,
            "correct": turn.verdict.correct,
            "score": turn.verdict.score,
            "hint": turn.hint.text if turn.hint else None,
        }
        for number, turn in enumerate(trace.turns, start=1)
    ]
    if trace.rationalized:
        details[-1]["rationalized"] = True
    return details
