"""One run over a collection: keyset pages in, dialogues, batched compare-and-set writes out."""

from __future__ import annotations

import asyncio
import platform
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

from arango_thinking import __version__
from arango_thinking.dialogue import Dialogue
from arango_thinking.documents import Example, Layout, is_enhanced, read_example
from arango_thinking.errors import DocumentError
from arango_thinking.estimating import Estimate, estimate
from arango_thinking.pipeline import Outcome, Progress, Statistics, Task, check_judge, outcomes, patch_of, settle
from arango_thinking.selection import Patch, Pending, Selection, Written
from arango_thinking.settings import DatabaseSettings, StudentTeacherConfig
from arango_thinking.store import Store
from arango_thinking.teaching.controls import EXAMPLES
from arango_thinking.teaching.prompting import prompt_version

Result = TypeVar("Result")

PAGE = 100
#: A batch is written when it is full or this old, so that little is lost when the process is killed.
BATCH = 50
BATCH_SECONDS = 1.0


class CollectionRun:
    """Connects on creation, which blocks."""

    def __init__(
        self,
        settings: DatabaseSettings,
        selection: Selection,
        limit: int | None,
        config: StudentTeacherConfig,
    ) -> None:
        self._store = Store.connect(settings)
        self._selection = selection
        self._limit = limit
        self._config = config
        self._statistics = Statistics()
        self._key = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        self._check()
        self._path = self._store.iterations_path(selection.collection, selection.layout)

    def _check(self) -> None:
        self._store.require(self._selection.collection)
        if self._selection.evidence_edges is not None:
            self._store.require(self._selection.evidence_edges)
        if self._selection.filter:
            self._store.check_filter(self._selection)

    def close(self) -> None:
        self._store.close()

    async def has_work(self) -> bool:
        """Whether any document is pending."""
        return bool(await self._page("", 1))

    async def survey(self, progress: Progress) -> Statistics:
        """Read what would be enhanced, and count it as deferred; nothing is written."""
        async for _ in self._tasks(progress):
            self._statistics.deferred += 1
        return self._statistics

    async def enhance(self, dialogue: Dialogue, progress: Progress) -> Statistics:
        """Enhance and write back. What is finished is written, whatever ends the run.

        A judge that fails its trial is refused before anything is written.
        """
        await check_judge(dialogue, self._config, await self._first_examples(), self._statistics)
        pending = await _in_thread(self._store.count_pending, self._selection, self._path)
        self._statistics.expected = min(pending, self._limit or pending)
        await _in_thread(self._start)
        status = "interrupted"
        try:
            await self._write_outcomes(dialogue, progress)
            status = "budget" if self._statistics.stopped else "finished"
        finally:
            await _in_thread(self._finish, status)
        return self._statistics

    async def estimate(self, dialogue: Dialogue, progress: Progress) -> Estimate:
        """Work on the first documents, write nothing, and tell what all that are pending would take."""
        pending = await _in_thread(self._store.count_pending, self._selection, self._path)
        return await estimate(self._tasks(progress), dialogue, self._config, pending)

    async def _write_outcomes(self, dialogue: Dialogue, progress: Progress) -> None:
        batch: list[Outcome] = []
        flushed = time.monotonic()
        try:
            async with aclosing(outcomes(self._tasks(progress), dialogue, self._config)) as stream:
                async for outcome in stream:
                    batch.append(outcome)
                    if len(batch) >= BATCH or time.monotonic() - flushed >= BATCH_SECONDS:
                        ready, batch = batch, []
                        await _in_thread(self._write, ready)
                        flushed = time.monotonic()
                    progress(self._statistics)
        finally:
            await _in_thread(self._write, batch)
            progress(self._statistics)

    async def _page(self, after: str, limit: int) -> list[Pending]:
        return await _in_thread(self._store.pending, self._selection, after, limit, self._path)

    async def _tasks(self, progress: Progress) -> AsyncIterator[Task]:
        after = ""
        while page := await self._page(after, PAGE):
            after = page[-1].document["_key"]
            for pending in page:
                if self._limit is not None and self._statistics.examples >= self._limit:
                    return
                task = self._task(pending)
                if task is not None:
                    yield task
            progress(self._statistics)

    def _task(self, pending: Pending) -> Task | None:
        """The task for a document; None, with the reason noted, when it cannot be enhanced."""
        document = pending.document
        self._statistics.selected += 1
        try:
            example = self._example(pending)
        except DocumentError as error:
            self._statistics.unchanged += 1
            self._statistics.note(document["_id"], str(error))
            return None
        self._statistics.examples += 1
        return Task(self._statistics.selected, example, pending)

    def _example(self, pending: Pending) -> Example:
        """Raises `DocumentError` when the document cannot be enhanced."""
        document = pending.document
        layout = Layout(self._selection.layout) if self._selection.layout else None
        example = read_example(document, source=document["_id"], layout=layout, evidence=pending.evidence)
        if is_enhanced(document, example.layout):
            raise DocumentError("it has an original_thinking but no thinking_iterations")
        return example

    async def _first_examples(self) -> list[Example]:
        """The run's first examples, read without being counted."""
        found: list[Example] = []
        for pending in await self._page("", min(EXAMPLES, self._limit or EXAMPLES)):
            with suppress(DocumentError):
                found.append(self._example(pending))
        return found

    # ------------------------------------------------------------------ blocking, in a worker thread

    def _write(self, batch: list[Outcome]) -> None:
        ready = {o.task.origin.document["_key"]: o for o in batch if settle(o, self._statistics, self._config)}
        results = self._store.save(
            self._selection.collection, [_patch(outcome, self._config) for outcome in ready.values()]
        )
        for result in results:
            self._count(result, ready[result.key])
        written = [ready[result.key] for result in results if result.outcome == "written"]
        self._store.record_traces([_trace_record(outcome, self._key) for outcome in written], self._key)
        self._store.clear_failures([outcome.task.example.source for outcome in written])
        self._store.record_failures(_failures(batch, results, ready) if batch else {})

    def _count(self, result: Written, outcome: Outcome) -> None:
        source = outcome.task.example.source
        if result.outcome == "written":
            self._statistics.written += 1
        elif result.outcome == "failed":
            self._statistics.failed += 1
            self._statistics.note(source, result.problem or "")
        else:
            self._statistics.conflicted += 1
            self._statistics.note(source, "changed or removed since it was read; left for the next run")

    def _start(self) -> None:
        self._store.initialise(self._selection.collection)
        self._store.start_run(
            {
                "_key": self._key,
                "status": "running",
                "collection": self._selection.collection,
                "filter": self._selection.filter,
                "evidence_edges": self._selection.evidence_edges,
                "config": self._config.model_dump(mode="json"),
                "versions": {"arango-thinking": __version__, "python": platform.python_version()},
                "prompt_version": prompt_version(),
                "started_at": _now(),
            }
        )

    def _finish(self, status: str) -> None:
        left = self._statistics
        if status == "interrupted":
            left.deferred = left.selected - left.done
        if status == "budget":
            left.remaining = self._store.count_pending(self._selection, self._path)
        self._store.finish_run(
            self._key, {"status": status, "finished_at": _now(), "statistics": self._statistics.to_dict()}
        )


