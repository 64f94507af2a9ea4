"""The batcher over an engine that counts in place of generating."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence

import pytest

from arango_thinking.errors import ModelError
from arango_thinking.llm.base import Sampling
from arango_thinking.llm.local.batching import (
    GROW_AFTER,
    Batcher,
    BatchOptions,
    BatchTooLargeError,
    Reply,
    Request,
    Row,
    alike,
)

ROOMY = BatchOptions(size=4, context_tokens=10_000)


def asked(length: int, max_tokens: int = 10) -> Request:
    return Request((1,) * length, Sampling(max_tokens, 0.0))


class Counter:
    """Replies with the length of each prompt; `before` is called with each batch before it is delivered."""

    def __init__(self, before: Callable[[Sequence[Row]], None] = lambda _: None) -> None:
        self.before = before
        self.batches: list[list[int]] = []

    def generate(self, rows: Sequence[Row]) -> None:
        self.batches.append([len(row.request.prompt) for row in rows])
        self.before(rows)
        for row in rows:
            if row.wanted:
                row.deliver(Reply(str(len(row.request.prompt)), 1, "stop"))


class Narrow(Counter):
    """Has memory for so many rows only."""

    def __init__(self, holds: int) -> None:
        super().__init__()
        self.holds = holds

    def generate(self, rows: Sequence[Row]) -> None:
        if len(rows) > self.holds:
            self.batches.append([len(row.request.prompt) for row in rows])
            raise BatchTooLargeError("no memory left")
        super().generate(rows)


async def replies(batcher: Batcher, lengths: Sequence[int]) -> list[str]:
    """The texts of the replies, in the order of the requests."""
    done = await asyncio.gather(*(batcher.submit(asked(length)) for length in lengths))
    return [reply.text for reply in done]


async def test_each_request_has_its_own_reply_in_whatever_batch() -> None:
    engine = Counter()
    batcher = Batcher(engine, ROOMY)
    lengths = [5, 900, 7, 6, 870, 30, 5]
    assert await replies(batcher, lengths) == [str(length) for length in lengths]
    await batcher.aclose()
    assert sorted(length for batch in engine.batches for length in batch) == sorted(lengths)


async def test_what_waits_is_one_batch_up_to_the_size() -> None:
    engine = Counter()
    batcher = Batcher(engine, ROOMY)
    await replies(batcher, [3] * 10)
    await batcher.aclose()
    assert [len(batch) for batch in engine.batches] == [4, 4, 2]


async def test_requests_of_the_next_moment_join() -> None:
    engine = Counter()
    batcher = Batcher(engine, BatchOptions(size=2, context_tokens=100, linger=0.5))
    first = asyncio.create_task(batcher.submit(asked(3)))
    await asyncio.sleep(0.01)
    await asyncio.gather(first, batcher.submit(asked(3)))
    await batcher.aclose()
    assert engine.batches == [[3, 3]]


async def test_the_next_batch_gathers_while_one_generates() -> None:
    started, finish = threading.Event(), threading.Event()

    def hold(rows: Sequence[Row]) -> None:
        started.set()
        finish.wait(5)

    engine = Counter(hold)
    batcher = Batcher(engine, ROOMY)
    first = asyncio.create_task(batcher.submit(asked(3)))
    await asyncio.to_thread(started.wait, 5)
    others = [asyncio.create_task(batcher.submit(asked(3))) for _ in range(3)]
    await asyncio.sleep(0.02)
    finish.set()
    await asyncio.gather(first, *others)
    await batcher.aclose()
    assert engine.batches == [[3], [3, 3, 3]]


async def test_the_event_loop_stays_free_while_the_engine_works() -> None:
    batcher = Batcher(Counter(lambda _: time.sleep(0.3)), ROOMY)
    reply = asyncio.create_task(batcher.submit(asked(3)))
    ticks = 0
    while not reply.done():
        await asyncio.sleep(0.01)
        ticks += 1
    await batcher.aclose()
    assert ticks > 5


async def test_a_reply_is_there_before_the_rest_of_its_batch_is() -> None:
    finish = threading.Event()

    def deliver_first(rows: Sequence[Row]) -> None:
        rows[0].deliver(Reply("early", 1, "stop"))
        finish.wait(5)

    batcher = Batcher(Counter(deliver_first), ROOMY)
    first, second = (asyncio.create_task(batcher.submit(asked(3))) for _ in range(2))
    assert (await asyncio.wait_for(first, 4)).text == "early"
    assert not second.done()
    finish.set()
    await second
    await batcher.aclose()


async def test_a_request_that_is_cancelled_is_not_generated() -> None:
    engine = Counter(lambda _: time.sleep(0.05))
    batcher = Batcher(engine, BatchOptions(size=1, context_tokens=100))
    tasks = [asyncio.create_task(batcher.submit(asked(length))) for length in (1, 2, 3)]
    await asyncio.sleep(0.02)
    tasks[1].cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    await batcher.aclose()
    assert engine.batches == [[1], [3]]
    assert isinstance(done[1], asyncio.CancelledError)


async def test_cancelling_all_that_wait_leaves_nothing_to_do() -> None:
    engine = Counter()
    batcher = Batcher(engine, ROOMY)
    task = asyncio.create_task(batcher.submit(asked(1)))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await batcher.aclose()
    assert engine.batches == []


# ---------------------------------------------------------------------- memory


async def test_a_batch_that_is_too_large_is_halved_and_goes_on() -> None:
    engine = Narrow(1)
    batcher = Batcher(engine, ROOMY)
    assert await replies(batcher, [1, 2, 3, 4, 5]) == ["1", "2", "3", "4", "5"]
    await batcher.aclose()
    assert [len(batch) for batch in engine.batches] == [4, 2, 1, 1, 1, 1, 1]
    assert batcher.limit == 1


async def test_what_does_not_fit_even_alone_fails_and_the_next_goes_on() -> None:
    engine = Narrow(0)
    batcher = Batcher(engine, BatchOptions(size=2, context_tokens=100))
    failed = asyncio.gather(batcher.submit(asked(1)), batcher.submit(asked(2)), return_exceptions=True)
    assert [str(error) for error in await failed] == ["no memory left"] * 2
    engine.holds = 1
    assert await replies(batcher, [3]) == ["3"]
    await batcher.aclose()


async def test_rows_that_were_delivered_before_memory_ran_out_are_not_generated_again() -> None:
    def deliver_first(rows: Sequence[Row]) -> None:
        rows[0].deliver(Reply("early", 1, "stop"))
        if len(rows) > 2:
            raise BatchTooLargeError("no memory left")

    engine = Counter(deliver_first)
    batcher = Batcher(engine, BatchOptions(size=3, context_tokens=100))
    texts = await replies(batcher, [1, 2, 3])
    await batcher.aclose()
    assert texts[0] == "early"
    assert engine.batches == [[1, 2, 3], [2], [3]]


async def test_after_a_while_of_success_batches_grow_again() -> None:
    engine = Narrow(2)
    batcher = Batcher(engine, ROOMY)
    await replies(batcher, [1] * 4)
    assert batcher.limit == 2
    engine.holds = 4
    await replies(batcher, [1] * 2 * 2 * GROW_AFTER)
    await batcher.aclose()
    assert batcher.limit == 4


async def test_an_error_of_the_engine_reaches_those_who_wait_each_as_its_own() -> None:
    def refuse(rows: Sequence[Row]) -> None:
        raise ModelError("no")

    engine = Counter(refuse)
    batcher = Batcher(engine, ROOMY)
    one, other = await asyncio.gather(batcher.submit(asked(1)), batcher.submit(asked(1)), return_exceptions=True)
    assert isinstance(one, ModelError)
    assert str(one) == "no"
    assert one is not other
    engine.before = lambda _: None
    assert await replies(batcher, [3]) == ["3"]
    await batcher.aclose()


# ---------------------------------------------------------------------- closing


async def test_closing_gives_up_what_waits_and_what_runs() -> None:
    started = threading.Event()

    def until_unwanted(rows: Sequence[Row]) -> None:
        started.set()
        while rows[0].wanted:
            time.sleep(0.001)

    batcher = Batcher(Counter(until_unwanted), BatchOptions(size=1, context_tokens=100))
    tasks = [asyncio.create_task(batcher.submit(asked(1))) for _ in range(2)]
    await asyncio.to_thread(started.wait, 5)
    await batcher.aclose()
    await batcher.aclose()
    for task in tasks:
        with pytest.raises(ModelError, match="closed before it replied"):
            await task
    with pytest.raises(ModelError, match="is closed"):
        await batcher.submit(asked(1))


# ---------------------------------------------------------------------- who goes with whom


def rows(*requests: Request) -> list[Row]:
    loop = asyncio.new_event_loop()
    waiting = [Row(request, loop.create_future()) for request in requests]
    loop.close()
    return waiting


@pytest.mark.parametrize(
    ("lengths", "chosen"),
    [
        ([], []),
        ([500], [500]),
        ([500, 510, 5000, 490, 505], [500, 505, 510]),
        ([500, 5000, 249, 1001], [500]),
        ([500, 250, 1000], [500, 250]),
        ([10, 138, 139, 11], [10, 11, 138]),
    ],
)
def test_the_oldest_takes_those_most_like_it(lengths: list[int], chosen: list[int]) -> None:
    batch = alike(rows(*map(asked, lengths)), 3, 10_000)
    assert [len(row.request.prompt) for row in batch] == chosen


def test_replies_of_one_length_go_first() -> None:
    batch = alike(rows(asked(10, 50), asked(10, 500), asked(20, 50)), 2, 10_000)
    assert [(len(row.request.prompt), row.request.sampling.max_tokens) for row in batch] == [(10, 50), (20, 50)]


def test_a_batch_fits_into_the_context() -> None:
    batch = alike(rows(asked(10, 90), asked(60, 10), asked(10, 30)), 3, 100)
    assert [len(row.request.prompt) for row in batch] == [10, 10]
