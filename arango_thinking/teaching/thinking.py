"""Render a trace as thinking that does not reveal the answer and is not too long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from arango_thinking.documents.layouts import Example
from arango_thinking.documents.trace import Trace, Turn, render
from arango_thinking.errors import BadReplyError
from arango_thinking.firewall import without_leaks


def thinking_of(trace: Trace, example: Example, thinking_format: str, longest: int | None = None) -> str:
    """The rendered thinking, of at most `longest` characters.

    When the trace did not end right, the sentences that give the reference answer away are left out. Thinking that is
    too long loses whole turns: first the earliest wrong ones, then the verifications, the last one first. Raises
    `BadReplyError` when nothing is left, and when one attempt alone is too long.
    """
    turns = tuple(turn for turn in told_trace(trace, example).turns if turn.attempt.text.strip())
    if not turns:
        raise BadReplyError("Nothing of the attempts can be kept as thinking.")
    thinking = ""
    for fewer in _ever_fewer(turns):
        thinking = render(replace(trace, turns=fewer), thinking_format).strip()
        if not longest or len(thinking) <= longest:
            return thinking
    raise BadReplyError(f"The thinking has {len(thinking)} characters at its shortest; {longest} are allowed.")


def told_trace(trace: Trace, example: Example) -> Trace:
    """The trace in the form that may be stored.

    When it did not end right, the sentences that give the reference answer away are left out.
    """
    if trace.ends_right:
        return trace
    return replace(trace, turns=tuple(_without_leaks(turn, example) for turn in trace.turns))


def _without_leaks(turn: Turn, example: Example) -> Turn:
    text = without_leaks(turn.attempt.text, question=example.question, reference=example.answer)
    return replace(turn, attempt=replace(turn.attempt, text=text))


def _ever_fewer(turns: tuple[Turn, ...]) -> Iterator[tuple[Turn, ...]]:
    """Yield all turns, then fewer and fewer, down to the first right one, or to the last when none is right."""
    turns = (*turns[:-1], replace(turns[-1], hint=None))
    yield turns
    while len(turns) > 1:
        first_is_right = turns[0].verdict.correct
        turns = (*turns[:-2], replace(turns[-2], hint=None)) if first_is_right else turns[1:]
        yield turns
