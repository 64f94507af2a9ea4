"""Hints that say nothing about the answer: for when a better one would reveal it, and for verifying a right answer."""

from __future__ import annotations

from arango_thinking.documents.trace import AHA

_GENERIC = (
    "I went too fast. I should go back to what exactly is being asked and build the answer up from there.",
    "One of my steps does not hold. I should take them one at a time and check each before I use it.",
    "I should set my earlier answer aside and solve this afresh, from only what I was given.",
    "I should ask what kind of answer is wanted here, and whether mine is of that kind and complete.",
)
_VERIFICATION = (
    "Before I settle on this, I should check it step by step against the question and what I was given.",
    "I can test this from the other end: if my answer is right, does everything I was given fit it?",
    "I should make sure that I answer all of the question, and no more than the question.",
)
_FRESH_START = "None of this holds together yet. I should begin again and take what I was given in order."


def generic_hint(turn: int) -> str:
    """A hint for the attempt numbered `turn` (from 0); the next turn gets another one."""
    return AHA + _GENERIC[turn % len(_GENERIC)]


def verification_hint(turn: int) -> str:
    """What leads into checking a right answer, reached in the turn numbered `turn` (from 0)."""
    return AHA + _VERIFICATION[turn % len(_VERIFICATION)]


def fresh_start_hint() -> str:
    """What leads from attempts that failed into reasoning that does not build on them."""
    return AHA + _FRESH_START
