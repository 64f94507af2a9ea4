from __future__ import annotations

import random

import pytest

from arango_thinking.errors import UnavailableError
from arango_thinking.llm.api.breaker import Breaker, Outage
from arango_thinking.llm.api.failures import RateLimitedError, ServerFailedError, UnreachableError

DOWN = ServerFailedError("answers 500")
REFUSED = UnreachableError("cannot be reached (refused)")


def breaker(**values: float) -> Breaker:
    opened = Breaker("http://api", Outage(**values))  # type: ignore[arg-type]
    opened.succeed()
    return opened


def fail(opened: Breaker, *moments: float, error: ServerFailedError | UnreachableError = DOWN) -> None:
    """Failures of as many calls, at these seconds."""
    for call, moment in enumerate(moments):
        opened.fail(call, error, moment, moment)


def test_many_failures_over_a_while_are_an_outage() -> None:
    opened = breaker()
    fail(opened, *range(0, 27, 3))
    assert opened.broken is None
    fail(opened, 30)
    with pytest.raises(UnavailableError) as caught:
        opened.check()
    assert caught.value.exit_code == 69
    assert "http://api has not answered any of 10 calls since " in str(caught.value)
    assert "the last time it answers 500. When it is up again, run the same command again." in str(caught.value)


def test_many_failures_at_once_are_none_yet_but_suspect() -> None:
    opened = breaker()
    fail(opened, *[1.0] * 50)
    assert opened.broken is None
    assert opened.suspects
    opened.succeed()
    assert not opened.suspects


def test_few_failures_over_a_long_time_are_none() -> None:
    opened = breaker()
    fail(opened, 0, 1000, 2000)
    assert opened.broken is None


def test_one_call_that_always_fails_is_none() -> None:
    opened = breaker()
    for moment in range(100):
        opened.fail(1, DOWN, moment, moment)
    assert opened.broken is None
    assert not opened.suspects


def test_one_success_begins_the_count_anew() -> None:
    opened = breaker()
    fail(opened, *range(0, 27, 3))
    opened.succeed()
    fail(opened, *range(30, 57, 3))
    assert opened.broken is None


def test_random_faults_never_look_like_an_outage() -> None:
    opened, drawn = breaker(), random.Random(3)
    for call in range(200_000):
        if drawn.random() < 0.3:
            opened.fail(call, DOWN, call, call)
        else:
            opened.succeed()
        assert opened.broken is None


def test_a_server_that_was_never_there_is_given_up_within_seconds() -> None:
    opened = Breaker("http://api", Outage())
    fail(opened, 0, 1, 1.9, error=REFUSED)
    assert opened.suspects
    assert opened.broken is None
    fail(opened, 2.1, error=REFUSED)
    assert opened.broken is not None
    assert "cannot be reached (refused). Is the URL right, and the server running?" in opened.broken


def test_a_server_that_was_there_is_given_longer() -> None:
    opened = breaker()
    fail(opened, 0, 1, 2, 3, 4, error=REFUSED)
    assert opened.broken is None


def test_a_limited_rate_is_no_outage_until_patience_ends() -> None:
    opened = breaker(patience=600)
    for second in range(600):
        opened.fail(second, RateLimitedError("limits the rate", 1.0), second, second)
    assert opened.broken is None
    opened.fail(1, RateLimitedError("limits the rate", 1.0), 600, 600)
    assert opened.broken is not None
    assert "limits the rate: nothing got through since" in opened.broken
    assert "--rpm" in opened.broken


def test_a_wait_longer_than_patience_is_not_begun() -> None:
    opened = breaker()
    opened.fail(1, RateLimitedError("limits the rate", 3600), 0, 0)
    assert opened.broken is not None
    assert "and it asks to wait 3600 s. Lower" in opened.broken
