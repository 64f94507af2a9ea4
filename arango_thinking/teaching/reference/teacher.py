"""The reference teacher: judges by matching and hints from the evidence or the attempt itself, without a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, product

from arango_thinking.documents.layouts import Example
from arango_thinking.documents.trace import AHA, Attempt, Hint, Turn, Verdict
from arango_thinking.firewall import leak, speaks_of_teaching
from arango_thinking.matching import Match, marked_answer, match
from arango_thinking.teaching.hints import generic_hint
from arango_thinking.teaching.reference.cues import Situation, hints_for
from arango_thinking.teaching.review import Candidate, Review, Work

_METHOD = "matching"
#: How many generic hints are given alone before two are joined.
_GENERIC = 4


class ReferenceTeacher:
    """A `Teacher` that needs no model and works offline. The same input gives the same review.

    What matching cannot decide counts as not correct, so that the student tries again. `Verdict.correct` is `None`
    only when the reference is empty, so that there is nothing to compare with.
    """

    name = "reference"
    candidate: Candidate | None = None

    async def review(
        self, example: Example, turns: Sequence[Turn], attempt: Attempt, rejected: Sequence[str] = ()
    ) -> Review:
        """See `Teacher.review`. A later turn gets a more revealing hint. After a refusal, the hint is more careful."""
        if not example.answer.strip():
            return Review(Verdict(None, 0.0, _METHOD, "There is no reference answer to compare with."), None)
        example = replace(example, answer=marked_answer(example.answer))
        matched = match(example.question, example.answer, attempt.answer)
        if matched.correct:
            return Review(_verdict(matched), None)
        given = {turn.hint.text for turn in turns if turn.hint is not None}
        hint = _hint(Situation(example, attempt, matched.missing), given, len(turns), len(rejected))
        return Review(_verdict(matched), hint)

    async def judge(self, work: Work) -> Review:
        """See `Judge.judge`."""
        return replace(await self.review(work.example, work.turns, work.attempt), hint=None)

    async def hint(self, work: Work, verdict: Verdict, rejected: Sequence[str]) -> Review:
        """See `Hinter.hint`. What matching finds missing decides which hint is given, not what the judge says."""
        hinted = await self.review(work.example, work.turns, work.attempt, rejected)
        return Review(verdict, hinted.hint)


def _verdict(matched: Match) -> Verdict:
    reason = matched.reason if matched.correct is not None else f"Comparing cannot call it right: {matched.reason}"
    return Verdict(bool(matched.correct), matched.score, _METHOD, reason, missing=matched.missing)


def _hint(situation: Situation, given: set[str], turn: int, refused: int) -> Hint:
    """The next hint of the ladder that was not given before.

    After a refusal it quotes no evidence. Each further refusal moves one more hint along the ladder.
    """
    usable = (hint for hint in _ladder(situation, turn) if hint.text not in given and _harmless(hint, situation))
    if refused:
        usable = (hint for hint in usable if hint.kind != "evidence")
    for _ in range(refused - 1):
        next(usable, None)
    return next(usable, Hint(generic_hint(turn), "generic"))


def _ladder(situation: Situation, turn: int) -> Iterator[Hint]:
    return chain(hints_for(situation), (Hint(text, "generic") for text in _generic_hints(turn)))


def _generic_hints(turn: int) -> Iterator[str]:
    """Generic hints, the one for this turn first. Pairs of them follow, so that a long dialogue need not repeat one."""
    texts = [generic_hint(turn + further) for further in range(_GENERIC)]
    yield from texts
    yield from (f"{one} {other.removeprefix(AHA)}" for one, other in product(texts, texts) if one != other)


def _harmless(hint: Hint, situation: Situation) -> bool:
    example = situation.example
    if speaks_of_teaching(hint.text):
        return False
    return leak(hint.text, question=example.question, reference=example.answer) is None
