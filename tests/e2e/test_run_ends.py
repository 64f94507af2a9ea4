"""How a run ends that is interrupted, refused or cut short, and what it leaves for the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from arango_thinking import Selection, ThinkingEnhancer
from arango_thinking.choices import OnDuplicate
from arango_thinking.documents.layouts import Document
from arango_thinking.errors import LockedError, UnavailableError
from arango_thinking.runs.collection_run import RunOptions
from arango_thinking.settings import database_settings
from arango_thinking.store.leases import Lease
from arango_thinking.store.records import key_of
from arango_thinking.store.store import Store
from tests.chat_api import Body, ChatAPI
from tests.faulty_proxy import Fault, FaultyProxy
from tests.numbered import config, number_asked, question, solves_at_second
from tests.served import serving

QA = "qa_pairs"


@pytest.fixture
def questions(store: Store) -> Store:
    store.create_collection(QA, edge=False)
    store.import_documents(QA, [question(number) for number in range(3)], OnDuplicate.ERROR)
    return store


@pytest.fixture
def enhancer(api: ChatAPI, url: str, questions: Store) -> ThinkingEnhancer:
    api.reply = solves_at_second
    return ThinkingEnhancer(config(api), database_settings(url))


def rows(store: Store, collection: str) -> list[Document]:
    return sorted(cast(Any, store.connection.database.collection(collection).all()), key=lambda row: row["_key"])


def lock(store: Store) -> Document:
    return cast(Document, store.connection.database.collection("thinking_locks").get(key_of(QA)))


def change(store: Store, number: int) -> None:
    """Another answer, which makes the document's thinking stale."""
    said = question(number)["messages"]
    said[1]["content"] = f"{said[1]['content']} "
    store.connection.database.collection(QA).update({"_key": f"q{number:03}", "messages": said})


async def test_an_interrupted_run_gives_its_lease_back(enhancer: ThinkingEnhancer, api: ChatAPI, store: Store) -> None:
    api.delay = 1.0
    run = asyncio.create_task(enhancer.enhance_collection(QA))
    while not api.requests:
        await asyncio.sleep(0.01)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert lock(store)["run"] is None
    [record] = rows(store, "thinking_runs")
    assert record["status"] == "interrupted"


async def test_one_interrupted_while_it_begins_gives_its_lease_back(
    enhancer: ThinkingEnhancer, questions: Store
) -> None:
    """The lease is taken in a thread, which ends its work whatever becomes of the run."""
    questions.initialise(QA)
    for _ in range(10):
        run = asyncio.create_task(enhancer.enhance_collection(QA))
        while not questions.rows("read_lease", {"key": key_of(QA)}) or lock(questions)["run"] is None:
            assert not run.done()
            await asyncio.sleep(0)
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
        assert lock(questions)["run"] is None
        questions.connection.database.collection("thinking_locks").truncate()


async def test_a_refused_run_leaves_the_lease_as_it_is(enhancer: ThinkingEnhancer, questions: Store) -> None:
    questions.initialise(QA)
    Lease(questions.connection, QA, "another", 60).take()
    with pytest.raises(LockedError):
        await enhancer.enhance_collection(QA)
    assert lock(questions)["run"] == "another"


async def test_a_run_that_loses_its_lease_ends_with_no_trace_open(
    enhancer: ThinkingEnhancer, api: ChatAPI, questions: Store
) -> None:
    """What it has not written stays as it was; the taker ends its record."""

    def reply(body: Body) -> str:
        if number_asked(body) == 0:
            locks = questions.connection.database.collection("thinking_locks")
            locks.update({"_key": key_of(QA), "run": "another", "fence": 9})
        return solves_at_second(body)

    api.reply = reply
    with pytest.raises(LockedError, match="another"):
        await enhancer.enhance_collection(QA)
    assert [trace["outcome"] for trace in rows(questions, "thinking_traces")] == ["lost"] * 3
    assert all("thinking_iterations" not in document["metadata"] for document in rows(questions, QA))
    assert lock(questions)["run"] == "another"


async def test_enhance_leaves_the_notes_of_a_search(enhancer: ThinkingEnhancer, questions: Store) -> None:
    await enhancer.enhance_collection(QA)
    await enhancer.sync_collection(QA, RunOptions("sync", stale_limit=2))
    notes = lock(questions)["search"]
    assert notes["after"]
    await enhancer.enhance_collection(QA)
    assert lock(questions)["search"] == notes


async def test_a_run_that_ends_within_a_page_of_changed_documents_leaves_the_rest_to_the_next(
    enhancer: ThinkingEnhancer, questions: Store
) -> None:
    await enhancer.enhance_collection(QA)
    for number in range(3):
        change(questions, number)
    options = RunOptions("sync", limit=1, stale_limit=3)
    figures = [await enhancer.sync_collection(QA, options) for _ in range(3)]
    # Their thinking comes out the same, so that nothing is to be written; it rests on the new answers now.
    assert [(one["stale"], one["unchanged"]) for one in figures] == [(1, 1)] * 3
    assert (await enhancer.sync_collection(QA, options))["stale"] == 0


async def test_nothing_is_written_when_nothing_changes(enhancer: ThinkingEnhancer, questions: Store) -> None:
    await enhancer.enhance_collection(QA)
    for number in range(3):
        change(questions, number)
    before = [document["_rev"] for document in rows(questions, QA)]
    figures = await enhancer.sync_collection(QA, RunOptions("sync", stale_limit=10))
    assert (figures["unchanged"], figures["written"]) == (3, 0)
    assert [document["_rev"] for document in rows(questions, QA)] == before


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[FaultyProxy]:
    with serving(tmp_path / "served.db", "--no-auth") as server, FaultyProxy(server.url) as proxy:
        yield proxy


async def test_what_was_written_before_an_error_is_counted(proxy: FaultyProxy, api: ChatAPI) -> None:
    """The server writes each time, and no answer arrives until the patience is over."""
    api.reply = solves_at_second
    settings = database_settings(proxy.url)
    store = Store.connect(settings)
    store.create_collection(QA, edge=False)
    store.import_documents(QA, [question(number) for number in range(3)], OnDuplicate.ERROR)
    proxy.provoke(Fault(reset="after", query="write_back"))
    with pytest.raises(UnavailableError):
        await ThinkingEnhancer(config(api), settings).sync_collection(Selection(QA), RunOptions(patience=0.5))
    assert proxy.met > 1
    [run] = rows(store, "thinking_runs")
    figures = run["statistics"]
    assert (run["status"], figures["written"], figures["deferred"]) == ("failed", 3, 0)
    revisions = [document["_rev"] for document in rows(store, QA)]
    traces = sorted(rows(store, "thinking_traces"), key=lambda trace: str(trace["document"]))
    assert [(trace["outcome"], trace["revision"]) for trace in traces] == [("written", one) for one in revisions]
    store.close()
