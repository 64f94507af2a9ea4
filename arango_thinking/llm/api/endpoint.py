"""One API with one key: its connections, its limits, and the tries of each call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from arango_thinking.errors import ModelError
from arango_thinking.llm.api.failures import MalformedReplyError, TryError, failure, web_page
from arango_thinking.llm.api.limits import Limiter, Limits, Ticket
from arango_thinking.llm.api.replies import Reply, ReportedError, read_reply
from arango_thinking.llm.api.retry import Tries
from arango_thinking.llm.api.transport import Answer, Transport

OPENAI = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True)
class Call:
    """A request for a completion. `tokens` estimates the most tokens that it may use."""

    model: str
    body: bytes
    tokens: int
    timeout: float


class Endpoint:
    """One API. All models behind its URL and key share it, so that together they keep its limits."""

    def __init__(
        self, url: str | None, api_key: str | None, limits: Limits, headers: Mapping[str, str] | None = None
    ) -> None:
        self.place = url or "the OpenAI API"
        self.limiter = Limiter(self.place, limits)
        self._policy = limits.retry
        self._secrets = [secret.encode() for secret in (api_key, *(headers or {}).values()) if secret]
        self._transport = Transport(url or OPENAI, api_key, headers)
        self._works = False

    async def ask(self, call: Call) -> Reply:
        """Return the reply to a call, tried as often as the retry policy says.

        While the API seems to be down, the call is not given up. Raises `ModelError` when this call has used up its
        tries, and `UnavailableError` when the API is given up for all calls.
        """
        ticket = self.limiter.ticket(call.tokens)
        tries = Tries(self._policy, lambda: self.limiter.suspects_outage)
        try:
            return await tries.of(lambda: self._send(call, ticket))
        except TryError as error:
            raise ModelError(
                f"{self.place} gave {call.model} no answer in {tries.failed} tries; the last time it {error}."
            ) from error

    async def _send(self, call: Call, ticket: Ticket) -> Reply:
        """Try the call once, as soon as the limiter admits it."""
        async with ticket:
            reply = self._reply(await self._transport.post(call.body, call.timeout), call)
            ticket.used = None if reply.usage.unmetered else reply.usage.total_tokens
            return reply

    def _reply(self, answer: Answer, call: Call) -> Reply:
        if not 200 <= answer.status < 300:
            raise self._failure(answer.status, answer, answer.content, call)
        try:
            reply = read_reply(answer.content)
        except ReportedError as error:
            raise self._failure(error.status, answer, error.content, call) from None
        except MalformedReplyError:
            if not self._works and "html" in answer.headers.get("content-type", ""):
                raise web_page(self.place) from None
            raise
        self._works = True
        return reply

    def _failure(self, status: int, answer: Answer, content: bytes, call: Call) -> Exception:
        """What an error means. The key is taken out of it: it would be shown, and stored with the document."""
        for secret in self._secrets:
            content = content.replace(secret, b"***")
        return failure(status, answer.headers, content, self.place, call.model)

    async def aclose(self) -> None:
        await self._transport.aclose()


class Endpoints:
    """The APIs of a run, one `Endpoint` for each URL and key."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._open: dict[tuple[str | None, str | None, tuple[tuple[str, str], ...]], Endpoint] = {}

    def at(self, url: str | None, api_key: str | None, headers: Mapping[str, str] | None = None) -> Endpoint:
        """The endpoint of a base URL, a key and headers; it is made at first use."""
        key = (url.rstrip("/") if url else None, api_key, tuple((headers or {}).items()))
        if key not in self._open:
            self._open[key] = Endpoint(url, api_key, self._limits, headers)
        return self._open[key]

    async def aclose(self) -> None:
        for endpoint in self._open.values():
            await endpoint.aclose()
