"""Hints that say nothing about the answer: for when a better one would reveal it, and for verifying a right answer."""

from __future__ import annotations

from arango_thinking.documents.trace import AHA
from arango_thinking.teaching.prompting import phrases


def generic_hint(turn: int) -> str:
    """A hint for the attempt numbered `turn` (from 0); the next turn gets another one."""
    return _chosen("generic", turn)


def verification_hint(turn: int) -> str:
    """What leads into checking a right answer, reached in the turn numbered `turn` (from 0)."""
    return _chosen("verification", turn)


def fresh_start_hint() -> str:
    """What leads from attempts that failed into reasoning that does not build on them."""
    return AHA + str(phrases("hints")["fresh_start"])


def _chosen(kind: str, turn: int) -> str:
    texts = phrases("hints")[kind]
    return AHA + str(texts[turn % len(texts)])
