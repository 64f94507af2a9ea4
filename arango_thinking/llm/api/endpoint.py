"""One API with one key: its connections, its limits, and the tries of each call."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential

from arango_thinking.errors import ModelError
from arango_thinking.llm.api.failures import (
    MalformedReplyError,
    RateLimitedError,
    TryError,
    UnreachableError,
    failure,
    web_page,
)
from arango_thinking.llm.api.limits import Limiter, Limits, Ticket
from arango_thinking.llm.api.replies import Reply, read_reply
from arango_thinking.llm.api.transport import Answer, Transport

OPENAI = "https://api.openai.com/v1"

#: The longest wait between two tries to connect, in seconds.
_RECONNECT = 0.5
_backoff = wait_random_exponential(multiplier=0.2, max=10)


@dataclass(frozen=True, slots=True)
class Call:
    """A request for a completion. `tokens` estimates the most tokens that it may use."""

    model: str
    body: bytes
    tokens: int
    timeout: float
    attempts: int


class Endpoint:
    """One API. All models behind its URL and key share it, so that together they keep its limits."""

    def __init__(self, url: str | None, api_key: str | None, limits: Limits) -> None:
        self.place = url or "the OpenAI API"
        self.limiter = Limiter(self.place, limits)
        self._transport = Transport(url or OPENAI, api_key)
        self._works = False

    async def ask(self, call: Call) -> Reply:
        """Return the reply to a call. A try that fails for a reason that may pass is retried, up to `call.attempts`.

        A 429 makes the call wait; it does not count as a failed try. While the API seems to be down, the call is not
        given up. Raises `ModelError` when this call has used up its tries, and `UnavailableError` when the API is
        given up for all calls.
        """
        tries = _Tries(self, call)
        retrying = AsyncRetrying(
            sleep=asyncio.sleep,
            retry=retry_if_exception_type(TryError),
            stop=tries.are_over,
            wait=tries.pause,
            reraise=True,
        )
        try:
            return await retrying(tries.next)
        except TryError as error:
            raise ModelError(
                f"{self.place} gave {call.model} no answer in {tries.failed} tries; the last time it {error}."
            ) from error

    async def send(self, call: Call, ticket: Ticket) -> Reply:
        """Try the call once, as soon as the limiter admits it."""
        async with ticket:
            reply = self._reply(await self._transport.post(call.body, call.timeout), call)
            ticket.used = reply.usage.total_tokens if reply.metered else None
            return reply

    def _reply(self, answer: Answer, call: Call) -> Reply:
        if answer.status != 200:
            raise failure(answer.status, answer.headers, answer.content, self.place, call.model)
        try:
            reply = read_reply(answer.content)
        except MalformedReplyError:
            if not self._works and "html" in answer.headers.get("content-type", ""):
                raise web_page(self.place) from None
            raise
        self._works = True
        return reply

    async def aclose(self) -> None:
        await self._transport.aclose()


class _Tries:
    """The tries of one call."""

    def __init__(self, endpoint: Endpoint, call: Call) -> None:
        self._endpoint = endpoint
        self._call = call
        self._ticket = endpoint.limiter.ticket(call.tokens)
        self.failed = 0

    async def next(self) -> Reply:
        try:
            return await self._endpoint.send(self._call, self._ticket)
        except RateLimitedError:
            raise
        except TryError:
            self.failed += 1
            raise

    def are_over(self, state: RetryCallState) -> bool:
        if isinstance(_error(state), RateLimitedError) or self._endpoint.limiter.suspects_outage:
            return False
        return self.failed >= self._call.attempts

    def pause(self, state: RetryCallState) -> float:
        """Seconds until the next try: what the server asks for, else random and longer each time."""
        error = _error(state)
        if isinstance(error, RateLimitedError):
            return 0.0  # the limiter makes this call and all others wait
        if isinstance(error, UnreachableError):
            return min(_backoff(state), _RECONNECT)  # a refused connection costs nobody anything
        asked = error.pause if isinstance(error, TryError) else None
        return _backoff(state) if asked is None else asked


def _error(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


class Endpoints:
    """The APIs of a run, one `Endpoint` for each URL and key."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: dict[tuple[str | None, str | None], Endpoint] = {}

    def at(self, url: str | None, api_key: str | None) -> Endpoint:
        """The endpoint of a base URL and a key; it is made at first use."""
        key = (url.rstrip("/") if url else None, api_key)
        if key not in self._open:
            self._open[key] = Endpoint(url, api_key, self._limits)
        return self._open[key]

    async def aclose(self) -> None:
        for endpoint in self._open.values():
            await endpoint.aclose()
