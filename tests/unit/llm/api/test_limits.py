from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from arango_thinking.errors import UnavailableError
from arango_thinking.llm.api.breaker import Outage
from arango_thinking.llm.api.failures import (
    NoReplyError,
    OverloadedError,
    RateLimitedError,
    ServerFailedError,
    TryError,
)
from arango_thinking.llm.api.limits import Limiter, Limits
from tests.clock import timeless

LIMITED = RateLimitedError("limits the rate")


def now() -> float:
    return asyncio.get_running_loop().time()


async def seconds(work: Awaitable[object]) -> float:
    """How long it takes."""
    started = now()
    await work
    return now() - started


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
                self.starts.append(now())
                self.in_flight += 1
                self.most = max(self.most, self.in_flight)
                await asyncio.sleep(self.seconds)
                self.in_flight -= 1
                ticket.used = used
                if error is not None:
                    raise error
        except TryError:
            pass

    async def pause_after(self, error: TryError) -> float:
        """How long nothing goes out after a call that failed so."""
        await self.call(error=error)
        return await seconds(self.call(error=error))

    async def pauses(self, number: int) -> list[float]:
        """The pauses that follow one another when each call is refused without saying for how long."""
        await self.call(error=LIMITED)
        return [await seconds(self.call(error=LIMITED)) for _ in range(number)]


@timeless
async def test_no_more_are_in_flight_than_may_be_and_the_first_come_are_first() -> None:
    work = Work(Limiter("api", Limits(concurrency=3)), seconds=0.005)
    await asyncio.gather(*(work.call(number) for number in range(20)))
    assert (work.most, work.order) == (3, list(range(20)))
    assert work.limiter.limit == 3


@timeless
async def test_without_limits_thousands_go_out_at_once() -> None:
    work = Work(Limiter("api", Limits()), seconds=1.0)
    assert await seconds(asyncio.gather(*(work.call() for _ in range(5000)))) == pytest.approx(2.0)
    assert work.most == 4096


@timeless
async def test_requests_a_minute_go_out_evenly() -> None:
    work = Work(Limiter("api", Limits(requests_per_minute=600)))
    await asyncio.gather(*(work.call() for _ in range(4)))
    assert [later - earlier for earlier, later in pairwise(work.starts)] == pytest.approx([0.1, 0.1, 0.1])


@timeless
async def test_a_tenth_of_a_second_of_requests_may_go_out_at_once() -> None:
    work = Work(Limiter("api", Limits(requests_per_minute=60_000)))
    await asyncio.gather(*(work.call() for _ in range(102)))
    assert [start - work.starts[0] for start in work.starts[98:]] == pytest.approx([0.0, 0.0, 0.001, 0.002], abs=1e-6)


@timeless
async def test_tokens_a_minute_are_reserved_and_settled() -> None:
    """Each reserves 100 of 6,000 a minute, which is a second; what was not used lets the next go sooner."""
    settled = Work(Limiter("api", Limits(tokens_per_minute=6000)))
    for _ in range(3):
        await settled.call(tokens=100, used=10)
    assert [later - earlier for earlier, later in pairwise(settled.starts)] == pytest.approx([0.1, 0.1])
    reserved = Work(Limiter("api", Limits(tokens_per_minute=6000)))
    for _ in range(3):
        await reserved.call(tokens=100)  # the server does not say what was used
    assert [later - earlier for earlier, later in pairwise(reserved.starts)] == pytest.approx([1.0, 1.0])


@timeless
async def test_the_first_in_the_queue_waits_for_its_own_tokens_only() -> None:
    work = Work(Limiter("api", Limits(tokens_per_minute=6000)))
    await work.call(tokens=10)
    started = now()
    await asyncio.gather(work.call(tokens=1), work.call(tokens=10))
    assert [start - started for start in work.starts[1:]] == pytest.approx([0.01, 0.11])


@timeless
async def test_what_one_try_used_does_not_settle_the_next() -> None:
    limiter = Limiter("api", Limits(tokens_per_minute=6000))
    ticket = limiter.ticket(100)
    async with ticket:
        ticket.used = 10
    async with ticket:
        assert ticket.used is None


@timeless
async def test_the_slower_of_two_rates_counts() -> None:
    work = Work(Limiter("api", Limits(requests_per_minute=600, tokens_per_minute=6000)))
    await asyncio.gather(*(work.call(tokens=50) for _ in range(3)))
    assert [later - earlier for earlier, later in pairwise(work.starts)] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("error", [OverloadedError("answers 503"), LIMITED], ids=["overloaded", "limited"])
