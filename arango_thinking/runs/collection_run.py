"""One run over a collection: under a lease it reads documents, runs dialogues, and writes by compare-and-set."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from arango_thinking.documents.layouts import Document
from arango_thinking.errors import ArangoThinkingError, LockedError, UnavailableError
from arango_thinking.runs.account import Progress, Statistics
from arango_thinking.runs.batch_writer import BatchWriter
from arango_thinking.runs.dialogues.outcomes import Outcome
from arango_thinking.runs.dialogues.pipeline import check_judge, outcomes, watching
from arango_thinking.runs.estimating import Estimate, estimate
from arango_thinking.runs.intake import Intake, Limits
from arango_thinking.settings import DatabaseSettings, StudentTeacherConfig
from arango_thinking.store.audit import Audit, now, run_key, run_record
from arango_thinking.store.connection import Patience
from arango_thinking.store.leases import Lease
from arango_thinking.store.records import Selection
from arango_thinking.store.stale_search import StaleSearch, mark_of
from arango_thinking.store.store import Store
from arango_thinking.store.threads import Threads
from arango_thinking.store.write_back import WriteBack
from arango_thinking.teaching.dialogue import Dialogue
from arango_thinking.teaching.prompting import prompt_version
from arango_thinking.teaching.trial.controls import EXAMPLES

Result = TypeVar("Result")

#: A batch is written when it is full or this old, so that little is lost when the process is killed.
BATCH = 50
BATCH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run behaves towards the database and the clock."""

    #: The name of the command, for the record of the run.
    command: str = "enhance"
    #: The most examples to enhance.
    limit: int | None = None
    #: Seconds after which no more dialogues are begun.
    max_runtime: float | None = None
    #: The most enhanced documents to check for a change of their question, answer or context.
    stale_limit: int = 0
    #: Seconds after which the lease of a killed run expires. A run renews its lease three times in that time.
    lease_seconds: float = 60.0
    #: Seconds to wait for a database that cannot answer.
    patience: float = 300.0


