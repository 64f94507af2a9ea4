"""Any OpenAI-compatible API, through the `openai` package."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import openai
from openai.types.chat import ChatCompletion
from pydantic import BaseModel
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from arango_thinking.errors import BadReplyError, ConfigurationError, ModelError, UnavailableError
from arango_thinking.llm.base import Completion, Message, Sampling
from arango_thinking.llm.replies import checked
from arango_thinking.trace import Usage

logger = logging.getLogger(__name__)

_REQUEST_TIMEOUT = 408
_RETRIED = (
    openai.APIConnectionError,
    openai.APITimeoutError,
    openai.RateLimitError,
    openai.InternalServerError,
    openai.ConflictError,
    openai.APIResponseValidationError,
)
#: OpenAI's reasoning models take no temperature, and another name for the limit.
_REASONING = ("o1", "o3", "o4", "gpt-5")
#: How a schema is asked for, best first; a server that refuses one is asked with the next from then on.
ResponseFormat = Literal["json_schema", "json_object", "text"]
_FORMATS: tuple[ResponseFormat, ...] = ("json_schema", "json_object", "text")


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach an OpenAI-compatible API.

    A request that fails for a passing reason is tried `attempts` times. `extra_body` goes into each request as it is.
    """

    url: str | None = None
    api_key: str | None = None
    timeout: float = 120.0
    continues: bool = False
    seed: int | None = None
    attempts: int = 6
    extra_body: dict[str, Any] = field(default_factory=dict)


class OpenAIModel:
    """One model behind an OpenAI-compatible API."""

    def __init__(self, name: str, connection: Connection) -> None:
        self.name = name
        self.continues = connection.continues
        self._connection = connection
        self._format: ResponseFormat = "json_schema"
        self._client = openai.AsyncOpenAI(
            base_url=connection.url,
            api_key=connection.api_key or "no-key",
            timeout=connection.timeout,
            max_retries=0,
        )

    async def complete(
        self,
        messages: Sequence[Message],
        sampling: Sampling,
        *,
        schema: type[BaseModel] | None = None,
        continue_final: bool = False,
    ) -> Completion:
        """See `ChatModel.complete`. Retries connection errors, 408, 409, 429 and 5xx, and nothing else."""
        sent = _with_continuation(messages) if continue_final and not self.continues else list(messages)
        if schema is None:
            reply = await self._request(self._body(sent, sampling))
        else:
            reply = await self._request_with_schema(sent, sampling, schema)
        prefix = messages[-1]["content"] if continue_final else ""
        return checked(_completion(reply, prefix), schema)

    def _body(self, messages: list[Message], sampling: Sampling) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.name,
            "messages": messages,
        }
        if self.name.startswith(_REASONING):
            body["max_completion_tokens"] = sampling.max_tokens
        else:
            body |= {"max_tokens": sampling.max_tokens, "temperature": sampling.temperature}
        if sampling.stop:
            body["stop"] = list(sampling.stop)
        if self._connection.seed is not None:
            body["seed"] = (self._connection.seed * 1009 + sampling.sample) % 2**31
        if self._connection.extra_body:
            body["extra_body"] = self._connection.extra_body
        return body

    async def _request_with_schema(
        self, messages: list[Message], sampling: Sampling, schema: type[BaseModel]
    ) -> ChatCompletion:
        while True:
            asked = self._format
            body = self._body(messages, sampling) | _response_format(asked, schema)
            try:
                return await self._request(body)
            except ModelError as error:
                refused = isinstance(error.__cause__, openai.BadRequestError | openai.UnprocessableEntityError)
                if not refused or asked == _FORMATS[-1] or "format" not in str(error).lower():
                    raise
                self._format = _FORMATS[_FORMATS.index(asked) + 1]
                logger.info("%s refuses response_format %s; using %s", self.name, asked, self._format)

    async def _request(self, body: dict[str, Any]) -> ChatCompletion:
        retrying = AsyncRetrying(
            retry=retry_if_exception(_passes),
            stop=stop_after_attempt(self._connection.attempts),
            wait=_pause,
            reraise=True,
        )
        try:
            return await retrying(self._send, body)
        except openai.OpenAIError as error:
            raise _translated(error, self.name, self._connection) from error
        except ValueError as error:  # JSONDecodeError and UnicodeDecodeError among them
            raise BadReplyError(f"The API's answer is not JSON in UTF-8: {str(error)[:200]}.") from error

    async def _send(self, body: dict[str, Any]) -> ChatCompletion:
        return cast(ChatCompletion, await self._client.chat.completions.create(**body))

    async def aclose(self) -> None:
        await self._client.close()


