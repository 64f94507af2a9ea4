"""What a teacher is: something that judges an attempt and, where it falls short, gives one hint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from arango_thinking.documents.layouts import Example
from arango_thinking.documents.trace import Attempt, Hint, Turn, Verdict


@dataclass(frozen=True, slots=True)
class Review:
    """A verdict on the latest attempt and the hint for the next one (None when none is needed)."""

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
        """A hint for a verdict that stands; `rejected` as in `Teacher.review`."""
        ...


class Candidate(Protocol):
    """A model on whose verdicts a run depends, and which is tried before it."""

    name: str

    async def judge_unaided(self, work: Work) -> Review:
        """The model's own verdict whatever comparing says, from one call. Raises `BadReplyError` when it is none."""
        ...


class Teacher(Protocol):
    """Judges and hints. Sees the reference answer; what it says must not reveal it."""

    name: str
    #: None when no model judges.
    candidate: Candidate | None

    async def review(
        self, example: Example, turns: Sequence[Turn], attempt: Attempt, rejected: Sequence[str] = ()
    ) -> Review:
        """Judge `attempt`, which follows `turns`.

        `rejected` holds why hints given for this very attempt were refused by the leak firewall; only the hint of
        such a review counts. Raises `BadReplyError` or `ModelError` when no verdict can be had.
        """
        ...