def test_a_call_that_is_turned_down_used_no_tokens(error: TryError) -> None:
    @timeless
    async def turned_down() -> None:
        work = Work(Limiter("api", Limits(tokens_per_minute=60)))
        await work.call(tokens=1000, error=error)
        assert await seconds(work.call(tokens=1)) < 0.2

    turned_down()


@timeless
async def test_one_that_failed_on_its_way_may_have_used_its_tokens() -> None:
    work = Work(Limiter("api", Limits(tokens_per_minute=6000)))
    await work.call(tokens=100, error=ServerFailedError("answers 500"))
    assert await seconds(work.call(tokens=100)) == pytest.approx(1.0)


@timeless
async def test_a_limited_rate_stops_everybody_for_as_long_as_is_asked() -> None:
    work = Work(Limiter("api", Limits()))
    await work.call(error=RateLimitedError("limits the rate", 30.0))
    started = now()
    await asyncio.gather(work.call(), work.call())
    assert [start - started for start in work.starts[1:]] == pytest.approx([30.0, 30.0])


@timeless
async def test_so_does_an_overloaded_server_that_says_for_how_long_and_no_other_failure() -> None:
    work = Work(Limiter("api", Limits()))
    assert await work.pause_after(OverloadedError("answers 503", 30.0)) == pytest.approx(30.0)
    for error in (
        OverloadedError("answers 503"),
        ServerFailedError("answers 500", 30.0),
        NoReplyError("is silent", 30.0),
    ):
        assert await Work(Limiter("api", Limits())).pause_after(error) < 0.001


@timeless
async def test_pauses_double_when_none_is_asked_for_up_to_twenty_seconds() -> None:
    work = Work(Limiter("api", Limits(outage=Outage(patience=1e6))))
    for number, pause in enumerate(await work.pauses(100)):
        longest = min(20.0, 0.1 * 2**number)
        assert longest / 2 <= pause <= longest, number


@timeless
async def test_after_a_success_pauses_are_short_again() -> None:
    work = Work(Limiter("api", Limits()))
    await work.pauses(5)
    await work.call()
    assert 0.05 <= await work.pause_after(LIMITED) <= 0.1


@pytest.mark.parametrize(("asked", "believed"), [(0.9, False), (1.0, True), (1.5, True)])
def test_a_short_wait_is_not_believed_when_it_is_asked_for_again_and_again(asked: float, believed: bool) -> None:
    @timeless
    async def asked_again_and_again() -> None:
        work = Work(Limiter("api", Limits()))
        await work.pauses(8)
        pause = await work.pause_after(RateLimitedError("limits the rate", asked))
        assert (pause == pytest.approx(asked)) is believed
        assert pause >= asked

    asked_again_and_again()


@timeless
async def test_refusals_during_a_pause_do_not_make_it_longer() -> None:
    work = Work(Limiter("api", Limits()), seconds=0.01)
    await asyncio.gather(*(work.call(error=LIMITED) for _ in range(30)))
    assert await seconds(work.call()) <= 0.11


@timeless
async def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    work = Work(Limiter("api", Limits()), seconds=0.01)
    errors = [RateLimitedError("limits the rate", 30.0), RateLimitedError("limits the rate", 2.0)]
    await asyncio.gather(*(work.call(error=error) for error in errors))
    assert await seconds(work.call()) == pytest.approx(30.01)


def test_each_pause_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    @timeless
    async def two_pauses() -> None:
        work = Work(Limiter("api", Limits()), seconds=0.01)
        for _ in range(2):
            await asyncio.gather(*(work.call(error=RateLimitedError("limits the rate", 5.0)) for _ in range(3)))

    caplog.set_level(logging.INFO)
    two_pauses()
    assert [record.message for record in caplog.records] == ["api limits the rate: nothing is sent for 5.0 s"] * 2


@timeless
async def test_whoever_waits_for_a_rate_goes_as_soon_as_it_may_though_others_come_meanwhile() -> None:
    work = Work(Limiter("api", Limits(requests_per_minute=60)))
    first = [asyncio.create_task(work.call(number)) for number in range(2)]
    await asyncio.sleep(0.5)
    first.append(asyncio.create_task(work.call(2)))
    await asyncio.gather(*first)
    assert work.order == [0, 1, 2]
    assert [start - work.starts[0] for start in work.starts] == pytest.approx([0.0, 1.0, 2.0])


@timeless
async def test_an_outage_turns_everybody_away_at_once() -> None:
    outage = Outage(failures=3, seconds=0.0)
    work = Work(Limiter("api", Limits(concurrency=1, outage=outage)), seconds=0.01)
    down = [work.call(error=ServerFailedError("answers 500")) for _ in range(3)]
    ended = await asyncio.gather(*down, *(work.call() for _ in range(20)), return_exceptions=True)
    assert [type(error) for error in ended[3:]] == [UnavailableError] * 20
    assert len(work.order) == 3
    with pytest.raises(UnavailableError, match="answers 500"):
        await work.call()


