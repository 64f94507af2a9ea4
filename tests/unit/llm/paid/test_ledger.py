from __future__ import annotations

import asyncio

from arango_thinking.llm.paid import ledger
from arango_thinking.llm.paid.ledger import Entry
from arango_thinking.usage import Usage

ONE = Usage(10, 5, 1, 0.5)


def test_calls_are_added_up_by_role() -> None:
    with ledger.opened() as book:
        ledger.enter(Entry("student", ONE, "a", replayed=False))
        ledger.enter(Entry("student", ONE, "b", replayed=True))
        ledger.enter(Entry("teacher", ONE, "c", replayed=False))
    assert book.total == {"student": Usage(20, 10, 2, 1.0), "teacher": ONE}
    assert book.paid == {"student": ONE, "teacher": ONE}
    assert (book.replayed, book.keys) == (1, ["a", "b", "c"])


def test_outside_of_a_dialogue_nothing_is_kept() -> None:
    ledger.enter(Entry("student", ONE, "a", replayed=False))
    with ledger.opened() as book:
        pass
    assert book.entries == []


async def test_dialogues_at_the_same_time_keep_apart() -> None:
    async def dialogue(key: str) -> list[str]:
        with ledger.opened() as book:
            for _ in range(3):
                await asyncio.sleep(0)
                await asyncio.gather(*[asyncio.create_task(call(key))])
        return book.keys

    async def call(key: str) -> None:
        ledger.enter(Entry("student", ONE, key, replayed=False))

    assert await asyncio.gather(dialogue("a"), dialogue("b")) == [["a"] * 3, ["b"] * 3]
