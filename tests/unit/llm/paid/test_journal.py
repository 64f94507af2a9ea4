from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import BaseModel

from arango_thinking.errors import UnavailableError
from arango_thinking.llm.base import Message, Sampling
from arango_thinking.llm.paid.journal import Grouped, Journal, Record, call_key

IDENTITY = {"backend": "openai", "url": "http://a/v1", "model": "m", "adapter": None, "seed": 0, "prompts": "1"}
MESSAGES: list[Message] = [{"role": "user", "content": "What is 1 + 1?"}]
SAMPLING = Sampling(100, 0.7)


class Shape(BaseModel):
    answer: str


class Other(BaseModel):
    answer: int


class InMemory:
    """A store that counts how often it is called."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.trips = 0
        self.closed = False

    def read(self, keys: Sequence[str]) -> dict[str, Record]:
        self.trips += 1
        return {key: self.records[key] for key in keys if key in self.records}

    def write(self, records: Sequence[Record]) -> None:
        self.trips += 1
        self.records |= {record["_key"]: record for record in records}

    def forget(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.records.pop(key, None)

    def close(self) -> None:
        self.closed = True


def key(**changes: Any) -> str:
    given = {
        "identity": IDENTITY,
        "messages": MESSAGES,
        "sampling": SAMPLING,
        "schema": None,
        "continue_final": False,
        **changes,
    }
    return call_key(**given)


@pytest.mark.parametrize(
    "change",
    [
        *[{"identity": {**IDENTITY, name: "other"}} for name in IDENTITY],
        {"messages": [{"role": "user", "content": "What is 1 + 2?"}]},
        {"messages": [{"role": "system", "content": "What is 1 + 1?"}]},
        {"messages": [*MESSAGES, *MESSAGES]},
        {"sampling": Sampling(101, 0.7)},
        {"sampling": Sampling(100, 0.8)},
        {"sampling": Sampling(100, 0.7, sample=1)},
        {"sampling": Sampling(100, 0.7, stop=("\n",))},
        {"schema": Shape},
        {"continue_final": True},
    ],
)
def test_everything_that_may_change_the_reply_changes_the_key(change: dict[str, Any]) -> None:
    assert key(**change) != key()
    assert key(**change) == key(**change)


def test_two_schemas_have_two_keys() -> None:
    assert key(schema=Shape) != key(schema=Other)


async def test_calls_are_found_again() -> None:
    journal = Journal(InMemory())
    assert await journal.find("a") is None
    await journal.keep({"_key": "a", "text": "two"})
    assert await journal.find("a") == {"_key": "a", "text": "two"}
    await journal.forget(["a", "b"])
    assert await journal.find("a") is None


async def test_dialogues_that_wait_together_share_a_round_trip() -> None:
    store = InMemory()
    journal = Journal(store)
    await asyncio.gather(*[journal.keep({"_key": str(number)}) for number in range(500)])
    found = await asyncio.gather(*[journal.find(str(number)) for number in range(500)])
    assert [record["_key"] for record in found if record] == [str(number) for number in range(500)]
    assert store.trips <= 6
    await journal.aclose()
    assert store.closed


async def test_what_fails_fails_for_its_group_only() -> None:
    def work(items: Sequence[int]) -> list[int]:
        if 13 in items:
            raise UnavailableError("gone")
        return [item * 2 for item in items]

    grouped = Grouped[int, int](work)
    assert await grouped.add(1) == 2
    with pytest.raises(UnavailableError):
        await grouped.add(13)
    assert await grouped.add(2) == 4


async def test_a_dialogue_that_is_given_up_leaves_the_others_alone() -> None:
    go_on = threading.Event()

    def work(items: Sequence[int]) -> list[int]:
        go_on.wait(5)
        return list(items)

    grouped = Grouped[int, int](work)
    kept, given_up = asyncio.create_task(grouped.add(1)), asyncio.create_task(grouped.add(2))
    await asyncio.sleep(0.01)
    given_up.cancel()
    go_on.set()
    assert await kept == 1
