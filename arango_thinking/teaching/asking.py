"""Ask a judge or a teacher: prompts in which all data is marked as data, and replies that follow a schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel

from arango_thinking.documents.layouts import Example
from arango_thinking.documents.trace import Verdict, dialogue_text
from arango_thinking.errors import BadReplyError
from arango_thinking.llm.base import ChatModel, Message, Sampling
from arango_thinking.llm.checking import whole
from arango_thinking.teaching.prompting import fill, material, passages, phrase
from arango_thinking.teaching.review import Work

Reply = TypeVar("Reply", bound=BaseModel)

#: How often one reply is drawn before a model that does not follow the schema is given up.
DRAWS = 3


@dataclass(frozen=True, slots=True)
class TeacherOptions:
    """How replies are drawn."""

    temperature: float = 0.8
    max_tokens: int = 500


class Asker:
    """Asks a chat model for replies that follow a schema."""

    def __init__(self, model: ChatModel, options: TeacherOptions) -> None:
        self.name = model.name
        self._model = model
        self._options = options

    async def ask(self, messages: list[Message], schema: type[Reply], draws: int = DRAWS) -> Reply:
        """Draw replies until one follows the schema. Raises `BadReplyError` when none of `draws` replies does."""
        for sample in range(draws - 1):
            try:
                return await self._draw(messages, schema, sample)
            except BadReplyError:
                continue
        return await self._draw(messages, schema, draws - 1)

    async def _draw(self, messages: list[Message], schema: type[Reply], sample: int) -> Reply:
        sampling = Sampling(self._options.max_tokens, self._options.temperature, sample)
        completion = await whole(self._model, messages, sampling, schema=schema)
        if not isinstance(completion.parsed, schema):
            raise BadReplyError(f"{self.name} gave no reply of the form {schema.__name__}.")
        return completion.parsed


def review_messages(work: Work) -> list[Message]:
    """The messages that ask for a verdict and a hint."""
    instructions = fill("teacher", judging=fill("judging"), hinting=fill("hinting"), data=fill("data"))
    return _messages(instructions, work, "")


def judge_messages(work: Work) -> list[Message]:
    """The messages that ask for a verdict alone."""
    return _messages(fill("judge", judging=fill("judging"), data=fill("data")), work, "")


def hint_messages(work: Work, verdict: Verdict | None, rejected: Sequence[str]) -> list[Message]:
    """The messages that ask for a hint alone. They say what the judge found wrong, and why hints were refused."""
    request = [_finding(verdict) if verdict else "", _rejected(rejected) if rejected else ""]
    instructions = fill("hint", hinting=fill("hinting"), data=fill("data"))
    return _messages(instructions, work, "\n\n".join(part for part in request if part))


def _messages(instructions: str, work: Work, request: str) -> list[Message]:
    return [
        {"role": "system", "content": instructions},
        {"role": "user", "content": fill("review", **_data(work.example), **_said(work), request=request)},
    ]


def _data(example: Example) -> dict[str, str]:
    return {
        "question": material(example.question),
        "evidence": material(passages(example.evidence)) or phrase("asking", "no_evidence"),
        "answer": material(example.answer),
    }


def _said(work: Work) -> dict[str, str]:
    parts = (dialogue_text(work.turns), work.attempt.text)
    return {
        "work": material("\n\n".join(part for part in parts if part)),
        "final_answer": material(work.attempt.answer),
    }


def _finding(verdict: Verdict) -> str:
    """What the judge found. It may quote the student, so it is marked as data too."""
    if not verdict.where_wrong and not verdict.missing:
        return ""
    return fill(
        "finding",
        where_wrong=material(verdict.where_wrong) or phrase("asking", "not_said"),
        missing=material("\n".join(f"- {part}" for part in verdict.missing)) or phrase("asking", "not_said"),
    )


def _rejected(reasons: Sequence[str]) -> str:
    return fill("rejected", reasons="\n".join(f"- {reason}" for reason in reasons))
