"""The LLM teacher and judge: one structured call that judges and hints, or two when a judge of its own is set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import BaseModel, ConfigDict

from arango_thinking.documents import Example
from arango_thinking.errors import BadReplyError
from arango_thinking.llm.base import ChatModel, Completion, Message, Sampling
from arango_thinking.teaching.hints import generic_hint
from arango_thinking.teaching.matching import degenerate, match
from arango_thinking.teaching.prompting import fill, passages, quote
from arango_thinking.teaching.review import Review, Teacher
from arango_thinking.trace import AHA, Attempt, Hint, Turn, Verdict, dialogue_text

#: Draws of one review before a teacher that writes none is given up.
DRAWS = 3


class ReviewReply(BaseModel):
    """What the model is asked to fill in."""

    # Strict in what is asked for, lenient in what is taken.
    model_config = ConfigDict(extra="ignore", json_schema_extra={"additionalProperties": False})

    verdict: Literal["correct", "incorrect", "cannot_tell", "reference_suspect"]
    score: float
    where_wrong: str
    missing: list[str]
    hint: str


@dataclass(frozen=True, slots=True)
class TeacherOptions:
    """How replies are drawn."""

    temperature: float = 0.8
    max_tokens: int = 500


class LLMTeacher:
    """Judges and hints with a chat model, after deterministic matching.

    A degenerate answer and one that matching accepts cost no call; one that matching refuses may be rescued by the
    model, with a record.
    """

    def __init__(self, model: ChatModel, options: TeacherOptions) -> None:
        self.name = model.name
        self._model = model
        self._options = options

    async def review(
        self, example: Example, turns: Sequence[Turn], attempt: Attempt, rejected: Sequence[str] = ()
    ) -> Review:
        """See `Teacher.review`."""
        reason = degenerate(example.question, attempt.answer, [turn.hint.text for turn in turns if turn.hint])
        if reason is not None:
            return Review(Verdict(False, 0.0, "matching", reason), Hint(generic_hint(len(turns)), "generic"))
        matched = match(example.question, example.answer, attempt.answer)
        if matched.correct:
            return Review(Verdict(True, 1.0, "matching", matched.reason), None)
        completion = await self._ask(review_messages(example, turns, attempt, rejected))
        reply = completion.parsed
        if not isinstance(reply, ReviewReply):
            raise BadReplyError(f"{self.name} gave no review.")
        verdict = _verdict(reply, self.name, matched_wrong=matched.correct is False)
        return Review(verdict, None if verdict.correct else _hint(reply.hint), completion.usage)

    async def _ask(self, messages: list[Message]) -> Completion:
        """A reply of the schema, drawn again a few times when it is none."""
        for sample in range(DRAWS - 1):
            try:
                return await self._draw(messages, sample)
            except BadReplyError:
                continue
        return await self._draw(messages, DRAWS - 1)

    async def _draw(self, messages: list[Message], sample: int) -> Completion:
        sampling = Sampling(self._options.max_tokens, self._options.temperature, sample)
        return await self._model.complete(messages, sampling, schema=ReviewReply)


class JudgedTeacher:
    """A judge decides, then the teacher hints: two calls."""

    def __init__(self, judge: Teacher, teacher: Teacher) -> None:
        self.name = f"{teacher.name}, judged by {judge.name}"
        self._judge = judge
        self._teacher = teacher

    async def review(
        self, example: Example, turns: Sequence[Turn], attempt: Attempt, rejected: Sequence[str] = ()
    ) -> Review:
        """See `Teacher.review`. A refused hint does not cost a second judgement."""
        if rejected:
            return await self._teacher.review(example, turns, attempt, rejected)
        judged = await self._judge.review(example, turns, attempt)
        if judged.verdict.correct is not False:
            return replace(judged, hint=None)
        taught = await self._teacher.review(example, turns, attempt)
        return Review(judged.verdict, taught.hint, judged.usage + taught.usage)


def review_messages(
    example: Example, turns: Sequence[Turn], attempt: Attempt, rejected: Sequence[str]
) -> list[Message]:
    """The prompt of one review; all data stands between the material marks."""
    asked = ""
    if rejected:
        reasons = "\n".join(f"- {reason}" for reason in rejected)
        asked = f"Your earlier hints for this attempt were refused. Write a different one.\n{reasons}"
    review = fill(
        "review",
        question=_material(example.question),
        evidence=_material(passages(example.evidence)) or "(none)",
        answer=_material(example.answer),
        work=_material("\n\n".join(part for part in (dialogue_text(turns), attempt.text) if part)),
        final_answer=_material(attempt.answer),
        rejected=asked,
    )
    return [{"role": "system", "content": fill("teacher")}, {"role": "user", "content": review}]


def _material(text: str) -> str:
    """Data that cannot close the material marks around it."""
    return quote(text).replace("</material", "</ material")


def _verdict(reply: ReviewReply, method: str, *, matched_wrong: bool) -> Verdict:
    correct = {"correct": True, "incorrect": False}.get(reply.verdict)
    return Verdict(
        correct=correct,
        score=min(1.0, max(0.0, reply.score)),
        method=method,
        where_wrong=reply.where_wrong,
        missing=tuple(reply.missing),
        reference_suspect=reply.verdict == "reference_suspect",
        rescued=bool(correct) and matched_wrong,
    )


def _hint(text: str) -> Hint | None:
    """The hint with its opening; None for an empty one, which the dialogue replaces by a generic hint."""
    said = " ".join(text.split()).removeprefix("Aha!").strip()
    return Hint(AHA + said, "teacher") if said else None
