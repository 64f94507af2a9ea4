"""The account of a run: what became of each document, and how the dialogues went."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from arango_thinking.choices import OnUnconverged
from arango_thinking.documents.notes import Notes
from arango_thinking.documents.trace import StopReason, Trace
from arango_thinking.runs.dialogues.outcomes import Outcome
from arango_thinking.usage import Usage, add_usage

#: What can become of a document that a run has selected.
Fate = Literal["written", "unchanged", "conflicted", "failed", "deferred"]


@dataclass(slots=True)
class Account:
    """What became of the documents: selected = written + unchanged + conflicted + failed + deferred."""

    selected: int = 0
    written: int = 0
    #: Left as they are, because there was nothing to write.
    unchanged: int = 0
    #: Left as they are, because somebody else changed them meanwhile.
    conflicted: int = 0
    failed: int = 0
    #: Left for another run; in a dry run, those that would be written.
    deferred: int = 0
    #: Source and reason of the first documents that have a reason.
    reasons: Notes[tuple[str, str]] = field(default_factory=Notes)
    started: float = field(default_factory=time.monotonic)

    @property
    def balanced(self) -> bool:
        """Whether every selected document is accounted for."""
        return self.selected == self.done + self.deferred

    @property
    def done(self) -> int:
        """How many documents are finished."""
        return self.written + self.unchanged + self.conflicted + self.failed

    def count(self, fate: Fate, source: str, reason: str | None = None) -> None:
        """Count what became of a document, and note why where there is a reason."""
        match fate:
            case "written":
                self.written += 1
            case "unchanged":
                self.unchanged += 1
            case "conflicted":
                self.conflicted += 1
            case "failed":
                self.failed += 1
            case "deferred":
                self.deferred += 1
        if reason is not None:
            self.note(source, reason)

    def note(self, source: str, reason: str) -> None:
        """Keep a reason, unless many are kept already."""
        self.reasons.note((source, reason))

    def counts(self) -> dict[str, int]:
        """How many documents were selected, and what became of them."""
        return {
            "selected": self.selected,
            "written": self.written,
            "unchanged": self.unchanged,
            "conflicted": self.conflicted,
            "failed": self.failed,
            "deferred": self.deferred,
        }

    def end(self) -> dict[str, Any]:
        """The reasons and the seconds since the start, JSON-ready."""
        return {
            "reasons": [{"source": source, "reason": reason} for source, reason in self.reasons],
            "seconds": round(time.monotonic() - self.started, 3),
        }


@dataclass(slots=True)
class Statistics(Account):
    """The account of a run that enhances."""

    #: How many documents there are to select; 0 when that is not known.
    expected: int = 0
    #: Selected documents that were enhanced before and whose question, answer or context changed since.
    stale: int = 0
    #: Selected documents that hold one question with one answer and are to be enhanced.
    examples: int = 0
    #: Examples whose dialogue ended; `converged` are those of them that ended with a right answer.
    traced: int = 0
    converged: int = 0
    iterations: int = 0
    right_at_first: int = 0
    rationalized: int = 0
    #: Attempts whose reasoning was cut, and which end with its last whole sentence.
    cut_attempts: int = 0
    rejected_lines: int = 0
    stop_reasons: Counter[str] = field(default_factory=Counter)
    #: What was paid for, by role; calls that the journal answered are not.
    usage: dict[str, Usage] = field(default_factory=dict)
    replayed_calls: int = 0
    #: What all calls used so far, also those of dialogues that have not ended; and what the run does before documents.
    under_way: Usage = field(default_factory=Usage)
    phase: str = ""
    #: Why the run ended before all was done, and how many documents are still pending then.
    stopped: str | None = None
    remaining: int | None = None
    #: How an LLM judge did on controls before the run; `None` when none was tried.
    judge_check: dict[str, Any] | None = None
    #: Sources of the first examples whose reference answer the judge doubts.
    suspects: Notes[str] = field(default_factory=Notes)

    def settle(self, outcome: Outcome, on_unconverged: OnUnconverged) -> bool:
        """Count the calls and the dialogue of an outcome, and the fate of a document that is not to be written.

        Returns whether the document is to be written; the writer counts it when it knows the result.
        """
        source = outcome.task.example.source
        self.count_usage(outcome.paid)
        self.replayed_calls += outcome.replayed
        if outcome.stopped is not None:
            self.count("deferred", source)
            self.stopped = str(outcome.stopped)
            return False
        if outcome.left:
            self.count("deferred", source)
            return False
        if outcome.trace is not None:
            self.count_trace(outcome.trace, source)
        if outcome.error is not None or outcome.trace is None:
            self.count("failed", source, str(outcome.error))
            return False
        if not outcome.trace.converged and on_unconverged is OnUnconverged.SKIP:
            self.count("unchanged", source, f"not converged: {outcome.trace.stop_reason}")
            return False
        return True

    def count_trace(self, trace: Trace, source: str) -> None:
        """Count how a dialogue ended, whether or not it is written."""
        self.traced += 1
        self.converged += trace.converged
        self.iterations += trace.iterations
        self.right_at_first += bool(trace.turns and trace.turns[0].verdict.correct)
        self.rationalized += trace.rationalized
        self.cut_attempts += sum(turn.attempt.cut for turn in trace.turns)
        self.stop_reasons[str(trace.stop_reason)] += 1
        if trace.stop_reason is StopReason.REFERENCE_SUSPECT:
            self.suspects.note(source)

    def count_usage(self, used: Mapping[str, Usage]) -> None:
        """Add tokens and money, by role."""
        add_usage(self.usage, used)

    def to_dict(self) -> dict[str, Any]:
        """The whole account as JSON-ready values."""
        return {
            "total_examples": self.examples,
            "enhanced_examples": self.written,
            "average_iterations": self.iterations / self.traced if self.traced else 0.0,
            "convergence_rate": self.converged / self.traced if self.traced else 0.0,
            "converged_examples": self.converged,
            "right_at_first": self.right_at_first,
            "rationalized": self.rationalized,
            "cut_attempts": self.cut_attempts,
            **self.counts(),
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
            **self.end(),
        }


#: Called with the account as it stands after each document.
Progress = Callable[[Statistics], None]
