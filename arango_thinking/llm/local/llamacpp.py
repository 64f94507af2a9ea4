"""A GGUF file run in this process by llama.cpp, which serves an OpenAI-compatible API on loopback."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from arango_thinking.choices import Continuation
from arango_thinking.errors import ConfigurationError, UnavailableError
from arango_thinking.llm.api.openai import Connection, OpenAIModel
from arango_thinking.llm.base import Completion, Message, Sampling
from arango_thinking.llm.prices import FREE

#: llama.cpp shares one context between its slots; a dialogue needs room for evidence, attempts and hints.
CONTEXT_TOKENS = 4096
SLOTS = 4


@dataclass(frozen=True, slots=True)
class LlamaOptions:
    """How to run the file: how many dialogues are decoded together, how many tokens each may hold, and the seed."""

    slots: int = SLOTS
    context_tokens: int = CONTEXT_TOKENS
    seed: int = 0
    timeout: float = 600.0


class LlamaModel:
    """A GGUF model with continuous batching over `slots` and native continuation of the assistant's message.

    Raises `ConfigurationError` when xllamacpp is missing or the file is not there, `UnavailableError` when
    llama.cpp cannot load it. Loading takes a second for the default model; do it outside the event loop.
    """

    continues = True
    price = FREE

    def __init__(self, path: Path, options: LlamaOptions) -> None:
        self._server = _serve(path, options)
        self.name = path.stem
        #: The OpenAI-compatible API of this process, on loopback.
        self.url = f"{self._server.listening_address}/v1"
        connection = Connection(
            url=self.url,
            timeout=options.timeout,
            continuation=Continuation.LLAMA,
            seed=options.seed,
            extra_body={"cache_prompt": True},
        )
        self._model = OpenAIModel(self.name, connection)

    async def complete(
        self,
        messages: Sequence[Message],
        sampling: Sampling,
        *,
        schema: type[BaseModel] | None = None,
        continue_final: bool = False,
    ) -> Completion:
        """See `ChatModel.complete`."""
        return await self._model.complete(messages, sampling, schema=schema, continue_final=continue_final)

    async def aclose(self) -> None:
        """Close the connections and stop llama.cpp, which frees the model's memory."""
        await self._model.aclose()
        self._server = None


def _serve(path: Path, options: LlamaOptions) -> Any:
    try:
        import xllamacpp
    except ImportError as error:
        raise ConfigurationError(
            f"Running {path.name} needs llama.cpp: pip install 'arango-thinking[local]'."
        ) from error
    if not path.is_file():
        raise ConfigurationError(f"There is no model file {path}.")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    parameters.n_parallel = options.slots
    parameters.n_ctx = options.slots * options.context_tokens
    parameters.cpuparams.n_threads = max(1, len(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else 0
    parameters.verbosity = -1
    try:
        return xllamacpp.Server(parameters)
    except RuntimeError as error:
        raise UnavailableError(f"llama.cpp cannot load {path}: {error}. Is it a GGUF file?") from error
