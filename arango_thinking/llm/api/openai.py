"""Chat models behind any OpenAI-compatible API."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import orjson
from pydantic import BaseModel

from arango_thinking.choices import Continuation
from arango_thinking.llm.api.dialects import Dialect
from arango_thinking.llm.api.endpoint import Call, Endpoint
from arango_thinking.llm.api.limits import Limits
from arango_thinking.llm.api.refusals import RequestRefusedError
from arango_thinking.llm.api.replies import Reply
from arango_thinking.llm.base import Completion, Message, Sampling
from arango_thinking.llm.checking import REFUSAL, Asked, checked
from arango_thinking.llm.prices import Price, listed_price
from arango_thinking.prompt_files import fill

logger = logging.getLogger(__name__)

#: The package whose `prompts` folder holds the text that this backend adds to messages.
_PACKAGE = "arango_thinking.llm"
#: OpenAI's reasoning models take no temperature, and have another name for the token limit.
_REASONING = ("o1", "o3", "o4", "gpt-5")
_CHARACTERS_PER_TOKEN = 4
#: Prompts shorter than this fit into any context.
_SHORT_PROMPT = 6000
#: More characters for each token than texts have; fewer are too many where the count is a round size of a context.
_WIDEST_TOKEN, _WIDE_TOKEN = 10.0, 5.0
#: The ways to ask for a schema, best first. When a server does not know one, the next is used from then on.
ResponseFormat = Literal["json_schema", "json_object", "text"]
_FORMATS: tuple[ResponseFormat, ...] = ("json_schema", "json_object", "text")
_REFUSES_FORMAT = re.compile(r"format|schema|json|structured", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach an OpenAI-compatible API. `extra_body` is added to each request.

    `limits` are for a model that opens an endpoint of its own.
    """

    url: str | None = None
    api_key: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 120.0
    continuation: Continuation = Continuation.EMULATED
    seed: int | None = None
    extra_body: dict[str, Any] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