class CollectionRun:
    """One run over a collection. Creating it connects to the database, which blocks."""

    def __init__(
        self, settings: DatabaseSettings, selection: Selection, config: StudentTeacherConfig, options: RunOptions
    ) -> None:
        self.key = run_key()
        self.patience = Patience(options.patience)
        self._selection = selection
        self._config = config
        self._options = options
        #: Whether the run has a record; a run that found nothing to do has none.
        self.is_recorded = False
        self._threads = Threads(self.patience.stopping)
        self._store = Store.connect(settings, self.patience)
        self._check()
        self._audit = Audit(self._store.connection)
        self._lease = Lease(self._store.connection, selection.collection, self.key, options.lease_seconds)
        limits = Limits(options.limit, options.max_runtime)
        self._intake = Intake(self._store, selection, limits, self._threads, config.fingerprint)

    def _check(self) -> None:
        self._store.require(self._selection.collection)
        if self._selection.evidence_edges is not None:
            self._store.require_edges(self._selection.evidence_edges)
        if self._selection.filter:
            self._store.check_filter(self._selection)

    @property
    def statistics(self) -> Statistics:
        return self._intake.statistics

    def close(self) -> None:
        self._intake.close()
        self._store.close()

    async def has_work(self) -> bool:
        """Whether any document can be enhanced now."""
        return await self._intake.has_work()

    async def state(self) -> Document:
        """How many documents are pending, and how many failed when they were last worked on."""
        failures = await self._threads.run(self._audit.count_failures, self._selection.collection)
        return {"pending": (await self._intake.backlog()).pending, "failures": failures}

    async def survey(self, progress: Progress) -> Statistics:
        """Read what would be enhanced, and count it as deferred; nothing is written."""
        async for _ in self._intake.tasks(progress):
            self.statistics.deferred += 1
        return self.statistics

    async def estimate(self, dialogue: Dialogue, progress: Progress, most: int | None) -> Estimate:
        """Work on the first documents, write none, and estimate what all due ones would take, `most` at most."""
        due = (await self._intake.backlog()).due
        return await estimate(self._intake.tasks(progress), dialogue, self._config, min(due, most or due))

    # ------------------------------------------------------------------ the lease

    async def leased(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """Do the work while holding the lease of the collection.

        Before it, missing collections and indexes are made and the records of killed runs are ended. Raises
        `LockedError` when another run holds the lease, or has taken it over meanwhile: then nothing more is written.
        """
        try:
            await self._threads.run(self._begin)
            return await self._with_heartbeat(work)
        finally:
            # A run that does not search leaves the notes of the last search as they are.
            notes = {"search": self._intake.search.notes()} if self._options.stale_limit else {}
            with suppress(UnavailableError):  # the lease expires by itself
                await self._threads.run(self._lease.release, notes)

    async def _with_heartbeat(self, work: Callable[[], Awaitable[Result]]) -> Result:
        working, beating = asyncio.ensure_future(work()), asyncio.ensure_future(self._beat())
        try:
            await asyncio.wait({working, beating}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                await beating
            return await working
        except asyncio.CancelledError:
            self.patience.stopping.set()  # an interrupted run does not wait for the database
            raise
        finally:
            working.cancel()
            beating.cancel()
            await asyncio.gather(working, beating, return_exceptions=True)

    async def _beat(self) -> NoReturn:
        while True:
            await asyncio.sleep(self._lease.seconds / 3)
            await self._threads.run(self._lease.renew)

    def _begin(self) -> None:
        self._store.initialise(self._selection.collection)
        notes = self._lease.take()
        self._audit.bury_dead_runs(self._selection.collection, self.key)
        if self._options.stale_limit:
            mark = mark_of(self._store.revision(self._selection.collection), self._selection.filter)
            self._intake.search = StaleSearch.resume(
                notes.get("search") or {}, mark, self._options.stale_limit, time.time()
            )
            self._intake.search.run = self.key

    # ------------------------------------------------------------------ the work

    async def enhance(self, dialogue: Dialogue, progress: Progress) -> Statistics:
        """Enhance and write back. What is finished is written, whatever ends the run.

        Raises `ConfigurationError`, before anything is written, when the judge fails its trial.
        """
        first = await self._intake.first_examples(EXAMPLES)
        await check_judge(dialogue, self._config, first, self.statistics, progress)
        due = (await self._intake.backlog()).due
        self.statistics.expected = min(due, self._options.limit or due)
        await self._threads.run(self._start)
        ended: Document = {"status": "interrupted"}
        try:
            await self._write_outcomes(dialogue, progress)
            ended = {"status": "stopped" if self.statistics.stopped else "finished"}
        except LockedError:
            ended = {}  # whoever took the lease has ended the record
            raise
        except ArangoThinkingError as error:
            ended = {"status": "failed", "error": str(error)[:1000]}
            raise
        finally:
            await self._threads.run(self._finish, ended)
        return self.statistics

    async def _write_outcomes(self, dialogue: Dialogue, progress: Progress) -> None:
        write_back = WriteBack(self._store.connection, self._selection.collection, self._lease)
        writer = BatchWriter(self._audit, write_back, self.key, self.statistics, self._config)
        batch: list[Outcome] = []
        flushed = time.monotonic()
        try:
            tasks, watch = self._intake.tasks(progress), watching(self.statistics, progress)
            async with aclosing(outcomes(tasks, dialogue, self._config, watch)) as stream:
                async for outcome in stream:
                    batch.append(outcome)
                    if len(batch) >= BATCH or time.monotonic() - flushed >= BATCH_SECONDS:
                        ready, batch = batch, []
                        await self._threads.run(writer.write, ready)
                        flushed = time.monotonic()
                    progress(self.statistics)
        finally:
            await self._threads.run(writer.write, batch)
            progress(self.statistics)

    def _start(self) -> None:
        self._audit.start_run(
            {
                **run_record(self.key, self._options.command, self._selection.collection),
                "filter": self._selection.filter,
                "evidence_edges": self._selection.evidence_edges,
                "config": self._config.model_dump(mode="json"),
                "fingerprint": self._config.fingerprint,
                "prompt_version": prompt_version(),
            }
        )
        self.is_recorded = True

    def _finish(self, ended: Document) -> None:
        figures = self.statistics
        if ended.get("status") not in ("finished", "stopped"):
            figures.deferred = figures.selected - figures.done  # as far as is known, in case the database stays away
            figures.written += self._audit.settle_left(self._selection.collection, self.key).get("written", 0)
            figures.deferred = figures.selected - figures.done
        if not ended:
            return
        if figures.stopped:
            figures.remaining = self._intake.count().pending
        self._audit.finish_run(self.key, {**ended, "finished_at": now(), "statistics": figures.to_dict()})
