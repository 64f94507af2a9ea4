"""`sync`: the rounds that a scheduler runs, and the summary of each."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from arango_thinking.errors import ArangoThinkingError, ConfigurationError, RefusedError
from arango_thinking.files.exporting import ExportOptions, export_jsonl
from arango_thinking.runs.account import Progress, Statistics
from arango_thinking.runs.collection_run import RunOptions
from arango_thinking.runs.enhancer import STALE_LIMIT, ThinkingEnhancer
from arango_thinking.runs.metrics import write_metrics
from arango_thinking.settings import DatabaseSettings
from arango_thinking.store.records import Selection
from arango_thinking.store.store import Store

logger = logging.getLogger(__name__)

SOME_FAILED = 1
OVER_BUDGET = 3
INTERRUPTED = 130
#: For how many documents a summary says why they were left alone or failed; the record of the run has more.
TOLD_REASONS = 20


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """How often to run, and what to write besides the documents."""

    run: RunOptions = field(default_factory=lambda: RunOptions("sync", stale_limit=STALE_LIMIT))
    #: Seconds from the beginning of one round to the beginning of the next; `None` for a single round.
    every: float | None = None
    #: The longest random delay before each round, in seconds.
    jitter: float = 0.0
    export_path: Path | None = None
    metrics_path: Path | None = None


class Sync:
    """Rounds over one collection. Their summaries say what went wrong.

    Creating it raises `ConfigurationError` when the folder of a file to write does not exist.
    """

    def __init__(
        self,
        enhancer: ThinkingEnhancer,
        settings: DatabaseSettings,
        selection: Selection,
        options: SyncOptions,
        progress: Progress,
    ) -> None:
        self._enhancer = enhancer
        self._settings = settings
        self._selection = selection
        self._options = options
        self._progress = progress
        for path in (options.export_path, options.metrics_path):
            if path is not None and not path.parent.is_dir():  # checked before anything is paid for
                raise ConfigurationError(f"There is no folder {path.parent} for {path.name}.")

    async def rounds(self) -> AsyncIterator[dict[str, Any]]:
        """Yield the summary of each round when it ends, JSON-ready; also that of a round that is cancelled.

        A wrong configuration ends the rounds: no later round would do better.
        """
        while True:
            await asyncio.sleep(random.uniform(0, self._options.jitter))
            started = time.monotonic()
            summary, error = await self._round()
            yield summary
            if isinstance(error, asyncio.CancelledError):
                raise error
            if self._options.every is None or _is_for_good(error):
                return
            await asyncio.sleep(max(0.0, self._options.every - (time.monotonic() - started)))

    async def _round(self) -> tuple[dict[str, Any], BaseException | None]:
        started, clock = datetime.now(UTC), time.monotonic()
        seen = Statistics()

        def progress(statistics: Statistics) -> None:
            nonlocal seen
            seen = statistics
            self._progress(statistics)

        error: ArangoThinkingError | asyncio.CancelledError | None = None
        try:
            figures = await self._work(progress)
        except (ArangoThinkingError, asyncio.CancelledError) as raised:
            error, figures = raised, seen.to_dict()
        summary = {
            "command": "sync",
            "collection": self._selection.collection,
            "exit_code": exit_code_of(figures) if error is None else _code(error),
            "error": None if error is None else str(error) or "interrupted",
            "started_at": started.isoformat(timespec="seconds"),
            "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
            **figures,
            "reasons": figures["reasons"][:TOLD_REASONS],
            "tokens": sum(usage["prompt_tokens"] + usage["completion_tokens"] for usage in figures["usage"].values()),
            "seconds": round(time.monotonic() - clock, 3),
        }
        if self._options.metrics_path is not None:
            self._measure(self._options.metrics_path, summary)
        return summary, error

    @staticmethod
    def _measure(path: Path, summary: dict[str, Any]) -> None:
        """Write the metrics. A file that cannot be written does not end the rounds: the error is logged."""
        try:
            write_metrics(path, summary)
        except ConfigurationError as error:
            logger.error("%s", error)

    async def _work(self, progress: Progress) -> dict[str, Any]:
        figures = await self._enhancer.sync_collection(self._selection, self._options.run, progress)
        path = self._options.export_path
        if path is not None and (figures["written"] or not path.exists()):
            figures["exported"] = await asyncio.to_thread(self._export, path)
        return figures

    def _export(self, path: Path) -> int:
        store = Store.connect(self._settings)
        try:
            return export_jsonl(store, self._selection, path, ExportOptions(only_enhanced=True)).documents
        finally:
            store.close()


def _is_for_good(error: BaseException | None) -> bool:
    """Whether no later round would do better."""
    return isinstance(error, ConfigurationError) and not isinstance(error, RefusedError)


def exit_code_of(figures: Mapping[str, Any]) -> int:
    """3 when the budget or the time given ended a run, 1 when documents failed or lines were rejected, else 0."""
    if figures["stopped"]:
        return OVER_BUDGET
    return SOME_FAILED if figures["failed"] or figures["rejected_lines"] else 0


def _code(error: ArangoThinkingError | asyncio.CancelledError) -> int:
    return error.exit_code if isinstance(error, ArangoThinkingError) else INTERRUPTED
