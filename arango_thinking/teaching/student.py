"""The student: answers from an allow-list of what it may see, and goes on from its own text after a hint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from arango_thinking.documents import Example
from arango_thinking.errors import BadReplyError
from arango_thinking.llm.base import ChatModel, Message, Sampling
from arango_thinking.teaching.leaks import speaks_of_teaching
from arango_thinking.teaching.matching import final_answer
from arango_thinking.teaching.prompting import fill, passages, quote
from arango_thinking.trace import Attempt, Turn, Usage, dialogue_text

ANSWER = "Answer:"
#: A final answer is a line; this many tokens hold a long one.
ANSWER_TOKENS = 64


@dataclass(frozen=True, slots=True)
class StudentOptions:
    """How the student answers."""

    temperature: float = 0.7
    max_tokens: int = 500
    sees_evidence: bool = True


class Student:
    """Attempts an example with a chat model."""

    def __init__(self, model: ChatModel, options: StudentOptions) -> None:
        self._model = model
        self._options = options

    async def attempt(self, example: Example, turns: Sequence[Turn], sample: int) -> tuple[Attempt, Usage]:
        """The next attempt after `turns`; `sample` numbers redraws of one attempt.

        Raises `BadReplyError` when the model writes nothing that can be kept.
        """
        messages = student_messages(example, self._options.sees_evidence)
        prefix = dialogue_text(turns) + "\n\n" if turns else ""
        text, usage = await self._write(messages, prefix, sample)
        if speaks_of_teaching(text):
            raise BadReplyError("The student's text speaks of a teacher or a hint.")
        if ANSWER.casefold() not in text.casefold() and self._model.continues:
            text, more = await self._elicit_answer(messages, prefix + text)
            text = text[len(prefix) :]
            usage += more
        if not text.strip():
            raise BadReplyError("The student wrote nothing.")
        return Attempt(text.strip(), final_answer(text)), usage

    async def _write(self, messages: list[Message], prefix: str, sample: int) -> tuple[str, Usage]:
        sampling = Sampling(self._options.max_tokens, self._options.temperature, sample)
        return await self._go_on(messages, prefix, sampling)

    async def _elicit_answer(self, messages: list[Message], text: str) -> tuple[str, Usage]:
        """Zero-shot chain of thought in two stages (Kojima et al. 2022): the reasoning, then the answer alone."""
        prefix = f"{text.rstrip()}\n\n{ANSWER}"
        answer, usage = await self._go_on(messages, prefix, Sampling(ANSWER_TOKENS, 0.0, stop=("\n",)))
        return f"{prefix} {answer.strip()}", usage

    async def _go_on(self, messages: list[Message], prefix: str, sampling: Sampling) -> tuple[str, Usage]:
        if prefix:
            messages = [*messages, {"role": "assistant", "content": prefix}]
        reply = await self._model.complete(messages, sampling, continue_final=bool(prefix))
        return reply.text, reply.usage


def student_messages(example: Example, sees_evidence: bool) -> list[Message]:
    """The allow-list: question, context and evidence. Never the reference answer or the old thinking."""
    material = [quote(example.context)] if example.context else []
    if sees_evidence and example.evidence:
        material.append(f"Passages:\n{passages(example.evidence)}")
    question = fill("question", material="\n\n".join(material), question=quote(example.question))
    return [{"role": "system", "content": fill("student")}, {"role": "user", "content": question}]
