"""`ThinkingEnhancer`: enhance the thinking of Q&A documents in a JSONL file or an ArangoDB collection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from arango_thinking.runs.account import Progress, Statistics
from arango_thinking.runs.collection_run import CollectionRun, RunOptions
from arango_thinking.runs.dataset_run import DatasetRun
from arango_thinking.runs.dialogues.models import file_journal, opened_dialogue
from arango_thinking.runs.estimating import SAMPLE
from arango_thinking.settings import DatabaseSettings, StudentTeacherConfig, database_settings
from arango_thinking.store.records import Selection

#: How many enhanced documents one `sync` checks for a change of their source; the next one continues from there.
STALE_LIMIT = 20_000


def _silent(statistics: Statistics) -> None:
    """The progress callback of callers that give none: it does nothing."""


class ThinkingEnhancer:
    """Enhances thinking by student–teacher dialogues.

    Models are opened for each call and closed after it, so an instance holds nothing that needs closing.
    """

    def __init__(self, config: StudentTeacherConfig | None = None, database: DatabaseSettings | None = None) -> None:
        self.config = config or StudentTeacherConfig()
        self._database = database

    async def enhance_dataset(
        self,
        input_path: Path | str,
        output_path: Path | str,
        max_samples: int | None = None,
        progress: Progress = _silent,
    ) -> dict[str, Any]:
        """Enhance a JSONL file of Q&A documents into another; returns the statistics.

        Lines keep their order. A line that is not a Q&A document is left out and counted in `rejected_lines`; one
        that is enhanced already, or cannot be enhanced, comes out as it went in. The output appears whole or not at
        all. Raises `InputError` when the file as a whole cannot be read, and `ConfigurationError` or
        `UnavailableError` when a model cannot be used.
        """
        run = DatasetRun(Path(input_path), Path(output_path), max_samples, self.config)
        async with opened_dialogue(self.config, file_journal(self.config)) as dialogue:
            return (await run.enhance(dialogue, progress)).to_dict()

    async def estimate_dataset(
        self,
        input_path: Path | str,
        sample: int = SAMPLE,
        progress: Progress = _silent,
        max_samples: int | None = None,
    ) -> dict[str, Any]:
        """Estimate what `enhance_dataset` would take, from the first `sample` examples; see `Estimate.to_dict`.

        Nothing is written but the journal.
        """
        run = DatasetRun(Path(input_path), Path(), min(sample, max_samples or sample), self.config)
        async with opened_dialogue(self.config, file_journal(self.config)) as dialogue:
            return (await run.estimate(dialogue, progress, max_samples)).to_dict()

    async def enhance_collection(
        self,
        selection: Selection | str,
        *,
        limit: int | None = None,
        max_runtime: float | None = None,
        dry_run: bool = False,
        progress: Progress = _silent,
    ) -> dict[str, Any]:
        """Enhance the pending documents of a collection in place; returns the statistics and the key of the `run`.

        Each document is written only if it is still as it was read. After `max_runtime` seconds no more are begun.
        With `dry_run` no model is asked and nothing is written. Raises `ConfigurationError` when the collection does
        not exist or the filter is not a valid expression, and `LockedError` when another run works on the collection.
        """
        async with self._run_on(selection, RunOptions("enhance", limit, max_runtime)) as (run, settings):
            if dry_run:
                return {"run": None, **(await run.survey(progress)).to_dict()}
            return await run.leased(lambda: self._enhance(run, settings, progress))

    async def sync_collection(
        self, selection: Selection | str, options: RunOptions | None = None, progress: Progress = _silent
    ) -> dict[str, Any]:
        """As `enhance_collection`, and also enhance documents again whose question, answer or context changed.

        The statistics also hold `pending`, the number of documents that are pending at the end, and `failures`, the
        number of documents that failed when they were last worked on.
        """
        async with self._run_on(selection, options or RunOptions("sync", stale_limit=STALE_LIMIT)) as (run, settings):

            async def work() -> dict[str, Any]:
                figures = await self._enhance(run, settings, progress)
                return {**figures, **await run.state()}

            return await run.leased(work)

    async def _enhance(self, run: CollectionRun, journal: DatabaseSettings, progress: Progress) -> dict[str, Any]:
        """Models are opened only when there is something to do."""
        if not await run.has_work():
            return {"run": None, **(await run.survey(progress)).to_dict()}
        async with opened_dialogue(self.config, journal, run.patience) as dialogue:
            figures = (await run.enhance(dialogue, progress)).to_dict()
        return {"run": run.key if run.is_recorded else None, **figures}

    async def estimate_collection(
        self,
        selection: Selection | str,
        sample: int = SAMPLE,
        progress: Progress = _silent,
        limit: int | None = None,
    ) -> dict[str, Any]:
        """Estimate what `enhance_collection` would take, from the first `sample` documents; see `Estimate.to_dict`.

        Nothing is written but the journal.
        """
        options = RunOptions("estimate", min(sample, limit or sample))
        async with (
            self._run_on(selection, options) as (run, settings),
            opened_dialogue(self.config, settings) as dialogue,
        ):
            return (await run.estimate(dialogue, progress, limit)).to_dict()

    @asynccontextmanager
    async def _run_on(
        self, selection: Selection | str, options: RunOptions
    ) -> AsyncIterator[tuple[CollectionRun, DatabaseSettings]]:
        chosen = Selection(selection) if isinstance(selection, str) else selection
        settings = self._database or database_settings()
        run = await asyncio.to_thread(CollectionRun, settings, chosen, self.config, options)
        try:
            yield run, settings
        finally:
            run.close()
