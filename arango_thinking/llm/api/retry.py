"""The retry policy: how often a call is tried, and how long it waits before it is tried again.

Only a `TryError` is tried again: `failures` decides which failures are. `breaker` decides when an API is given up.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential

from arango_thinking.llm.api.failures import RateLimitedError, TryError, UnreachableError
from arango_thinking.llm.api.replies import Reply


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a call is tried, and the seconds to wait. A 429 makes all calls pause and does not count as a try."""

    attempts: int = 6
    #: The wait before the next try is random, up to `first_wait`, which doubles with each try, up to `longest_wait`.
    first_wait: float = 0.2
    longest_wait: float = 10.0
    #: A refused connection costs nobody anything: it is tried again sooner.
    longest_reconnect: float = 0.5
    #: A server in trouble hardly knows how long the trouble lasts: it is not believed when it asks for more than this.
    longest_asked: float = 60.0
    #: The pause after a first 429 that does not say how long. Each further 429 without a success doubles it.
    first_pause: float = 0.1
    longest_pause: float = 20.0
    #: When a 429 asks for a shorter pause than this, the growing pause applies if that is longer.
    least_asked: float = 1.0

    def asked(self, error: TryError) -> float | None:
        """The seconds that the server asks to wait, as far as it is believed; `None` when it asks for none."""
        if error.pause is None or isinstance(error, RateLimitedError):
            return error.pause
        return min(error.pause, self.longest_asked)

    def suffices(self, asked: float) -> bool:
        """Whether a pause of so many seconds, which a 429 asks for, is long enough without the growing pause."""
        return asked >= self.least_asked

    def growing_pause(self, pauses: int) -> float:
        """The seconds of a pause that no server asked for, after so many pauses in a row, this one included."""
        longest = min(self.longest_pause, self.first_pause * 2.0 ** (pauses - 1))
        return random.uniform(longest / 2, longest)


class Tries:
    """The tries of one call. `outage` says whether the API seems to be down; then no call is given up."""

    def __init__(self, policy: RetryPolicy, outage: Callable[[], bool]) -> None:
        self._policy = policy
        self._outage = outage
        self._backoff = wait_random_exponential(multiplier=policy.first_wait, max=policy.longest_wait)
        self.failed = 0

    async def of(self, one: Callable[[], Awaitable[Reply]]) -> Reply:
        """What `one` returns. It is called until it does or the tries are used up; then its last error is raised."""

        async def counted() -> Reply:
            try:
                return await one()
            except RateLimitedError:
                raise
            except TryError:
                self.failed += 1
                raise

        retrying = AsyncRetrying(
            sleep=asyncio.sleep,
            retry=retry_if_exception_type(TryError),
            stop=self._are_over,
            wait=self._wait,
            reraise=True,
        )
        return await retrying(counted)

    def _are_over(self, state: RetryCallState) -> bool:
        if isinstance(_error(state), RateLimitedError) or self._outage():
            return False
        return self.failed >= self._policy.attempts

    def _wait(self, state: RetryCallState) -> float:
        """Seconds until the next try: what the server asks for, else random and longer each time."""
        error = _error(state)
        if isinstance(error, RateLimitedError):
            return 0.0  # the limiter makes this call and all others wait
        if isinstance(error, UnreachableError):
            return min(self._backoff(state), self._policy.longest_reconnect)
        asked = self._policy.asked(error) if isinstance(error, TryError) else None
        return self._backoff(state) if asked is None else asked


def _error(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None
