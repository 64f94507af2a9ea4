"""Limits of one API with one key: calls in flight, and calls and tokens per minute.

One limiter serves all models behind the API. Calls go out in the order in which they came. When the server says how
long to wait, all calls wait that long.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections import deque
from dataclasses import dataclass, field
from types import TracebackType

from arango_thinking.errors import UnavailableError
from arango_thinking.llm.api.breaker import Breaker, Outage
from arango_thinking.llm.api.failures import NoReplyError, OverloadedError, RateLimitedError, TryError
from arango_thinking.llm.api.rates import Bucket, Concurrency
from arango_thinking.llm.api.retry import RetryPolicy

logger = logging.getLogger(__name__)

#: Errors that are a sign of too many calls at once.
_OVERLOAD = (RateLimitedError, OverloadedError, NoReplyError)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is asked of an API at once and per minute (`None`: no limit), and when to give up or ask again."""

    concurrency: int = 4096
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    outage: Outage = field(default_factory=Outage)
    retry: RetryPolicy = field(default_factory=RetryPolicy)


class Ticket:
    """One call in all its tries. Inside `async with` a try is in flight.

    `tokens` are reserved for each try; `used`, when it is known, replaces them after the try.
    """

    __slots__ = ("_limiter", "admitted", "number", "started", "tokens", "used")

    def __init__(self, limiter: Limiter, number: int, tokens: int) -> None:
        self._limiter = limiter
        self.number = number
        self.tokens = tokens
        self.used: int | None = None
        self.started = 0.0
        self.admitted: asyncio.Future[None] | None = None

    async def __aenter__(self) -> None:
        await self._limiter.admit(self)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._limiter.release(self, error)


class Limiter:
    """Admits calls, and adapts its limits to their outcomes. Belongs to the event loop in which it is first used."""

    def __init__(self, place: str, limits: Limits) -> None:
        self._place = place
        self._concurrency = Concurrency(limits.concurrency, place)
        self._breaker = Breaker(place, limits.outage)
        self._limits = limits
        self._requests: Bucket | None = None
        self._tokens: Bucket | None = None
        self._waiting: deque[Ticket] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._in_flight = 0
        self._paused_until = 0.0
        self._pauses = 0
        self._numbers = itertools.count()

    @property
    def limit(self) -> int:
        """How many calls may be in flight now."""
        return self._concurrency.limit

    @property
    def suspects_outage(self) -> bool:
        return self._breaker.suspects

    def ticket(self, tokens: int) -> Ticket:
        """A ticket for one call that may use this many tokens."""
        return Ticket(self, next(self._numbers), tokens)

    async def admit(self, ticket: Ticket) -> None:
        """Wait until the call may go out. Raises `UnavailableError` once the API is given up."""
        self._breaker.check()
        ticket.admitted = asyncio.get_running_loop().create_future()
        self._waiting.append(ticket)
        self._let_in()
        try:
            await ticket.admitted
        except asyncio.CancelledError:
            self._withdraw(ticket)
            raise

    def release(self, ticket: Ticket, error: BaseException | None) -> None:
        """Note the end of a try: answered, or failed with `error`. A cancelled try does not change the limits."""
        self._in_flight -= 1
        self._settle(ticket, error)
        if not isinstance(error, asyncio.CancelledError):
            self._learn(ticket, error)
        self._let_in()

    def _learn(self, ticket: Ticket, error: BaseException | None) -> None:
        self._concurrency.note(str(error) if isinstance(error, _OVERLOAD) else None)
        if isinstance(error, TryError):
            self._breaker.fail(ticket.number, error, ticket.started, self._now())
            self._pause(error)
        else:  # a refusal is an answer too
            self._breaker.succeed()
            self._pauses = 0

    # ------------------------------------------------------------------ the queue

    def _let_in(self) -> None:
        """Admit waiting calls in their order, as long as the limits allow."""
        if self._breaker.broken is not None:
            self._turn_away(self._breaker.broken)
        while self._waiting and self._in_flight < self._concurrency.limit:
            delay = self._delay(self._waiting[0].tokens)
            if delay > 0:
                self._try_later(delay)
                return
            self._send(self._waiting.popleft())

    def _send(self, ticket: Ticket) -> None:
        if ticket.admitted is None or ticket.admitted.done():
            return
        self._in_flight += 1
        ticket.started = self._now()
        ticket.used = None
        if self._requests is not None:
            self._requests.take(1)
        if self._tokens is not None:
            self._tokens.take(ticket.tokens)
        ticket.admitted.set_result(None)

    def _turn_away(self, reason: str) -> None:
        while self._waiting:
            admitted = self._waiting.popleft().admitted
            if admitted is not None and not admitted.done():
                admitted.set_exception(UnavailableError(reason))

    def _withdraw(self, ticket: Ticket) -> None:
        """Take back a call that was cancelled while it waited, or just when it was admitted."""
        admitted = ticket.admitted
        if ticket in self._waiting:
            self._waiting.remove(ticket)
        elif admitted is not None and not admitted.cancelled() and admitted.exception() is None:
            self._in_flight -= 1
        self._let_in()

    def _try_later(self, delay: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(delay, self._let_in)

    # ------------------------------------------------------------------ time

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _delay(self, tokens: int) -> float:
        """Seconds until the next call may go out, by the pauses and the rates; not positive when it may go now."""
        now = self._now()
        delay = self._paused_until - now
        for bucket, amount in ((self._bucket_of_requests(now), 1), (self._bucket_of_tokens(now), tokens)):
            if bucket is not None:
                delay = max(delay, bucket.wait(amount, now))
        return delay

    def _bucket_of_requests(self, now: float) -> Bucket | None:
        if self._requests is None and self._limits.requests_per_minute:
            self._requests = Bucket(self._limits.requests_per_minute, now)
        return self._requests

    def _bucket_of_tokens(self, now: float) -> Bucket | None:
        if self._tokens is None and self._limits.tokens_per_minute:
            self._tokens = Bucket(self._limits.tokens_per_minute, now)
        return self._tokens

    def _settle(self, ticket: Ticket, error: BaseException | None) -> None:
        """Replace the reserved tokens by those used. A call that the server turned down used none."""
        used = 0 if isinstance(error, RateLimitedError | OverloadedError) else ticket.used
        if self._tokens is not None and used is not None:
            self._tokens.take(used - ticket.tokens)

    def _pause(self, error: TryError) -> None:
        """Hold back all calls until the server accepts calls again."""
        if not isinstance(error, RateLimitedError) and not (isinstance(error, OverloadedError) and error.pause):
            return
        seconds = self._limits.retry.asked(error) or 0.0
        if not self._limits.retry.suffices(seconds):
            seconds = max(seconds, self._growing_pause())
        now = self._now()
        if now >= self._paused_until:
            logger.info("%s %s: nothing is sent for %.1f s", self._place, error, seconds)
        self._paused_until = max(self._paused_until, now + seconds)

    def _growing_pause(self) -> float:
        """Seconds to pause, more after each pause without a success. Several refusals during one pause count once."""
        if self._now() >= self._paused_until:
            self._pauses += 1
        return self._limits.retry.growing_pause(self._pauses)
