"""Hints that say nothing about the answer. They replace hints that would reveal it, or ask to verify a right answer."""

from __future__ import annotations

from arango_thinking.documents.trace import AHA
from arango_thinking.teaching.prompting import phrases


def generic_hint(turn: int) -> str:
    """A hint for the attempt numbered `turn` (from 0); the next turn gets another one."""
    return _chosen("generic", turn)


def verification_hint(turn: int) -> str:
    """A hint to check a right answer that was reached in the turn numbered `turn` (from 0)."""
    return _chosen("verification", turn)


def fresh_start_hint() -> str:
    """A hint to start new reasoning that does not build on the failed attempts."""
    return AHA + str(phrases("hints")["fresh_start"])


def _chosen(kind: str, turn: int) -> str:
    texts = phrases("hints")[kind]
    return AHA + str(texts[turn % len(texts)])
