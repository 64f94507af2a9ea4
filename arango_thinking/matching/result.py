"""The result of comparing an answer with the reference."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """The result of one comparison.

    `correct` says whether the answer is the reference answer; it is `None` when the comparison cannot decide.
    `missing` holds key terms of the reference that the answer lacks. Only the teacher may see them.
    """

    correct: bool | None
    score: float
    reason: str
    missing: tuple[str, ...] = ()


def correct(reason: str) -> Match:
    """A result that calls the answer right."""
    return Match(True, 1.0, reason)


def incorrect(reason: str, missing: tuple[str, ...] = ()) -> Match:
    """A result that calls the answer wrong."""
    return Match(False, 0.0, reason, missing)


def undecided(reason: str, score: float = 0.5, missing: tuple[str, ...] = ()) -> Match:
    """A result that does not decide."""
    return Match(None, score, reason, missing)
