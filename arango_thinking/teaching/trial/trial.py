"""The trial of a judge: it must judge controls without the help of matching, and a judge that fails is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from arango_thinking.documents.layouts import Example
from arango_thinking.documents.trace import Attempt
from arango_thinking.errors import ConfigurationError, ModelError
from arango_thinking.teaching.review import Candidate, Work
from arango_thinking.teaching.trial.controls import Control, controls

#: The largest share of wrong answers that a judge may accept, and of right ones that it may fail to accept.
MOST_PASSED = 0.1
MOST_REFUSED = 0.4
_LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Judged:
    """A control, and what the judge said of it: "correct", "incorrect", "abstained" or "unusable"."""

    control: Control
    said: str

    @property
    def failed(self) -> bool:
        return (self.said == "correct") is not self.control.right

    def __str__(self) -> str:
        answer = " ".join(self.control.answer.split())
        if len(answer) > _LONGEST_SHOWN:
            answer = answer[:_LONGEST_SHOWN] + "..."
        return f'{self.control.kind} ("{answer}", {self.control.example.source}): {self.said}'


@dataclass(frozen=True, slots=True)
class Trial:
    """The result of a judge's trial."""

    judge: str
    judged: Sequence[Judged]

    def counts(self) -> dict[str, Any]:
        """The confusion counts, JSON-ready."""
        wrong, right = self._of(right=False), self._of(right=True)
        return {
            "judge": self.judge,
            "wrong_answers": len(wrong),
            "wrong_accepted": sum(judged.failed for judged in wrong),
            "right_answers": len(right),
            "right_accepted": sum(not judged.failed for judged in right),
            "abstained": sum(judged.said == "abstained" for judged in self.judged),
            "unusable": sum(judged.said == "unusable" for judged in self.judged),
        }

    @property
    def passed(self) -> bool:
        return _share(self._of(right=False)) <= MOST_PASSED and _share(self._of(right=True)) <= MOST_REFUSED

    def refusal(self) -> str:
        """Why the judge is refused, with examples, and what to do."""
        counts = self.counts()
        failures = "; ".join(str(judged) for judged in self.judged if judged.failed)
        return (
            f"The judge {self.judge} failed its trial: it accepted {counts['wrong_accepted']} of "
            f"{counts['wrong_answers']} wrong answers, and {counts['right_accepted']} of {counts['right_answers']} "
            f"right ones ({counts['abstained']} abstentions, {counts['unusable']} unusable replies): {failures}. "
            "Use another --judge or --teacher (reference needs no model), or continue anyway with "
            "--skip-judge-check (check_judge=False)."
        )

    def _of(self, *, right: bool) -> list[Judged]:
        return [judged for judged in self.judged if judged.control.right is right]


def _share(judged: Sequence[Judged]) -> float:
    return sum(one.failed for one in judged) / len(judged) if judged else 0.0


async def try_judge(judge: Candidate, examples: Sequence[Example], in_flight: int) -> Trial:
    """Let the judge judge controls made from a run's first examples: one call each, at most `in_flight` at once.

    Raises `ConfigurationError` when the judge fails.
    """
    slots = asyncio.Semaphore(in_flight)
    asked = [asyncio.create_task(_put(judge, control, slots)) for control in controls(examples)]
    try:
        judged = await asyncio.gather(*asked)
    finally:
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
    trial = Trial(judge.name, judged)
    if not trial.passed:
        raise ConfigurationError(trial.refusal())
    return trial


async def _put(judge: Candidate, control: Control, slots: asyncio.Semaphore) -> Judged:
    work = Work(control.example, (), Attempt(control.answer, control.answer))
    async with slots:
        try:
            review = await judge.judge_unaided(work)
        except ModelError:
            return Judged(control, "unusable")
    said = {True: "correct", False: "incorrect", None: "abstained"}[review.verdict.correct]
    return Judged(control, said)
