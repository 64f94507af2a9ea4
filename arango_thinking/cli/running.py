"""Running the one coroutine of a command, to its end or to a signal."""

from __future__ import annotations

import os
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

import typer

Result = TypeVar("Result")

INTERRUPTED = 130

#: What a signal leaves behind: of a run on a collection, of one that takes back, and of one on a file.
KEPT = "what was finished is written. The same command goes on from here."
TAKEN_BACK = "what was taken back is recorded. The same command goes on from here."
DROPPED = "the output is not written, since it appears whole or not at all."


def run(work: Coroutine[Any, Any, Result], left_behind: str = KEPT) -> Result:
    """Run the work. SIGINT or SIGTERM ends it in order, and `left_behind` says with what; a second one ends it at once.

    Raises `typer.Exit` with 130 then.
    """
    import asyncio

    from arango_thinking.cli.console import complain

    try:
        return asyncio.run(_until_signal(work))
    except (KeyboardInterrupt, asyncio.CancelledError):
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
