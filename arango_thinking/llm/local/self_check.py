"""Check that a model replies in a batch as it does alone: some versions of unsloth do not mask the padding."""

from __future__ import annotations

from collections.abc import Sequence

from arango_thinking.llm.local.chat_tokens import ChatTokens
from arango_thinking.llm.local.generation import Record, TorchEngine

#: Their lengths differ so much that a model which does not mask the padding replies differently.
QUESTIONS = (
    "What is 2 + 2?",
    "Which planet is nearest to the sun, and which is the farthest from it?",
    "A train leaves at nine in the morning and arrives at noon on the same day, without a stop on its way. "
    "Between the two towns lie 240 kilometres of track. How fast is it on average, in kilometres an hour?",
)
STEPS = 8
#: Two tokens whose scores differ by at most this are a tie: half precision rounds differently in a batch, so that
#: either of two almost equally likely tokens may win.
TIE = 0.5


def batches_as_alone(engine: TorchEngine, chat: ChatTokens) -> bool:
    """Whether the first tokens of a few greedy replies are the same in one batch as one by one, except for ties."""
    prompts = [chat.prompt([{"role": "user", "content": question}]) for question in QUESTIONS]
    together, _ = engine.greedy(prompts, STEPS)
    return all(_agrees(engine.greedy([prompt], STEPS), row) for prompt, row in zip(prompts, together, strict=True))


def _agrees(alone: tuple[list[list[int]], Record], batched: Sequence[int]) -> bool:
    (tokens,), record = alone
    for (token, other), (scores,) in zip(zip(tokens, batched, strict=False), record.scores, strict=False):
        if token != other:  # from here on the two replies may differ
            return bool(scores[token] - scores[other] <= TIE)
    return True
