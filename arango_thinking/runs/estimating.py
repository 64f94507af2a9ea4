"""Estimate what a run would take, from the dialogues about a small sample."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from arango_thinking.errors import BudgetError
from arango_thinking.runs.dialogues.outcomes import Task
from arango_thinking.runs.dialogues.pipeline import outcomes
from arango_thinking.settings import StudentTeacherConfig
from arango_thinking.teaching.dialogue import Dialogue
from arango_thinking.usage import Usage, add_usage

#: The default number of documents in the sample.
SAMPLE = 5


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a sample took. `used` is by role, and includes calls that were paid before."""

    sample: int
    failed: int
    documents: int
    used: dict[str, Usage]
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """What all documents would take, JSON-ready; a figure that is not known is `None`."""
        total = sum(self.used.values(), Usage())
        scale = self.documents / self.sample if self.sample else None
        return {
            "sampled": self.sample,
            "sampled_failed": self.failed,
            "documents": self.documents,
            "usage": {role: usage.to_dict() for role, usage in self.used.items()},
            "tokens": None if scale is None or total.unmetered else round(total.total_tokens * scale),
            "calls": None if scale is None else round(total.calls * scale),
            "cost": None if scale is None or total.cost is None else total.cost * scale,
            "seconds": None if scale is None else round(self.seconds * scale, 1),
        }


async def estimate(
    tasks: AsyncIterator[Task], dialogue: Dialogue, config: StudentTeacherConfig, documents: int
) -> Estimate:
    """Run the tasks, which are the sample, and scale what they took to `documents`.

    Their replies stay in the journal, so the run itself does not pay for them again.
    """
    used: dict[str, Usage] = {}
    sample = failed = 0
    started = time.monotonic()
    async with aclosing(outcomes(tasks, dialogue, config)) as stream:
        async for outcome in stream:
            if outcome.stopped is not None:
                raise BudgetError(f"The sample alone exceeds the budget. {outcome.stopped}")
            sample += 1
            failed += outcome.error is not None
            add_usage(used, outcome.trace.usage if outcome.trace else outcome.paid)
    return Estimate(sample, failed, documents, used, time.monotonic() - started)
