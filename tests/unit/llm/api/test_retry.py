from __future__ import annotations

import asyncio

import pytest

from arango_thinking.llm.api.failures import (
    OverloadedError,
    RateLimitedError,
    ServerFailedError,
    TryError,
    UnreachableError,
)
from arango_thinking.llm.api.replies import Reply
from arango_thinking.llm.api.retry import RetryPolicy, Tries
from arango_thinking.usage import Usage
from tests.clock import timeless

REPLY = Reply(text="42", reasoning="", refusal="", finish_reason="stop", usage=Usage())


class Calls:
    """A call that fails so often, then is answered; `waits` are the seconds between its tries."""

    def __init__(self, *errors: TryError) -> None:
        self._errors = list(errors)
        self._times: list[float] = []

    async def __call__(self) -> Reply:
        self._times.append(asyncio.get_running_loop().time())
        if self._errors:
            raise self._errors.pop(0)
        return REPLY

    @property
    def waits(self) -> list[float]:
        return [later - earlier for earlier, later in zip(self._times, self._times[1:], strict=False)]


@timeless
async def test_a_call_is_tried_six_times_in_all() -> None:
    tries = Tries(RetryPolicy(), lambda: False)
    calls = Calls(*[ServerFailedError("answers 500")] * 9)
    with pytest.raises(ServerFailedError):
        await tries.of(calls)
    assert (tries.failed, len(calls.waits)) == (6, 5)


@timeless
async def test_neither_a_limited_rate_nor_an_outage_uses_up_tries() -> None:
    limited = Tries(RetryPolicy(attempts=1), lambda: False)
    assert await limited.of(Calls(*[RateLimitedError("limits the rate", 9.0)] * 9)) is REPLY
    assert limited.failed == 0
    down = Tries(RetryPolicy(attempts=1), lambda: True)
    assert await down.of(Calls(*[ServerFailedError("answers 500")] * 9)) is REPLY
    assert down.failed == 9


@timeless
async def test_the_limiter_makes_a_limited_call_wait() -> None:
    calls = Calls(RateLimitedError("limits the rate", 9.0))
    await Tries(RetryPolicy(), lambda: False).of(calls)
    assert calls.waits == pytest.approx([0.0], abs=1e-6)


@timeless
async def test_waits_grow_up_to_ten_seconds() -> None:
    longest = [0.0] * 9
    for _ in range(200):
        calls = Calls(*[ServerFailedError("answers 500")] * 9)
        await Tries(RetryPolicy(attempts=10), lambda: False).of(calls)
        longest = [max(pair) for pair in zip(longest, calls.waits, strict=True)]
    bounds = [min(10.0, 0.2 * 2**number) for number in range(9)]
    for found, bound in zip(longest, bounds, strict=True):
        assert bound * 0.92 < found <= bound + 1e-6


@timeless
async def test_a_refused_connection_is_tried_again_within_half_a_second() -> None:
    calls = Calls(*[UnreachableError("refuses connections")] * 30)
    await Tries(RetryPolicy(attempts=31), lambda: False).of(calls)
    assert 0.4 < max(calls.waits) <= 0.5 + 1e-6


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (ServerFailedError("answers 500", 3.0), 3.0),
        (ServerFailedError("answers 500", 0.0), 0.0),
        (OverloadedError("answers 503", 60.0), 60.0),
        (OverloadedError("answers 503", 7200.0), 60.0),
    ],
)
def test_a_wait_that_the_server_asks_for_is_kept_up_to_a_minute(error: TryError, seconds: float) -> None:
    @timeless
    async def asked() -> None:
        calls = Calls(error)
        await Tries(RetryPolicy(), lambda: False).of(calls)
        assert calls.waits == pytest.approx([seconds], abs=1e-6)

    asked()


def test_what_a_limited_rate_asks_for_is_believed() -> None:
    policy = RetryPolicy()
    assert policy.asked(RateLimitedError("limits the rate", 7200.0)) == 7200.0
    assert policy.asked(RateLimitedError("limits the rate")) is None
    assert policy.asked(ServerFailedError("answers 500")) is None


@pytest.mark.parametrize(("asked", "suffices"), [(0.0, False), (0.99, False), (1.0, True), (30.0, True)])
def test_a_pause_of_a_second_suffices_when_it_is_asked_for(asked: float, suffices: bool) -> None:
    assert RetryPolicy().suffices(asked) is suffices


def test_pauses_that_nobody_asked_for_double_up_to_twenty_seconds() -> None:
    for pauses in range(1, 20):
        found = [RetryPolicy().growing_pause(pauses) for _ in range(300)]
        longest = min(20.0, 0.1 * 2 ** (pauses - 1))
        assert longest / 2 <= min(found) <= longest * 0.54
        assert longest * 0.96 <= max(found) <= longest
