"""Run blocking work beside the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")


class Threads:
    """Runs blocking work in threads. Once a piece of work is cancelled, `stopping` is set, which ends all waiting."""

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping

    async def run(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Return the result of the work. When cancelled, wait for the end of the work, which nothing can stop."""
        running = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            self._stopping.set()
            await asyncio.wait([running])
            raise
