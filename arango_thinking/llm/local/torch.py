"""A model run in this process by torch. Importing this module imports torch."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel

from arango_thinking.errors import ModelError
from arango_thinking.llm.base import Completion, Message, Sampling
from arango_thinking.llm.checking import Asked, checked
from arango_thinking.llm.local.batching import Batcher, BatchOptions, BatchTooLargeError, Request
from arango_thinking.llm.local.chat_tokens import ChatTokens
from arango_thinking.llm.local.generation import TorchEngine
from arango_thinking.llm.local.self_check import batches_as_alone
from arango_thinking.llm.local.torch_loading import Loaded
from arango_thinking.llm.prices import FREE
from arango_thinking.usage import Usage

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TorchOptions:
    """The most replies generated together, and the seed that random draws depend on."""

    batch_size: int = 8
    seed: int = 0


class TorchModel:
    """A loaded model, with native continuation of the assistant's message.

    Requests that wait are generated in one batch by one worker thread, so that the event loop stays free. The same
    prompt, seed and sample number draw the same random numbers in any batch, on any machine. So they give the same
    reply, except when a drawn number lies so close to the border between two tokens that a batch of other lengths, or
    other hardware, rounds to the other token. A reply to a schema is parsed; its generation is not constrained.

    Raises `ConfigurationError` for a model without a chat template. Creating it tries the model out, which takes a
    moment; do it outside the event loop.
    """

    continues = True
    price = FREE

    def __init__(self, loaded: Loaded, options: TorchOptions) -> None:
        self.name = loaded.name
        self._context_tokens = loaded.context_tokens
        self._chat = ChatTokens(loaded.tokenizer, loaded.name, loaded.ends)
        engine = TorchEngine(loaded.model, self._chat, loaded.name, options.seed)
        #: The most replies generated together; 1 when the model does not reply in a batch as it does alone.
        self.batch_size = self._checked_size(engine, options.batch_size)
        self._batcher = Batcher(engine, BatchOptions(self.batch_size, loaded.context_tokens))

    async def complete(
        self,
        messages: Sequence[Message],
        sampling: Sampling,
        *,
        schema: type[BaseModel] | None = None,
        continue_final: bool = False,
    ) -> Completion:
        """See `ChatModel.complete`. A reply ends early when the model's context is full."""
        prompt = self._chat.prompt(messages, continue_final)
        reply = await self._batcher.submit(Request(prompt, self._within_context(len(prompt), sampling)))
        completion = Completion(reply.text, None, Usage(len(prompt), reply.tokens, 1), reply.finish_reason)
        return checked(completion, schema, Asked(self.name, sampling.max_tokens))

    async def aclose(self) -> None:
        await self._batcher.aclose()

    def _within_context(self, prompt_tokens: int, sampling: Sampling) -> Sampling:
        room = self._context_tokens - prompt_tokens
        if room < 1:
            raise ModelError(
                f"The prompt has {prompt_tokens} tokens, but {self.name} holds only {self._context_tokens}: "
                "shorten the evidence or lower max_iterations."
            )
        return replace(sampling, max_tokens=min(room, sampling.max_tokens))

    def _checked_size(self, engine: TorchEngine, wanted: int) -> int:
        if wanted == 1:
            return 1
        try:
            if batches_as_alone(engine, self._chat):
                return wanted
            trouble = "replies differently in a batch than alone"
        except BatchTooLargeError:
            trouble = "runs out of memory on three short prompts"
        logger.warning("%s %s, so it replies one by one, which is slower.", self.name, trouble)
        return 1
