"""Run the coroutine of a command, until it ends or a signal stops it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import typer

Result = TypeVar("Result")

INTERRUPTED = 130

#: What to say after a signal: for a run on a collection, for one that takes back, and for one on a file.
KEPT = "what was finished is written. Run the same command again to continue."
TAKEN_BACK = "what was taken back is recorded. Run the same command again to continue."
DROPPED = "the output is not written, since it appears whole or not at all."


def _nothing() -> None:
    """The account of what has none."""


def run(work: Coroutine[Any, Any, Result], left_behind: str = KEPT, account: Callable[[], None] = _nothing) -> Result:
    """Run the work. SIGINT or SIGTERM ends it in order; a second signal ends it at once.

    After a signal it calls `account`, prints `left_behind`, which says what is left, and raises `typer.Exit` with 130.
    """
    import asyncio

    from arango_thinking.cli.console import complain

    try:
        return asyncio.run(_until_signal(work))
    except (KeyboardInterrupt, asyncio.CancelledError):
        account()
        complain(f"interrupted; {left_behind}")
        raise typer.Exit(INTERRUPTED) from None


async def _until_signal(work: Coroutine[Any, Any, Result]) -> Result:
    import asyncio

    from arango_thinking.cli.console import say

    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)

    def stop() -> None:
        if task.cancelling():
            say("Aborted.")
            os._exit(INTERRUPTED)
        say("Stopping: what is finished is being written. A second signal aborts at once.")
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:  # on Windows: Ctrl-C still raises KeyboardInterrupt
            break
    return await task
