"""Requests to a local model, gathered into batches: one worker thread generates while the next batch gathers."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from arango_thinking.errors import ModelError
from arango_thinking.llm.base import Sampling

#: Shorter prompts of a batch are padded. So the longest has at most PADDING_RATIO times the tokens of the shortest,
#: or at most PADDING_TOKENS more.
PADDING_RATIO = 2
PADDING_TOKENS = 128
#: How many full batches must succeed, after one that was too large, before a larger one is tried.
GROW_AFTER = 8


class BatchTooLargeError(Exception):
    """The memory does not hold this batch; a smaller one may fit."""


@dataclass(frozen=True, slots=True)
class Request:
    """A prompt as tokens, and how its reply is drawn."""

    prompt: tuple[int, ...]
    sampling: Sampling


@dataclass(frozen=True, slots=True)
class Reply:
    """The text of a reply, how many tokens were generated for it, and "stop" or "length"."""

    text: str
    tokens: int
    finish_reason: str


class Row:
    """A request under way. The worker thread may deliver its reply before the rest of the batch is done."""

    def __init__(self, request: Request, future: asyncio.Future[Reply]) -> None:
        self.request = request
        self.future = future
        self.delivered = False

    @property
    def wanted(self) -> bool:
        """Whether anybody still waits for the reply."""
        return not self.future.done()

    def deliver(self, reply: Reply) -> None:
        """Hand over the reply, from any thread."""
        self.delivered = True
        self.future.get_loop().call_soon_threadsafe(self._settle, reply)

    def _settle(self, reply: Reply) -> None:
        if self.wanted:
            self.future.set_result(reply)

    def fail(self, error: BaseException) -> None:
        """Raise a copy of `error` where the reply is awaited; call it in the event loop's thread only."""
        if self.wanted:
            self.future.set_exception(copy.copy(error))  # each dialogue notes its own cost on its own error


class Engine(Protocol):
    """What generates the replies of a batch."""

    def generate(self, rows: Sequence[Row]) -> None:
        """Deliver a reply to each row that is still wanted; blocks.

        Raises `BatchTooLargeError` when memory runs out; replies that were delivered before stay valid.
        """
        ...


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """The most rows of a batch, the tokens that the model holds, and the seconds that a batch waits for more rows."""

    size: int = 8
    context_tokens: int = 4096
    linger: float = 0.005


class Batcher:
    """Gives each request to the engine in a batch with others that are waiting.

    When memory runs out, the batch size is halved and the rest is retried; after a while a larger size is tried again.
    """

    def __init__(self, engine: Engine, options: BatchOptions) -> None:
        self._engine = engine
        self._options = options
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="generate")
        self._waiting: list[Row] = []
        self._running: list[Row] = []
        self._serving: asyncio.Task[None] | None = None
        self._closed = False
        #: The most rows of the next batch. `_full` counts the full batches since this changed.
        self.limit = options.size
        self._full = 0
        self._patience = GROW_AFTER

    async def submit(self, request: Request) -> Reply:
        """Return the reply to one request. When the caller is cancelled, the request is dropped.

        Raises `ModelError` when the request does not fit into memory even alone, and whatever the engine raises.
        """
        if self._closed:
            raise ModelError("The model is closed.")
        row = Row(request, asyncio.get_running_loop().create_future())
        self._waiting.append(row)
        if self._serving is None or self._serving.done():
            self._serving = asyncio.create_task(self._serve())
        return await row.future

    async def aclose(self) -> None:
        """Fail all open requests; returns when the worker thread has finished."""
        self._closed = True
        for row in (*self._waiting, *self._running):
            row.fail(ModelError("The model was closed before it replied."))
        if self._serving is not None and not self._serving.done():
            await asyncio.wait([self._serving])
        self._worker.shutdown()

    async def _serve(self) -> None:
        """Run batches until no request waits."""
        while self._waiting:
            if len(self._waiting) < self.limit:
                await asyncio.sleep(self._options.linger)
            self._running = self._next_batch()
            if self._running:
                await self._run(self._running)

    def _next_batch(self) -> list[Row]:
        self._waiting = [row for row in self._waiting if row.wanted]
        batch = alike(self._waiting, self.limit, self._options.context_tokens)
        self._waiting = [row for row in self._waiting if row not in batch]
        return batch

    async def _run(self, batch: list[Row]) -> None:
        work = self._worker.submit(self._engine.generate, batch)
        (error,) = await asyncio.gather(asyncio.wrap_future(work), return_exceptions=True)
        left = [row for row in batch if not row.delivered]
        if isinstance(error, BatchTooLargeError):
            self._shrink(len(batch), left, error)
        elif error is not None:
            for row in left:
                row.fail(error)
        else:
            self._grow(len(batch))

    def _shrink(self, size: int, left: list[Row], error: BatchTooLargeError) -> None:
        if size == 1:
            for row in left:
                row.fail(ModelError(str(error)))
            return
        self.limit = size // 2
        self._full = 0
        self._patience *= 2  # a size that keeps failing is tried less and less often
        self._waiting[:0] = left

    def _grow(self, size: int) -> None:
        self._full += size == self.limit
        if self._full >= self._patience and self.limit < self._options.size:
            self.limit = min(self._options.size, self.limit * 2)
            self._full = 0


def alike(waiting: Sequence[Row], limit: int, context_tokens: int) -> list[Row]:
    """The row that has waited longest, with at most `limit` - 1 others that cost little padding beside it."""
    batch = list(waiting[:1])
    for row in sorted(waiting[1:], key=lambda row: _distance(batch[0].request, row.request)):
        if len(batch) < limit and _go_together([*batch, row], context_tokens):
            batch.append(row)
    return batch


def _distance(one: Request, other: Request) -> tuple[bool, int]:
    """How badly two requests fit together: equal reply limits end together, equal prompt lengths need no padding."""
    differs = one.sampling.max_tokens != other.sampling.max_tokens
    return differs, abs(len(one.prompt) - len(other.prompt))


def _go_together(batch: Sequence[Row], context_tokens: int) -> bool:
    lengths = [len(row.request.prompt) for row in batch]
    longest, shortest = max(lengths), min(lengths)
    fits = longest + max(row.request.sampling.max_tokens for row in batch) <= context_tokens
    return fits and longest <= max(PADDING_RATIO * shortest, shortest + PADDING_TOKENS)
