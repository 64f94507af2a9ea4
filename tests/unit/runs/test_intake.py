"""What a run works on, read page by page from the embedded database."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from arango_thinking.choices import OnDuplicate
from arango_thinking.documents.layouts import Document
from arango_thinking.runs.account import Statistics
from arango_thinking.runs.dialogues.outcomes import Task
from arango_thinking.runs.intake import PAGE, Intake, Limits
from arango_thinking.store.records import Backlog, Selection
from arango_thinking.store.stale_search import StaleSearch
from arango_thinking.store.store import Store
from arango_thinking.store.threads import Threads
from tests.enhancing import enhance

QA = "qa_pairs"
Make = Callable[..., Intake]


def flat(key: str, **fields: Any) -> Document:
    return {"_key": key, "question": f"What is {key}?", "answer": key, "thinking": "old", **fields}


def ignored(_: Statistics) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def database(store: Store) -> Store:
    store.create_collection(QA, edge=False)
    store.initialise(QA)
    return store


@pytest.fixture
def intake(database: Store) -> Iterator[Make]:
    all_made: list[Intake] = []

    def made(selection: Selection | None = None, limits: Limits | None = None, search: int = 0) -> Intake:
        found = Intake(
            database, selection or Selection(QA), limits or Limits(), Threads(threading.Event()), "fingerprint"
        )
        if search:
            found.search = StaleSearch.resume({}, "mark", search, time.time())
        all_made.append(found)
        return found

    yield made
    for found in all_made:
        found.close()


def put(store: Store, *documents: Document) -> None:
    store.import_documents(QA, list(documents), OnDuplicate.ERROR)


def edit(store: Store, key: str, **fields: Any) -> None:
    store.connection.database.collection(QA).update({"_key": key, **fields})


async def keys(tasks: AsyncIterator[Task]) -> list[str]:
    return [task.origin.document["_key"] async for task in tasks]


async def test_pending_documents_come_in_key_order_over_pages(database: Store, intake: Make) -> None:
    names = [f"{number:04}" for number in range(2 * PAGE + 1)]
    put(database, *map(flat, names))
    found = intake()
    assert await keys(found.tasks(ignored)) == names
    assert (found.statistics.selected, found.statistics.examples) == (len(names), len(names))


async def test_tasks_are_numbered_and_hold_the_document_as_read(database: Store, intake: Make) -> None:
    put(database, flat("a"), flat("b"))
    tasks = [task async for task in intake().tasks(ignored)]
    assert [task.position for task in tasks] == [1, 2]
    assert [task.example.question for task in tasks] == ["What is a?", "What is b?"]
    assert [task.example.source for task in tasks] == ["qa_pairs/a", "qa_pairs/b"]


async def test_what_cannot_be_enhanced_is_unchanged_with_its_reason(database: Store, intake: Make) -> None:
    put(database, flat("a", answer=""), flat("b"), flat("c", original_thinking="older"))
    found = intake()
    assert await keys(found.tasks(ignored)) == ["b"]
    assert (found.statistics.selected, found.statistics.unchanged, found.statistics.examples) == (3, 2, 1)
    assert found.statistics.reasons == [
        ("qa_pairs/a", "the answer is empty"),
        ("qa_pairs/c", "it has an original_thinking but no thinking_iterations"),
    ]


async def test_a_limit_is_of_examples_not_of_documents(database: Store, intake: Make) -> None:
    put(database, flat("a", answer=""), flat("b"), flat("c"), flat("d"))
    found = intake(limits=Limits(examples=2))
    assert await keys(found.tasks(ignored)) == ["b", "c"]
    assert (found.statistics.selected, found.statistics.examples) == (3, 2)
    assert found.statistics.stopped is None


async def test_after_its_time_no_more_are_begun_and_it_is_said(database: Store, intake: Make) -> None:
    put(database, flat("a"), flat("b"), flat("c"))
    found = intake(limits=Limits(seconds=0.1))
    begun = []
    async for task in found.tasks(ignored):
        begun.append(task.position)
        time.sleep(0.11)
    assert begun == [1]
    assert found.statistics.stopped == "The run has used up its 0 s (--max-runtime)."
    assert await keys(intake(limits=Limits(seconds=60)).tasks(ignored)) == ["a", "b", "c"]


async def test_no_time_at_all_begins_nothing(database: Store, intake: Make) -> None:
    put(database, flat("a"))
    assert await keys(intake(limits=Limits(seconds=0)).tasks(ignored)) == []


async def test_progress_is_told_after_each_document(database: Store, intake: Make) -> None:
    put(database, flat("a"), flat("b", answer=""))
    seen: list[int] = []
    await keys(intake().tasks(lambda statistics: seen.append(statistics.selected)))
    assert seen == [1, 2]


async def test_first_examples_are_not_counted_and_keep_to_the_limit(database: Store, intake: Make) -> None:
    put(database, *map(flat, "abcd"), flat("0", answer=""))
    found = intake()
    assert [example.answer for example in await found.first_examples(2)] == ["a", "b"]
    assert [example.answer for example in await found.first_examples(9)] == ["a", "b", "c", "d"]
    assert found.statistics.selected == 0
    limited = intake(limits=Limits(examples=1))
    assert [example.answer for example in await limited.first_examples(4)] == ["a"]


async def test_changed_documents_come_before_pending_ones_and_are_counted(database: Store, intake: Make) -> None:
    put(database, flat("a"), flat("b"))
    enhance(database, QA, "r")
    put(database, flat("c"))
    edit(database, "b", question="What else?")
    found = intake(search=100)
    assert await keys(found.tasks(ignored)) == ["b", "c"]
    assert (found.statistics.selected, found.statistics.stale) == (2, 1)
    assert (found.search.searched, found.search.found, found.search.after) == (2, True, "")


async def test_a_search_that_finds_nothing_is_clean(database: Store, intake: Make) -> None:
    put(database, flat("a"))
    enhance(database, QA, "r")
    found = intake(search=100)
    assert await keys(found.tasks(ignored)) == []
    assert (found.search.found, found.search.clean) == (False, "mark")


async def test_a_search_goes_no_further_than_its_limit_and_the_next_goes_on(database: Store, intake: Make) -> None:
    put(database, *map(flat, "abc"))
    enhance(database, QA, "r")
    edit(database, "c", question="What else?")
    found = intake(search=2)
    assert await keys(found.tasks(ignored)) == []
    assert (found.search.searched, found.search.left, found.search.found) == (2, 0, False)
    later = intake()
    later.search = StaleSearch.resume(found.search.notes(), "mark", 2, time.time())
    assert await keys(later.tasks(ignored)) == ["c"]


async def test_a_search_of_one_trace_is_made(database: Store, intake: Make) -> None:
    put(database, *map(flat, "ab"))
    enhance(database, QA, "r")
    edit(database, "a", question="What else?")
    assert await keys(intake(search=1).tasks(ignored)) == ["a"]


async def test_a_run_that_ends_within_a_page_of_changed_ones_leaves_the_rest_to_the_next(
    database: Store, intake: Make
) -> None:
    put(database, *map(flat, "abc"))
    enhance(database, QA, "r")
    for key in "abc":
        edit(database, key, question="What else?")
    found = intake(search=100, limits=Limits(examples=1))
    assert await keys(found.tasks(ignored)) == ["a"]
    assert (found.search.searched, found.search.after) == (0, "")


async def test_has_work_counts_nothing_and_says_what_there_is(database: Store, intake: Make) -> None:
    found = intake()
    assert await found.has_work() is False
    put(database, flat("0", answer=""))
    assert await found.has_work() is False
    put(database, flat("a"))
    assert await found.has_work() is True
    assert found.statistics.selected == 0


async def test_a_search_that_has_work_looked_for_in_vain_is_not_made_twice(database: Store, intake: Make) -> None:
    put(database, *map(flat, "ab"))
    enhance(database, QA, "r")
    nothing = intake(search=100)
    assert await nothing.has_work() is False
    assert (nothing.search.searched, nothing.search.clean) == (2, "mark")
    put(database, flat("c"))
    pending = intake(search=100)
    assert await pending.has_work() is True
    assert pending.search.searched == 2
    edit(database, "b", question="What else?")
    changed = intake(search=100)
    before = replace(changed.search)
    assert await changed.has_work() is True
    assert changed.search == before  # what it found is still to be read by `tasks`
    assert await keys(changed.tasks(ignored)) == ["b", "c"]


async def test_the_backlog_tells_pending_from_due(database: Store, intake: Make) -> None:
    put(database, *map(flat, "abc"))
    assert await intake().backlog() == Backlog(3, 3) == intake().count()
    filtered = intake(Selection(QA, filter="doc._key > 'a'"))
    assert filtered.count() == Backlog(2, 2)


async def test_a_forced_layout_settles_how_documents_are_read(database: Store, intake: Make) -> None:
    said = [{"role": "user", "content": "What is m?"}, {"role": "assistant", "content": "m"}]
    put(database, flat("a", messages=said, metadata={}))
    assert await keys(intake().tasks(ignored)) == []
    flat_task = [task async for task in intake(Selection(QA, layout="flat")).tasks(ignored)]
    assert [task.example.answer for task in flat_task] == ["a"]