@timeless
async def test_a_refusal_is_an_answer() -> None:
    limiter = Limiter("api", Limits(outage=Outage(failures=2, calls=2, seconds=0.0)))
    work = Work(limiter)
    await work.call(error=ServerFailedError("answers 500"))
    with pytest.raises(ValueError, match="context"):
        async with limiter.ticket(0):
            raise ValueError("context too long")
    await work.call(error=ServerFailedError("answers 500"))
    assert not limiter.suspects_outage


@pytest.mark.parametrize(
    ("error", "limit"),
    [(LIMITED, 2), (OverloadedError("answers 503"), 2), (NoReplyError("is silent"), 2), (ServerFailedError("500"), 4)],
    ids=["limited", "overloaded", "silent", "failed"],
)
def test_signs_of_overload_make_the_limit_smaller(error: TryError, limit: int) -> None:
    @timeless
    async def overloaded() -> None:
        work = Work(Limiter("api", Limits(concurrency=4, outage=Outage(unreachable_seconds=99))))
        await asyncio.gather(*(work.call(error=error) for _ in range(4)))
        assert work.limiter.limit == limit

    overloaded()


@pytest.mark.parametrize("waits", [True, False], ids=["in the queue", "in flight"])
def test_a_cancelled_call_leaves_its_place(waits: bool) -> None:
    @timeless
    async def cancelled() -> None:
        work = Work(Limiter("api", Limits(concurrency=1)), seconds=0.02)
        first, second = asyncio.create_task(work.call(1)), asyncio.create_task(work.call(2))
        await asyncio.sleep(0)
        (second if waits else first).cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        async with asyncio.timeout(1):
            await work.call(3)
        assert work.order == [1, 3] if waits else [1, 2, 3]

    cancelled()


@timeless
async def test_a_cancelled_call_does_not_make_others_wait_for_its_tokens() -> None:
    work = Work(Limiter("api", Limits(tokens_per_minute=6000)))
    await work.call(tokens=10)
    large = asyncio.create_task(work.call(tokens=10))  # could go out after 0.1 s
    await asyncio.sleep(0)
    large.cancel()
    assert await seconds(work.call(tokens=1)) == pytest.approx(0.01)


@timeless
async def test_a_cancelled_call_is_no_answer() -> None:
    work = Work(Limiter("api", Limits()), seconds=1.0)
    await work.pauses(3)
    cancelled = asyncio.create_task(work.call())
    await asyncio.sleep(0.9)  # after a pause of at most 0.8 s it is in flight
    cancelled.cancel()
    await asyncio.gather(cancelled, return_exceptions=True)
    [pause] = await work.pauses(1)
    assert pause > 1.7  # a second of it in flight: the cancelled call did not make pauses short again


@timeless
async def test_a_call_that_is_cancelled_as_it_is_let_in_leaves_its_place() -> None:
    limiter = Limiter("api", Limits(concurrency=1))
    work = Work(limiter)
    async with limiter.ticket(0):
        waiting = asyncio.create_task(work.call())
        await asyncio.sleep(0)
    waiting.cancel()  # let in by the end of the block above, but not run since
    await asyncio.gather(waiting, return_exceptions=True)
    work.seconds = 0.1
    async with asyncio.timeout(1):
        await asyncio.gather(*(work.call() for _ in range(3)))
    assert work.most == 1


@timeless
async def test_a_place_that_comes_free_goes_past_whoever_is_just_being_cancelled() -> None:
    limiter = Limiter("api", Limits(concurrency=1))
    work = Work(limiter)
    ticket = limiter.ticket(0)
    await limiter.admit(ticket)
    work.seconds = 0.1
    waiting = [asyncio.create_task(work.call(number)) for number in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    limiter.release(ticket, None)
    async with asyncio.timeout(1):
        await asyncio.gather(*waiting, return_exceptions=True)
    assert (work.order, work.most) == ([1, 2], 1)


@timeless
async def test_one_that_is_turned_away_as_it_is_cancelled_frees_no_place_twice() -> None:
    outage = Outage(failures=1, calls=1, seconds=0.0)
    limiter = Limiter("api", Limits(concurrency=1, outage=outage))
    ticket = limiter.ticket(0)
    await limiter.admit(ticket)
    waiting = asyncio.create_task(Work(limiter).call())
    await asyncio.sleep(0)
    limiter.release(ticket, ServerFailedError("answers 500"))
    waiting.cancel()
    [ended] = await asyncio.gather(waiting, return_exceptions=True)
    assert isinstance(ended, asyncio.CancelledError | UnavailableError)
    with pytest.raises(UnavailableError):
        await Work(limiter).call()