async def _in_thread(work: Callable[..., Result], *arguments: Any) -> Result:
    """Blocking work in a thread. When cancelled it waits for the end of the work, which nothing can stop."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _patch(outcome: Outcome, config: StudentTeacherConfig) -> Patch:
    pending: Pending = outcome.task.origin
    document = pending.document
    body = patch_of(outcome, document, config)
    return Patch(document["_key"], document["_rev"], pending.state_hash, body)


def _trace_record(outcome: Outcome, run: str) -> dict[str, Any]:
    pending: Pending = outcome.task.origin
    assert outcome.trace is not None
    return {
        "_key": f"{run}-{outcome.task.position}",
        "document": pending.document["_id"],
        "run": run,
        "source_hash": pending.source_hash,
        "created_at": _now(),
        "prompt_version": prompt_version(),
        **outcome.trace.to_dict(),
    }


def _failures(batch: list[Outcome], results: list[Written], ready: dict[str, Outcome]) -> dict[str, dict[str, Any]]:
    """By document `_id`: what went wrong with the model or with the write."""
    failed = {
        outcome.task.example.source: _failure(type(outcome.error).__name__, str(outcome.error))
        for outcome in batch
        if outcome.error is not None
    }
    for result in results:
        if result.outcome == "failed":
            failed[ready[result.key].task.example.source] = _failure("WriteError", result.problem or "")
    return failed


def _failure(error: str, message: str) -> dict[str, Any]:
    return {"error": error, "message": message[:1000], "failed_at": _now()}
