"""What a comparison of an answer with the reference gives."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """Whether an answer is the reference answer: True, False, or None when that cannot be told.

    `missing` holds key terms of the reference that the answer lacks: for the teacher's eyes only.
    """

    correct: bool | None
    score: float
    reason: str
    missing: tuple[str, ...] = ()


def correct(reason: str) -> Match:
    """The answer is right."""
    return Match(True, 1.0, reason)


def incorrect(reason: str, missing: tuple[str, ...] = ()) -> Match:
    """The answer is wrong."""
    return Match(False, 0.0, reason, missing)


def undecided(reason: str, score: float = 0.5, missing: tuple[str, ...] = ()) -> Match:
    """It cannot be told by comparing."""
    return Match(None, score, reason, missing)
