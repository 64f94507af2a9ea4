from __future__ import annotations

from collections.abc import Sequence
from dataclasses import FrozenInstanceError

import pytest
from pydantic import BaseModel

from arango_thinking.llm.base import ChatModel, Completion, Message, Sampling
from arango_thinking.usage import Usage


class Echo:
    """A model of one's own needs no base class: it says what it was told."""

    name = "echo"
    continues = True

    async def complete(
        self,
        messages: Sequence[Message],
        sampling: Sampling,
        *,
        schema: type[BaseModel] | None = None,  # noqa: ARG002
        continue_final: bool = False,  # noqa: ARG002
    ) -> Completion:
        return Completion(messages[-1]["content"][: sampling.max_tokens], None, Usage(calls=1), "stop")

    async def aclose(self) -> None: ...


async def test_any_class_with_the_method_is_a_model() -> None:
    model: ChatModel = Echo()
    reply = await model.complete([{"role": "user", "content": "one two"}], Sampling(max_tokens=3, temperature=0.0))
    assert (reply.text, reply.usage.calls) == ("one", 1)


def test_a_first_draw_stops_nowhere() -> None:
    sampling = Sampling(max_tokens=3, temperature=0.5)
    assert (sampling.sample, sampling.stop) == (0, ())


def test_sampling_and_completion_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Sampling(3, 0.5).max_tokens = 4  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        Completion("", None, Usage(), "stop").text = "x"  # type: ignore[misc]
