"""What a teacher is: something that judges an attempt and, where it falls short, gives one hint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from arango_thinking.documents import Example
from arango_thinking.trace import NO_USAGE, Attempt, Hint, Turn, Usage, Verdict


@dataclass(frozen=True, slots=True)
class Review:
    """A verdict on the latest attempt and the hint for the next one (None when none is needed)."""

    verdict: Verdict
    hint: Hint | None
    usage: Usage = NO_USAGE


class Teacher(Protocol):
    """Judges and hints. Sees the reference answer; what it says must not reveal it."""

    name: str

    async def review(
        self, example: Example, turns: Sequence[Turn], attempt: Attempt, rejected: Sequence[str] = ()
    ) -> Review:
        """Judge `attempt`, which follows `turns`.

        `rejected` holds why hints given for this very attempt were refused by the leak firewall.
        Raises `BadReplyError` or `ModelError` when no verdict can be had.
        """
        ...
