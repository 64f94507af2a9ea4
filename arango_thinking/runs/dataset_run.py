"""One run over a JSONL file: it reads lines, runs dialogues, and writes the lines in the same order.

The output appears whole or not at all.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from itertools import islice
from pathlib import Path
from typing import Any

from arango_thinking.documents.layouts import (
    Example,
    enhanced_copy,
    is_enhanced,
    read_example,
    without_inline_thinking,
)
from arango_thinking.errors import ConfigurationError, DocumentError
from arango_thinking.files.atomic_files import atomic_file
from arango_thinking.files.jsonl import Line, line_count, read_documents
from arango_thinking.runs.account import Progress, Statistics
from arango_thinking.runs.dialogues.outcomes import Outcome, Task, patch_of
from arango_thinking.runs.dialogues.pipeline import check_judge, outcomes, watching
from arango_thinking.runs.estimating import Estimate, estimate
from arango_thinking.settings import StudentTeacherConfig
from arango_thinking.teaching.dialogue import Dialogue
from arango_thinking.teaching.trial.controls import EXAMPLES

logger = logging.getLogger(__name__)


class DatasetRun:
    """Reads `input_path`, at most `limit` examples of it, and writes `output_path`."""

    def __init__(self, input_path: Path, output_path: Path, limit: int | None, config: StudentTeacherConfig) -> None:
        self._input = input_path
        self._output = output_path
        self._limit = limit
        self._config = config
        self._statistics = Statistics()
        #: Finished lines by position, waiting for the lines before them.
        self._finished: dict[int, dict[str, Any]] = {}
        self._next = 0

    async def enhance(self, dialogue: Dialogue, progress: Progress) -> Statistics:
        """See `ThinkingEnhancer.enhance_dataset`."""
        if self._input.resolve() == self._output.resolve():
            raise ConfigurationError(f"{self._output} is the input: give another path for the output.")
        lines = line_count(self._input)
        self._statistics.expected = min(lines, self._limit or lines)
        with atomic_file(self._output) as file:
            self._file = file
            await check_judge(dialogue, self._config, self._first_examples(), self._statistics, progress)
            watch = watching(self._statistics, progress)
            async with aclosing(outcomes(self._tasks(), dialogue, self._config, watch)) as stream:
                async for outcome in stream:
                    if outcome.stopped is not None:
                        raise outcome.stopped
                    self._finished[outcome.task.position] = self._result(outcome)
                    self._write_in_order()
                    progress(self._statistics)
        progress(self._statistics)
        return self._statistics

    async def estimate(self, dialogue: Dialogue, progress: Progress, max_samples: int | None) -> Estimate:
        """Work on the first examples, write nothing, and estimate what the file, or so many of it, would take."""
        self._statistics.expected = self._limit or 0
        progress(self._statistics)
        examples = sum(1 for _ in islice(self._examples(), max_samples))
        return await estimate(self._tasks(), dialogue, self._config, examples)

    def _first_examples(self) -> list[Example]:
        """The first examples to enhance, read without counting them."""
        return list(islice(self._examples(), min(EXAMPLES, self._limit or EXAMPLES)))

    def _examples(self) -> Iterator[Example]:
        for line in read_documents(self._input):
            try:
                example = read_example(line.document or {}, source=f"line {line.number}")
                if not is_enhanced(line.document or {}, example.layout):
                    yield example
            except DocumentError:
                continue

    async def _tasks(self) -> AsyncIterator[Task]:
        position = 0
        for line in read_documents(self._input):
            if self._limit is not None and self._statistics.examples >= self._limit:
                return
            document = self._accepted(line)
            if document is None:
                continue
            task = self._task(document, position, f"line {line.number}")
            position += 1
            if task is not None:
                yield task

    def _accepted(self, line: Line) -> dict[str, Any] | None:
        """The document of a line; `None`, with the reason noted, when the line holds no document."""
        for doubt in line.doubts:
            logger.info("line %d: %s", line.number, doubt)
        if line.document is None:
            self._statistics.rejected_lines += 1
            self._statistics.note(f"line {line.number}", line.error or "no document")
        return line.document

    def _task(self, document: dict[str, Any], position: int, source: str) -> Task | None:
        self._statistics.selected += 1
        try:
            example = read_example(document, source=source)
            if is_enhanced(document, example.layout):
                raise DocumentError("it is enhanced already")
        except DocumentError as error:
            self._statistics.count("unchanged", source, str(error))
            self._finished[position] = document
            self._write_in_order()
            return None
        self._statistics.examples += 1
        return Task(position, example, document)

    def _result(self, outcome: Outcome) -> dict[str, Any]:
        """The line that goes out: enhanced, or as it came in."""
        document: dict[str, Any] = outcome.task.origin
        if not self._statistics.settle(outcome, self._config.on_unconverged):
            return document
        patch = patch_of(outcome, document, self._config)
        self._statistics.count("written", outcome.task.example.source)
        return without_inline_thinking(enhanced_copy(document, patch), outcome.task.example.layout)

    def _write_in_order(self) -> None:
        while self._next in self._finished:
            self._file.write(self._finished.pop(self._next))
            self._next += 1
