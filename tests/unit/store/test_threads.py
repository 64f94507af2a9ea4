from __future__ import annotations

import asyncio
import threading

import pytest

from arango_thinking.store.threads import Threads


async def test_work_runs_beside_the_event_loop_and_gives_its_result() -> None:
    main = threading.get_ident()
    assert await Threads(threading.Event()).run(lambda one: (one, threading.get_ident() != main), 1) == (1, True)


async def test_what_the_work_raises_is_raised() -> None:
    stopping = threading.Event()
    with pytest.raises(ZeroDivisionError):
        await Threads(stopping).run(lambda: 1 // 0)
    assert not stopping.is_set()


async def test_once_cancelled_it_says_so_to_the_work_and_waits_for_its_end() -> None:
    stopping, begun, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        assert stopping.wait(10)
        ended.set()

    running = asyncio.create_task(Threads(stopping).run(work))
    await asyncio.to_thread(begun.wait, 10)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ended.is_set()
