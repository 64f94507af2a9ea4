"""What a run works on: enhanced documents whose source changed, then pending ones, read page by page."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from arango_thinking.documents.layouts import Example, Layout, is_enhanced, read_example
from arango_thinking.errors import DocumentError
from arango_thinking.runs.account import Progress, Statistics
from arango_thinking.runs.dialogues.outcomes import Task
from arango_thinking.store.key_list import KeyList
from arango_thinking.store.records import Backlog, Pending, Selection
from arango_thinking.store.stale_search import StaleSearch
from arango_thinking.store.store import Store
from arango_thinking.store.threads import Threads

PAGE = 100
#: Traces that are compared with their documents in one statement.
TRACES_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop reading."""

    #: The most examples to read.
    examples: int | None = None
    #: Seconds after which no more are begun.
    seconds: float | None = None


class Intake:
    """Reads documents as tasks, and counts them."""

    def __init__(self, store: Store, selection: Selection, limits: Limits, threads: Threads, config: str) -> None:
        self._store = store
        self._selection = selection
        self._limits = limits
        self._threads = threads
        self._config = config
        self.statistics = Statistics()
        self.search = StaleSearch()
        self._path = store.iterations_path(selection.collection, selection.layout)
        #: The keys of the pending documents, listed once in a run.
        self._keys: KeyList | None = None

    def close(self) -> None:
        """Forget the keys."""
        if self._keys is not None:
            self._keys.close()
            self._keys = None

    async def has_work(self) -> bool:
        """Whether any document can be enhanced now; nothing is counted.

        When the search for changed documents found none here, `tasks` does not repeat it.
        """
        search = replace(self.search)
        self.close()  # what has become pending since the keys were listed is work too
        async for pending in self._documents(search):
            with suppress(DocumentError):
                self._example(pending)
                if not pending.stale:
                    self.search = search
                return True
        self.search = search
        return False

    async def first_examples(self, number: int) -> list[Example]:
        """The first examples, read without counting them."""
        found: list[Example] = []
        async for pending in self._documents(replace(self.search)):
            if len(found) == min(number, self._limits.examples or number):
                break
            with suppress(DocumentError):
                found.append(self._example(pending))
        return found

    async def backlog(self) -> Backlog:
        """How many documents are pending, and how many of them are due."""
        return await self._threads.run(self.count)

    def count(self) -> Backlog:
        """As `backlog`; blocks."""
        return self._store.count_pending(self._selection, self._path, self._config)

    async def tasks(self, progress: Progress) -> AsyncIterator[Task]:
        """Yield each example once. For a document that cannot be enhanced the reason is noted."""
        started = time.monotonic()
        async for pending in self._documents(self.search):
            if self._limits.examples is not None and self.statistics.examples >= self._limits.examples:
                return
            if self._limits.seconds is not None and time.monotonic() - started >= self._limits.seconds:
                self.statistics.stopped = f"The run has used up its {self._limits.seconds:.0f} s (--max-runtime)."
                return
            task = self._task(pending)
            if task is not None:
                yield task
            progress(self.statistics)

    async def _documents(self, search: StaleSearch) -> AsyncIterator[Pending]:
        async for pending in self._changed(search):
            yield pending
        pages = await self._threads.run(self._listed)
        while (page := await self._threads.run(self._page, pages)) is not None:
            for pending in page:
                yield pending

    def _listed(self) -> Iterator[list[str]]:
        """Pages of the keys of the pending documents."""
        if self._keys is None:
            self._keys = self._store.pending_keys(self._selection, self._path)
        return self._keys.pages(PAGE)

    def _page(self, pages: Iterator[list[str]]) -> Sequence[Pending] | None:
        """The documents of the next page, perhaps none; `None` at the end."""
        keys = next(pages, None)
        return None if keys is None else self._store.pending(self._selection, keys, self._config)

    async def _changed(self, search: StaleSearch) -> AsyncIterator[Pending]:
        while search.left > 0:
            limit = min(TRACES_AT_ONCE, search.left)
            page = await self._threads.run(
                self._store.stale, self._selection, search.after, limit, self._config, search.run
            )
            for pending in page.documents:
                yield pending
            # Advance only now: when the run ends within the page, the next run must find the rest of it.
            is_last = page.traces < limit
            search.advance(page.traces, page.last, found=page.changed > 0, is_last=is_last, now=time.time())

    def _task(self, pending: Pending) -> Task | None:
        """The task for a document; `None`, with the reason noted, when it cannot be enhanced."""
        document = pending.document
        self.statistics.selected += 1
        self.statistics.stale += pending.stale
        try:
            example = self._example(pending)
        except DocumentError as error:
            self.statistics.count("unchanged", document["_id"], str(error))
            return None
        self.statistics.examples += 1
        return Task(self.statistics.selected, example, pending)

    def _example(self, pending: Pending) -> Example:
        """The example in a document. Raises `DocumentError` when the document cannot be enhanced."""
        document = pending.document
        layout = Layout(self._selection.layout) if self._selection.layout else None
        example = read_example(document, source=document["_id"], layout=layout, evidence=pending.evidence)
        if not pending.stale and is_enhanced(document, example.layout):
            raise DocumentError("it has an original_thinking but no thinking_iterations")
        return example