def _passes(error: BaseException) -> bool:
    """Whether the same request may well succeed a little later."""
    timed_out = isinstance(error, openai.APIStatusError) and error.status_code == _REQUEST_TIMEOUT
    return timed_out or (isinstance(error, _RETRIED) and not _is_out_of_quota(error))


def _is_out_of_quota(error: BaseException) -> bool:
    """A 429 that no waiting cures."""
    return isinstance(error, openai.RateLimitError) and error.code == "insufficient_quota"


_backoff = wait_random_exponential(multiplier=0.2, max=20)


def _pause(state: RetryCallState) -> float:
    """Seconds until the next try: what the server asks for in Retry-After, else random exponential backoff."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, openai.APIStatusError):
        asked = error.response.headers.get("retry-after", "")
        if asked.replace(".", "", 1).isdigit():
            return min(float(asked), 120.0)
    return _backoff(state)


def _with_continuation(messages: Sequence[Message]) -> list[Message]:
    """For APIs without prefix continuation: the prompt asks for what comes next."""
    ask: Message = {
        "role": "user",
        "content": "Go on in your own voice from exactly where your text stops. Do not repeat any of it.",
    }
    return [*messages, ask]


def _response_format(asked: ResponseFormat, schema: type[BaseModel]) -> dict[str, Any]:
    if asked == "json_schema":
        described = {"name": schema.__name__, "schema": schema.model_json_schema(), "strict": True}
        return {"response_format": {"type": "json_schema", "json_schema": described}}
    return {"response_format": {"type": "json_object"}} if asked == "json_object" else {}


def _completion(reply: ChatCompletion, prefix: str) -> Completion:
    # Compatible servers send bodies that the package does not validate: every level may be missing.
    choices = getattr(reply, "choices", None)
    if not choices or getattr(choices[0], "message", None) is None:
        raise BadReplyError("The API answered without a choice.")
    # A reply that was cut inside a character may end in half of it, which no database or file takes.
    text = (choices[0].message.content or "").encode("utf-8", "replace").decode()
    if prefix and text.startswith(prefix):
        text = text[len(prefix) :]
    usage = Usage(calls=1)
    if reply.usage is not None:
        usage = Usage(reply.usage.prompt_tokens or 0, reply.usage.completion_tokens or 0, 1)
    return Completion(text, None, usage, choices[0].finish_reason or "stop")


def _translated(error: openai.OpenAIError, name: str, connection: Connection) -> Exception:
    place = connection.url or "the OpenAI API"
    if isinstance(error, openai.AuthenticationError):
        return ConfigurationError(f"{place} refuses the key for {name}: set OPENAI_API_KEY.")
    if isinstance(error, openai.NotFoundError):
        return ConfigurationError(f"{place} does not know the model {name}.")
    if isinstance(error, openai.APITimeoutError):
        return ModelError(f"{place} does not answer for {name} within {connection.timeout:g} s.")
    if _is_out_of_quota(error):
        return UnavailableError(f"{place} has no quota left for {name}.")
    if isinstance(error, openai.APIConnectionError):
        return UnavailableError(f"{place} cannot be reached for {name}: {error.__cause__ or error}.")
    if isinstance(error, openai.RateLimitError | openai.InternalServerError):
        return ModelError(f"{place} still answers {error.status_code} for {name} after {connection.attempts} tries.")
    return ModelError(f"{place} refuses the request for {name}: {str(error)[:300]}")
