"""The LLM judge and teacher: one structured call that judges and hints, or two calls when a separate judge is set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from arango_thinking.documents.layouts import Example
from arango_thinking.documents.trace import Attempt, Hint, Turn, Verdict
from arango_thinking.llm.base import ChatModel
from arango_thinking.matching import degenerate, match
from arango_thinking.teaching.asking import DRAWS, Asker, TeacherOptions, hint_messages, judge_messages, review_messages
from arango_thinking.teaching.hints import generic_hint
from arango_thinking.teaching.replies import HintReply, JudgeReply, ReviewReply, hint_of
from arango_thinking.teaching.review import Candidate, Hinter, Judge, Review, Work

__all__ = ["JudgedTeacher", "LLMJudge", "LLMTeacher", "TeacherOptions"]


@dataclass(frozen=True, slots=True)
class _Compared:
    """What matching says: a verdict when it is sure, and whether it refused the answer."""

    verdict: Verdict | None
    refused: bool = False


class LLMJudge:
    """Judges with a chat model, after deterministic matching.

    A degenerate answer, or one that matching accepts, costs no call. The model may rescue an answer that matching
    refuses; the verdict records that.
    """

    def __init__(self, model: ChatModel, options: TeacherOptions) -> None:
        self.name = model.name
        self._asker = Asker(model, options)

    async def judge(self, work: Work) -> Review:
        """See `Judge.judge`."""
        compared = _compare(work)
        if compared.verdict is not None:
            return Review(compared.verdict, None)
        return await self._asked(work, DRAWS, matched_wrong=compared.refused)

    async def judge_unaided(self, work: Work) -> Review:
        """See `Candidate.judge_unaided`."""
        return await self._asked(work, 1, matched_wrong=False)

    async def _asked(self, work: Work, draws: int, *, matched_wrong: bool) -> Review:
        reply = await self._asker.ask(judge_messages(work), JudgeReply, draws)
        return Review(reply.as_verdict(self.name, matched_wrong=matched_wrong), None)


class LLMTeacher:
    """Judges as `LLMJudge` does and gives a hint, in one call."""

    def __init__(self, model: ChatModel, options: TeacherOptions) -> None:
        self.name = model.name
        self.candidate: Candidate | None = self
        self._asker = Asker(model, options)

    async def review(
        self, example: Example, turns: Sequence[Turn], attempt: Attempt, rejected: Sequence[str] = ()
    ) -> Review:
        """See `Teacher.review`. After a refused hint, only another hint is asked for, because the verdict is given."""
        work = Work(example, turns, attempt)
        if rejected:
            return await self.hint(work, Verdict(False, 0.0, self.name), rejected)
        compared = _compare(work)
        if compared.verdict is None:
            return await self._asked(work, DRAWS, matched_wrong=compared.refused)
        return Review(compared.verdict, None if compared.verdict.correct else _nothing_to_hint_on(work))

    async def hint(self, work: Work, verdict: Verdict, rejected: Sequence[str] = ()) -> Review:
        """See `Hinter.hint`."""
        if _degenerate(work) is not None:
            return Review(verdict, _nothing_to_hint_on(work))
        reply = await self._asker.ask(hint_messages(work, verdict, rejected), HintReply)
        return Review(verdict, hint_of(reply.hint))

    async def judge_unaided(self, work: Work) -> Review:
        """See `Candidate.judge_unaided`. The model is asked as in a run, so it also writes a hint."""
        return await self._asked(work, 1, matched_wrong=False)

    async def _asked(self, work: Work, draws: int, *, matched_wrong: bool) -> Review:
        reply = await self._asker.ask(review_messages(work), ReviewReply, draws)
        verdict = reply.as_verdict(self.name, matched_wrong=matched_wrong)
        return Review(verdict, None if verdict.correct else hint_of(reply.hint))


class JudgedTeacher:
    """A judge decides, then the teacher hints on what the judge found: two calls."""

    def __init__(self, judge: Judge, teacher: Hinter, candidate: Candidate | None = None) -> None:
        self.name = f"{teacher.name}, judged by {judge.name}"
        self.candidate = candidate
        self._judge = judge
        self._teacher = teacher

    async def review(
        self, example: Example, turns: Sequence[Turn], attempt: Attempt, rejected: Sequence[str] = ()
    ) -> Review:
        """See `Teacher.review`. A refused hint does not cost a second judgement."""
        work = Work(example, turns, attempt)
        if rejected:
            return await self._teacher.hint(work, Verdict(False, 0.0, self.name), rejected)
        judged = await self._judge.judge(work)
        if judged.verdict.correct is not False:
            return replace(judged, hint=None)
        taught = await self._teacher.hint(work, judged.verdict, ())
        return Review(judged.verdict, taught.hint)


def _compare(work: Work) -> _Compared:
    reason = _degenerate(work)
    if reason is not None:
        return _Compared(Verdict(False, 0.0, "matching", reason))
    matched = match(work.example.question, work.example.answer, work.attempt.answer)
    if matched.correct:
        return _Compared(Verdict(True, 1.0, "matching", matched.reason))
    return _Compared(None, refused=matched.correct is False)


def _degenerate(work: Work) -> str | None:
    """Why the attempt holds no answer at all; `None` when it holds one."""
    hints = [turn.hint.text for turn in work.turns if turn.hint]
    return degenerate(work.example.question, work.attempt.answer, hints)


def _nothing_to_hint_on(work: Work) -> Hint:
    return Hint(generic_hint(len(work.turns)), "generic")
