"""Rounds over a collection, called from Python; tests/unit/cli/commands/test_sync.py has them as a process."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from arango_thinking import Selection, ThinkingEnhancer
from arango_thinking.choices import OnDuplicate
from arango_thinking.errors import ConfigurationError
from arango_thinking.runs.account import Statistics
from arango_thinking.runs.collection_run import RunOptions
from arango_thinking.runs.syncing import TOLD_REASONS, Sync, SyncOptions, exit_code_of
from arango_thinking.settings import database_settings
from arango_thinking.store.store import Store
from tests.chat_api import ChatAPI, refusal
from tests.numbered import config, question, read, solves_at_second

QA = "qa_pairs"
Make = Callable[..., Sync]


@pytest.fixture
def questions(store: Store) -> Store:
    store.create_collection(QA, edge=False)
    store.import_documents(QA, [question(number) for number in range(3)], OnDuplicate.ERROR)
    return store


@pytest.fixture
def sync(questions: Store, api: ChatAPI, url: str) -> Make:
    api.reply = solves_at_second

    def made(options: SyncOptions | None = None, collection: str = QA, **settings: Any) -> Sync:
        database = database_settings(url)
        enhancer = ThinkingEnhancer(config(api, journal=False, **settings), database)
        return Sync(enhancer, database, Selection(collection), options or SyncOptions(), ignored)

    return made


def ignored(_: Statistics) -> None:
    """Progress that nobody watches."""


async def rounds(sync: Sync, number: int = 99) -> list[dict[str, Any]]:
    told = []
    async for summary in sync.rounds():
        told.append(summary)
        if len(told) == number:
            break
    return told


async def test_a_single_round_tells_what_it_did(sync: Make) -> None:
    [told] = await rounds(sync())
    assert (told["command"], told["collection"], told["exit_code"], told["error"]) == ("sync", QA, 0, None)
    assert (told["selected"], told["written"], told["pending"], told["failures"]) == (3, 3, 0, 0)
    used = told["usage"]["student"]
    assert told["tokens"] == used["prompt_tokens"] + used["completion_tokens"] > 0
    assert told["started_at"] <= told["finished_at"]
    assert 0 < told["seconds"] < 30


async def test_every_is_from_the_beginning_of_a_round_to_that_of_the_next(sync: Make) -> None:
    started = time.monotonic()
    told = await rounds(sync(SyncOptions(every=0.4)), 3)
    assert [summary["written"] for summary in told] == [3, 0, 0]
    assert 0.8 <= time.monotonic() - started < 5


async def test_jitter_puts_a_round_off_by_a_random_time(sync: Make) -> None:
    working = sync(SyncOptions(jitter=0.3))
    random.seed(0)  # of which the first number is 0.84
    started = time.monotonic()
    [told] = await rounds(working)
    assert time.monotonic() - started >= 0.25 + told["seconds"]


async def test_a_wrong_configuration_ends_the_rounds(sync: Make) -> None:
    [told] = await rounds(sync(SyncOptions(every=0.01), collection="nowhere"))
    assert told["exit_code"] == 2
    assert "no collection 'nowhere'" in told["error"]
    assert (told["selected"], told["tokens"]) == (0, 0)


async def test_a_failure_that_may_pass_does_not(sync: Make, api: ChatAPI) -> None:
    working = sync(SyncOptions(every=0.01))
    api.reply = lambda _: refusal(402, "the account is empty")
    told = await rounds(working, 2)
    assert [summary["exit_code"] for summary in told] == [69, 69]


async def test_a_round_that_is_cancelled_tells_what_was_done_and_ends_them(sync: Make, api: ChatAPI) -> None:
    seen: list[dict[str, Any]] = []

    async def watch() -> None:
        async for summary in sync(SyncOptions(every=0.01), batch_size=1).rounds():
            seen.append(summary)

    api.delay = 0.2
    watching = asyncio.create_task(watch())
    while not api.requests:
        await asyncio.sleep(0.01)
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching
    [told] = seen
    assert (told["exit_code"], told["error"]) == (130, "interrupted")
    assert told["written"] < 3


async def test_exports_what_is_enhanced_when_any_was_written_or_the_file_is_not_there(
    sync: Make, tmp_path: Path
) -> None:
    path = tmp_path / "out.jsonl"
    working = sync(SyncOptions(export_path=path))
    [first] = await rounds(working)
    assert (first["exported"], len(read(path))) == (3, 3)
    path.write_text("")
    [nothing_new] = await rounds(working)
    assert "exported" not in nothing_new
    assert read(path) == []
    path.unlink()
    [gone] = await rounds(working)
    assert (gone["exported"], len(read(path))) == (3, 3)


async def test_metrics_are_written_each_round_and_their_loss_does_not_end_them(
    sync: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "metrics"
    folder.mkdir()
    working = sync(SyncOptions(metrics_path=folder / "a.prom"))
    [told] = await rounds(working)
    assert 'arango_thinking_last_run_exit_code{collection="qa_pairs"} 0.0' in (folder / "a.prom").read_text()
    (folder / "a.prom").unlink()
    folder.rmdir()
    [told] = await rounds(working)
    assert told["exit_code"] == 0
    assert "cannot be written" in caplog.text


@pytest.mark.parametrize("place", ["export_path", "metrics_path"])
def test_a_folder_that_is_not_there_is_refused_before_anything_is_paid_for(
    sync: Make, tmp_path: Path, place: str
) -> None:
    with pytest.raises(ConfigurationError, match=r"There is no folder .*nowhere for a\.file"):
        sync(SyncOptions(**{place: tmp_path / "nowhere" / "a.file"}))


async def test_of_many_reasons_the_first_are_told(sync: Make, questions: Store) -> None:
    bad = [{"_key": f"z{number:03}", "question": "", "answer": "1"} for number in range(TOLD_REASONS + 5)]
    questions.import_documents(QA, bad, OnDuplicate.ERROR)
    working = sync(SyncOptions(RunOptions("sync", limit=1)))
    [told] = await rounds(working)
    assert told["reasons"] == []
    [told] = await rounds(sync())
    assert (told["unchanged"], len(told["reasons"])) == (TOLD_REASONS + 5, TOLD_REASONS)


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        ({}, 0),
        ({"failed": 1}, 1),
        ({"rejected_lines": 1}, 1),
        ({"stopped": "All is spent."}, 3),
        ({"stopped": "All is spent.", "failed": 1}, 3),
    ],
)
def test_the_exit_code_of_an_account(figures: dict[str, Any], code: int) -> None:
    assert exit_code_of({**Statistics().to_dict(), **figures}) == code
