from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field

import pytest

from arango_thinking.errors import UnavailableError
from arango_thinking.llm.api.breaker import Outage
from arango_thinking.llm.api.failures import OverloadedError, RateLimitedError, ServerFailedError, TryError
from arango_thinking.llm.api.limits import Limiter, Limits


@dataclass
class Work:
    """Calls through a limiter, each a little while in flight."""

    limiter: Limiter
    seconds: float = 0.0
    order: list[int] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    in_flight: int = 0
    most: int = 0

    async def call(
        self, number: int = 0, error: TryError | None = None, tokens: int = 0, used: int | None = None
    ) -> None:
        ticket = self.limiter.ticket(tokens)
        try:
            async with ticket:
                self.order.append(number)
                self.starts.append(time.monotonic())
                self.in_flight += 1
                self.most = max(self.most, self.in_flight)
                await asyncio.sleep(self.seconds)
                self.in_flight -= 1
                ticket.used = used
                if error is not None:
                    raise error
        except TryError:
            pass


async def test_no_more_are_in_flight_than_may_be_and_the_first_come_are_first() -> None:
    work = Work(Limiter("api", Limits(concurrency=3)), seconds=0.005)
    await asyncio.gather(*(work.call(number) for number in range(20)))
    assert (work.most, work.order) == (3, list(range(20)))


async def test_requests_a_minute_go_out_evenly() -> None:
    work = Work(Limiter("api", Limits(requests_per_minute=600)))
    await asyncio.gather(*(work.call() for _ in range(4)))
    gaps = [later - earlier for earlier, later in zip(work.starts, work.starts[1:], strict=False)]
    assert all(0.09 < gap < 0.2 for gap in gaps)


async def test_tokens_a_minute_are_reserved_and_settled() -> None:
    """Each reserves 100 of 6000 a minute, which is a second; what was not used lets the next go sooner."""
    work = Work(Limiter("api", Limits(tokens_per_minute=6000)))
    started = time.monotonic()
    for _ in range(3):
        await work.call(tokens=100, used=10)
    assert 0.1 < time.monotonic() - started < 0.6


async def test_a_call_that_is_turned_down_used_no_tokens() -> None:
    work = Work(Limiter("api", Limits(tokens_per_minute=60)))
    await work.call(tokens=1000, error=OverloadedError("answers 503"))
    async with asyncio.timeout(2):
        await work.call()


async def test_a_limited_rate_stops_everybody_for_as_long_as_is_asked() -> None:
    work = Work(Limiter("api", Limits()))
    started = time.monotonic()
    await work.call(error=RateLimitedError("limits the rate", 0.3))
    await asyncio.gather(work.call(), work.call())
    assert all(start - started >= 0.3 for start in work.starts[1:])


async def test_pauses_grow_when_none_is_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    work = Work(Limiter("api", Limits()))
    for _ in range(3):
        await work.call(error=RateLimitedError("limits the rate"))
    pauses = [
        float(record.message.split(" for ")[1].split()[0]) for record in caplog.records if "nothing" in record.message
    ]
    assert len(pauses) == 3
    assert pauses[0] <= 0.1
    assert pauses == sorted(pauses)


async def test_refusals_during_a_pause_do_not_make_it_longer() -> None:
    work = Work(Limiter("api", Limits()), seconds=0.01)
    started = time.monotonic()
    await asyncio.gather(*(work.call(error=RateLimitedError("limits the rate")) for _ in range(30)))
    await work.call()
    assert time.monotonic() - started < 0.5


async def test_an_outage_turns_everybody_away_at_once() -> None:
    outage = Outage(failures=3, seconds=0.0)
    work = Work(Limiter("api", Limits(concurrency=1, outage=outage)), seconds=0.01)
    down = [work.call(error=ServerFailedError("answers 500")) for _ in range(3)]
    ended = await asyncio.gather(*down, *(work.call() for _ in range(20)), return_exceptions=True)
    assert [type(error) for error in ended[3:]] == [UnavailableError] * 20
    assert len(work.order) == 3
    with pytest.raises(UnavailableError, match="answers 500"):
        await work.call()


async def test_a_refusal_is_an_answer() -> None:
    limiter = Limiter("api", Limits(outage=Outage(failures=2, calls=2, seconds=0.0)))
    work = Work(limiter)
    await work.call(error=ServerFailedError("answers 500"))
    with pytest.raises(ValueError, match="context"):
        async with limiter.ticket(0):
            raise ValueError("context too long")
    await work.call(error=ServerFailedError("answers 500"))
    assert not limiter.suspects_outage


@pytest.mark.parametrize("waits", [True, False], ids=["in the queue", "in flight"])
async def test_a_cancelled_call_leaves_its_place(waits: bool) -> None:
    work = Work(Limiter("api", Limits(concurrency=1)), seconds=0.02)
    first, second = asyncio.create_task(work.call(1)), asyncio.create_task(work.call(2))
    await asyncio.sleep(0)
    (second if waits else first).cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    async with asyncio.timeout(1):
        await work.call(3)
    assert work.order[-1] == 3


async def test_a_call_that_is_cancelled_as_it_is_let_in_leaves_its_place() -> None:
    limiter = Limiter("api", Limits(concurrency=1))
    work = Work(limiter)
    async with limiter.ticket(0):
        waiting = asyncio.create_task(work.call())
        await asyncio.sleep(0)
    waiting.cancel()  # let in by the end of the block above, but not run since
    await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(1):
        await work.call()
