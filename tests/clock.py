"""An event loop whose time passes at once: a wait of an hour ends when nothing else is left to do."""

from __future__ import annotations

import asyncio
import functools
import selectors
from collections.abc import Awaitable, Callable
from typing import Any


class _Selector(selectors.DefaultSelector):
    """Where a loop would wait, its clock is put forward. A turn of the loop takes a little time too, as always."""

    TURN = 1e-9

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        self.now += self.TURN
        if not ready and timeout:
            self.now += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._clock = _Selector()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now


def timeless(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """The asynchronous test, on a loop of its own whose time passes at once; it must wait for nothing outside."""

    @functools.wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        with asyncio.Runner(loop_factory=_Loop) as runner:
            runner.run(test(*arguments, **named))  # type: ignore[arg-type]

    return run
