from __future__ import annotations

import logging

import pytest

from arango_thinking.llm.api.rates import Bucket, Concurrency


def sent_in(seconds: float, per_minute: float, amount: float = 1) -> int:
    """How often `amount` goes out in so many seconds, when it is asked for as often as possible."""
    bucket, now, sent = Bucket(per_minute, 0.0), 0.0, 0
    while now <= seconds:
        wait = bucket.wait(amount, now)
        if wait <= 0:
            bucket.take(amount)
            sent += 1
        now += max(wait, 1e-6)
    return sent


@pytest.mark.parametrize("per_minute", [1, 60, 600, 6000])
def test_a_minute_holds_what_it_may_and_hardly_more(per_minute: int) -> None:
    assert per_minute <= sent_in(59.99, per_minute) <= per_minute * 1.01 + 1


def test_it_is_smooth() -> None:
    bucket = Bucket(60, 0.0)
    bucket.take(1)
    assert bucket.wait(1, 0.0) == pytest.approx(1.0)
    assert bucket.wait(1, 0.75) == pytest.approx(0.25)


def test_a_large_amount_goes_out_and_leaves_a_debt() -> None:
    assert sent_in(59.99, per_minute=6000, amount=1000) == 6
    bucket = Bucket(6000, 0.0)
    assert bucket.wait(1000, 0.0) == 0
    bucket.take(1000)
    assert bucket.wait(10, 0.0) == pytest.approx(10.0)


def test_what_comes_back_may_go_out_again() -> None:
    bucket = Bucket(6000, 0.0)
    bucket.take(1000)
    bucket.take(-900)
    assert bucket.wait(10, 0.0) == pytest.approx(1.0)


def replies(concurrency: Concurrency, *overloaded: bool) -> int:
    for reply in overloaded:
        concurrency.note("answers 503" if reply else None)
    return concurrency.limit


def test_it_begins_with_the_most() -> None:
    assert Concurrency(64, "api").limit == 64


def test_a_round_that_is_overloaded_in_full_halves_it() -> None:
    assert replies(Concurrency(64, "api"), *[True] * 64) == 32


def test_a_few_overloaded_replies_among_many_change_nothing() -> None:
    concurrency = Concurrency(8, "api")
    assert replies(concurrency, *([True] + [False] * 7) * 20) == 8


def test_it_is_never_below_one_and_never_above_the_most() -> None:
    concurrency = Concurrency(8, "api")
    assert replies(concurrency, *[True] * 50) == 1
    assert replies(concurrency, *[False]) == 2
    assert replies(concurrency, *[False] * 200) == 8


def test_it_finds_what_the_server_can_do() -> None:
    """A server that takes ten at once and turns the others down."""
    concurrency = Concurrency(64, "api")
    limits = []
    for _ in range(40):
        limit = concurrency.limit
        limits.append(replies(concurrency, *[number >= 10 for number in range(limit)]))
    assert all(7 <= limit <= 16 for limit in limits[10:])


def test_changes_are_told_with_their_reason(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    concurrency = Concurrency(2, "http://api")
    replies(concurrency, True, True)
    replies(concurrency, False)
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("WARNING", "http://api: at most 1 calls in flight (100% of calls overloaded: answers 503)"),
        ("INFO", "http://api: at most 2 calls in flight (the last calls went well)"),
    ]
