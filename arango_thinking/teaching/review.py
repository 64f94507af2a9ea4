"""The protocols of a teacher and its parts. A teacher judges an attempt and gives one hint when it falls short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from arango_thinking.documents.layouts import Example
from arango_thinking.documents.trace import Attempt, Hint, Turn, Verdict


@dataclass(frozen=True, slots=True)
class Review:
    """A verdict on the latest attempt, and the hint for the next one (`None` when no hint is needed)."""

    verdict: Verdict
    hint: Hint | None


@dataclass(frozen=True, slots=True)
class Work:
    """What is judged: the latest attempt at an example, and the turns before it."""

    example: Example
    turns: Sequence[Turn]
    attempt: Attempt


class Judge(Protocol):
    """Decides whether an attempt is right."""

    name: str

    async def judge(self, work: Work) -> Review:
        """A verdict without a hint."""
        ...


class Hinter(Protocol):
    """Gives hints for attempts that somebody else judged."""

    name: str

    async def hint(self, work: Work, verdict: Verdict, rejected: Sequence[str]) -> Review:
        """A hint for a verdict that is already given. `rejected` is as in `Teacher.review`."""
        ...


class Candidate(Protocol):
    """A model on whose verdicts a run depends. It is tried before the run begins."""

    name: str

    async def judge_unaided(self, work: Work) -> Review:
        """The model's own verdict from one call, without matching. Raises `BadReplyError` when the reply gives none."""
        ...


class Teacher(Protocol):
    """Judges attempts and gives hints. It sees the reference answer, but its hints must not reveal it."""

    name: str
    #: `None` when no model judges.
    candidate: Candidate | None

    async def review(
        self, example: Example, turns: Sequence[Turn], attempt: Attempt, rejected: Sequence[str] = ()
    ) -> Review:
        """Judge `attempt`, which follows `turns`.

        `rejected` holds the reasons why the leak firewall refused earlier hints for this same attempt. With such
        reasons, only the hint of the review counts. Raises `BadReplyError` or `ModelError` when there is no verdict.
        """
        ...