class OpenAIModel:
    """One model behind an OpenAI-compatible API. Without an `endpoint` to share, it opens one of its own."""

    def __init__(self, name: str, connection: Connection, endpoint: Endpoint | None = None) -> None:
        self.name = name
        self.continues = connection.continuation is not Continuation.EMULATED
        self._connection = connection
        self._format: ResponseFormat = "json_schema"
        self._dialect = Dialect(name)
        self._told_of_cut = False
        self._owns_endpoint = endpoint is None
        self._endpoint = endpoint or Endpoint(connection.url, connection.api_key, connection.limits, connection.headers)

    @property
    def price(self) -> Price | None:
        """The list price of the model at the provider behind the URL; `None` where it is not listed."""
        return listed_price(self.name, self._connection.url)

    async def complete(
        self,
        messages: Sequence[Message],
        sampling: Sampling,
        *,
        schema: type[BaseModel] | None = None,
        continue_final: bool = False,
    ) -> Completion:
        """See `ChatModel.complete`. The endpoint decides what is retried, and how often."""
        body = self._body(list(messages), sampling)
        if continue_final:
            body |= _continued(messages, self._connection.continuation)
        reply = await (self._ask(body, sampling) if schema is None else self._ask_for(schema, body, sampling))
        self._notice_cut_prompt(messages, reply)
        text = reply.text.removeprefix(messages[-1]["content"]) if continue_final else reply.text
        if schema is not None:
            text = text or reply.arguments
        completion = Completion(
            text=reply.refusal or text,
            parsed=None,
            usage=reply.usage,
            finish_reason=REFUSAL if reply.refusal else reply.finish_reason,
            reasoning=reply.reasoning,
        )
        return checked(completion, schema, Asked(self.name, sampling.max_tokens))

    def _notice_cut_prompt(self, messages: Sequence[Message], reply: Reply) -> None:
        """Tell once of a server that seems to have read only a part of the prompt, as Ollama does without a word."""
        characters, tokens = sum(len(message["content"]) for message in messages), reply.usage.prompt_tokens
        if self._told_of_cut or reply.usage.unmetered or characters < _SHORT_PROMPT:
            return
        is_size_of_context = tokens % 1024 == 0
        if characters > tokens * (_WIDE_TOKEN if is_size_of_context else _WIDEST_TOKEN):
            self._told_of_cut = True
            logger.warning(
                "%s counts %d tokens in a prompt of %d characters: it seems to have cut the prompt. Give it a larger "
                "context (Ollama: OLLAMA_CONTEXT_LENGTH, or num_ctx; llama.cpp: --ctx-size).",
                self.name,
                tokens,
                characters,
            )

    def _body(self, messages: list[Message], sampling: Sampling) -> dict[str, Any]:
        body: dict[str, Any] = {"model": self.name, "messages": messages}
        if self.name.startswith(_REASONING):
            body["max_completion_tokens"] = sampling.max_tokens
        else:
            body |= {"max_tokens": sampling.max_tokens, "temperature": sampling.temperature}
        if sampling.stop:
            body["stop"] = list(sampling.stop)
        if self._connection.seed is not None:
            body["seed"] = (self._connection.seed * 1009 + sampling.sample) % 2**31
        return body | self._connection.extra_body

    async def _ask(self, body: dict[str, Any], sampling: Sampling) -> Reply:
        characters = sum(len(message["content"]) for message in body["messages"])
        while True:
            sent = self._dialect.spoken(body)
            call = Call(
                model=self.name,
                body=orjson.dumps(sent),
                tokens=characters // _CHARACTERS_PER_TOKEN + sampling.max_tokens,
                timeout=self._connection.timeout,
            )
            try:
                return await self._endpoint.ask(call)
            except RequestRefusedError as error:
                if not self._dialect.learn(error.said, sent):
                    raise

    async def _ask_for(self, schema: type[BaseModel], body: dict[str, Any], sampling: Sampling) -> Reply:
        while True:
            asked = self._format
            try:
                reply = await self._ask(body | _formatted(body["messages"], asked, schema), sampling)
            except RequestRefusedError as error:
                if asked == _FORMATS[-1] or not _REFUSES_FORMAT.search(str(error)):
                    raise
                self._step_down(asked, f"it is refused: {error}")
                continue
            if reply.finish_reason == "stop" and reply.text.strip() and "{" not in reply.text:
                self._step_down(asked, "it is ignored")
            return reply

    def _step_down(self, asked: ResponseFormat, reason: str) -> None:
        """Ask in the next format from now on, unless another call has done so already or `asked` is the last."""
        if self._format == asked != _FORMATS[-1]:
            self._format = _FORMATS[_FORMATS.index(asked) + 1]
            logger.info("%s: response_format %s is not used any more: %s", self.name, asked, reason)

    async def aclose(self) -> None:
        if self._owns_endpoint:
            await self._endpoint.aclose()


def _continued(messages: Sequence[Message], continuation: Continuation) -> dict[str, Any]:
    """The parts of a request that make the reply continue the last message."""
    if continuation is Continuation.EMULATED:
        return {"messages": _with_request(messages)}
    if continuation is Continuation.VLLM:
        return {"continue_final_message": True, "add_generation_prompt": False}
    if continuation is Continuation.PREFIX:
        return {"messages": [*messages[:-1], {**messages[-1], "prefix": True}]}
    return {}


def _with_request(messages: Sequence[Message]) -> list[Message]:
    """For APIs without prefix continuation: the prompt asks for what comes next."""
    ask: Message = {
        "role": "user",
        "content": fill(_PACKAGE, "continue"),
    }
    return [*messages, ask]


def _formatted(messages: list[Message], asked: ResponseFormat, schema: type[BaseModel]) -> dict[str, Any]:
    """The parts of a request that ask for an object. Where the server cannot enforce the schema, the prompt has it."""
    if asked == "json_schema":
        return {"response_format": _json_schema(schema)}
    told: Message = {**messages[-1], "content": messages[-1]["content"] + _instruction(schema)}
    parts: dict[str, Any] = {"messages": [*messages[:-1], told]}
    return parts | ({"response_format": {"type": "json_object"}} if asked == "json_object" else {})


@cache
def _json_schema(schema: type[BaseModel]) -> orjson.Fragment:
    described = {"name": schema.__name__, "schema": schema.model_json_schema(), "strict": True}
    return orjson.Fragment(orjson.dumps({"type": "json_schema", "json_schema": described}))


@cache
def _instruction(schema: type[BaseModel]) -> str:
    described = orjson.dumps(schema.model_json_schema()).decode()
    return f"\n\n{fill(_PACKAGE, 'json_object', schema=described)}"
