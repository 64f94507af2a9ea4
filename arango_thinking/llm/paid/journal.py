"""The journal: it stores every paid reply before the dialogue continues, so that no call is paid for twice."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Generic, Protocol, TypeVar

import orjson
from pydantic import BaseModel

from arango_thinking.llm.base import Message, Sampling

Item = TypeVar("Item")
Result = TypeVar("Result")
#: A stored call: its `_key`, and what `PaidModel` needs to give the reply again.
Record = dict[str, Any]

#: The most calls that are read or written together.
AT_ONCE = 1000


class CallStore(Protocol):
    """Where the calls are kept. Its methods block."""

    def read(self, keys: Sequence[str]) -> dict[str, Record]:
        """The stored calls among these keys, by key."""
        ...

    def write(self, records: Sequence[Record]) -> None:
        """Keep calls; they survive the end of the process when this returns."""
        ...

    def forget(self, keys: Sequence[str]) -> None: ...

    def close(self) -> None: ...


class Journal:
    """Finds and keeps calls. Dialogues that wait at the same time share a round trip to the store."""

    def __init__(self, store: CallStore) -> None:
        self._store = store
        self._reads = Grouped[str, Record | None](self._read)
        self._writes = Grouped[Record, None](self._write)

    async def find(self, key: str) -> Record | None:
        return await self._reads.add(key)

    async def keep(self, record: Record) -> None:
        """Store a call; returns when it is durable."""
        await self._writes.add(record)

    async def forget(self, keys: Sequence[str]) -> None:
        """Remove calls whose replies could not be used, so that the next try draws new ones."""
        if keys:
            await asyncio.to_thread(self._store.forget, keys)

    async def aclose(self) -> None:
        await asyncio.to_thread(self._store.close)

    def _read(self, keys: Sequence[str]) -> list[Record | None]:
        found = self._store.read(keys)
        return [found.get(key) for key in keys]

    def _write(self, records: Sequence[Record]) -> list[None]:
        self._store.write(records)
        return [None] * len(records)


class Grouped(Generic[Item, Result]):
    """Does blocking work in a thread, on groups of items. Items that arrive during the work make the next group."""

    def __init__(self, work: Callable[[Sequence[Item]], list[Result]]) -> None:
        self._work = work
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def add(self, item: Item) -> Result:
        """The result for the item. Raises what the work on its group raised."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            work = asyncio.to_thread(self._work, [item for item, _ in group])
            (results,) = await asyncio.gather(work, return_exceptions=True)
            for position, (_, future) in enumerate(group):
                if future.cancelled():
                    continue
                if isinstance(results, BaseException):
                    future.set_exception(results)
                else:
                    future.set_result(results[position])


@cache
def schema_text(schema: type[BaseModel]) -> str:
    """The schema as JSON; cached, since pydantic takes a millisecond to make it."""
    return orjson.dumps(schema.model_json_schema(), option=orjson.OPT_SORT_KEYS).decode()


def call_key(
    identity: Mapping[str, Any],
    messages: Sequence[Message],
    sampling: Sampling,
    schema: type[BaseModel] | None,
    continue_final: bool,
) -> str:
    """The key of a call: a hash of everything that may change its reply.

    `identity` holds what is known of the model beforehand: backend, URL, name, adapter, seed, prompt version.
    """
    asked = {
        "identity": dict(identity),
        "messages": list(messages),
        "sampling": [sampling.max_tokens, sampling.temperature, sampling.sample, list(sampling.stop)],
        "schema": schema_text(schema) if schema else None,
        "continues": continue_final,
    }
    return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()
