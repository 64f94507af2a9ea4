"""The record of one example (attempts, verdicts, hints and turns), and how it is rendered as thinking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from arango_thinking.usage import Usage

#: How every hint begins, and how a reader finds the moment of self-correction.
AHA = "Aha! "


class StopReason(StrEnum):
    """Why a dialogue ended."""

    CORRECT = "correct"
    MAX_ITERATIONS = "max_iterations"
    NO_PROGRESS = "no_progress"
    JUDGE_ABSTAINED = "judge_abstained"
    REFERENCE_SUSPECT = "reference_suspect"


@dataclass(frozen=True, slots=True)
class Attempt:
    """The student's reasoning and final answer. `text` holds both, as the student wrote them.

    `cut` marks reasoning whose tokens were used up: it ends with its last whole sentence.
    """

    text: str
    answer: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement of one attempt.

    `correct` is `None` when the judge abstains. `score` is 0..1. `method` is "matching" or the model that judged.
    `rescued` marks an answer that matching refused and the judge accepted.
    """

    correct: bool | None
    score: float
    method: str
    reason: str = ""
    where_wrong: str = ""
    missing: tuple[str, ...] = ()
    reference_suspect: bool = False
    rescued: bool = False


@dataclass(frozen=True, slots=True)
class Hint:
    """One insight in the student's voice; `text` begins with "Aha! ".

    `kind` says where it came from: "teacher", "evidence", "cue", "generic", "verify" or "rationalize".
    `rejected` holds the reasons why the leak firewall refused earlier versions.
    """

    text: str
    kind: str
    rejected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """An attempt, its verdict, and the hint given after it (`None` after the last attempt)."""

    attempt: Attempt
    verdict: Verdict
    hint: Hint | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """All turns of one example, how they ended, and what they cost.

    `rationalized` marks a trace whose last turn was reached after the student had been shown the answer. The dialogue
    before it did not converge, and that turn does not count as an iteration.
    """

    turns: tuple[Turn, ...]
    stop_reason: StopReason
    usage: dict[str, Usage] = field(default_factory=dict)
    rationalized: bool = False

    @property
    def iterations(self) -> int:
        return len(self.turns) - self.rationalized

    @property
    def converged(self) -> bool:
        return self.stop_reason is StopReason.CORRECT

    @property
    def ends_right(self) -> bool:
        """Whether the last attempt is right, however it was reached."""
        return self.converged or self.rationalized

    def to_dict(self) -> dict[str, Any]:
        """The trace as JSON-ready values."""
        return {
            "turns": [asdict(turn) for turn in self.turns],
            "stop_reason": str(self.stop_reason),
            "rationalized": self.rationalized,
            "usage": {role: usage.to_dict() for role, usage in self.usage.items()},
        }

    def details(self) -> list[dict[str, Any]]:
        """What `save_iterations` writes as `thinking_iterations_detail`: one object for each turn.

        In a rationalized trace, the turn that was reached after the answer was shown says so.
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
            for number, turn in enumerate(self.turns, start=1)
        ]
        if self.rationalized:
            details[-1]["rationalized"] = True
        return details


def dialogue_text(turns: Sequence[Turn]) -> str:
    """Attempts joined by their hints, as the student's one running text."""
    parts: list[str] = []
    for turn in turns:
        parts.append(turn.attempt.text)
        if turn.hint is not None:
            parts.append(turn.hint.text)
    return "\n\n".join(parts)


def render(trace: Trace, thinking_format: str) -> str:
    """The thinking: "iterative" joins all attempts by their hints, "consolidated" keeps hints and the last attempt."""
    if thinking_format == "iterative":
        return dialogue_text(trace.turns)
    insights = [turn.hint.text for turn in trace.turns if turn.hint is not None]
    return "\n\n".join([*insights, trace.turns[-1].attempt.text])
