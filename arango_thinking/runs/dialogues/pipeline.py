"""Run the dialogues of a run, several at once, and yield their outcomes; try the judge before the first of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace

from arango_thinking.documents.layouts import Example
from arango_thinking.documents.trace import Trace
from arango_thinking.errors import BadReplyError, BudgetError, ModelError
from arango_thinking.llm.paid import ledger
from arango_thinking.runs.account import Progress, Statistics
from arango_thinking.runs.dialogues.outcomes import Outcome, Task
from arango_thinking.runs.dialogues.refusals import Refusals
from arango_thinking.settings import StudentTeacherConfig
from arango_thinking.teaching.dialogue import Dialogue
from arango_thinking.teaching.thinking import thinking_of
from arango_thinking.teaching.trial.trial import try_judge
from arango_thinking.usage import Usage


async def check_judge(
    dialogue: Dialogue,
    config: StudentTeacherConfig,
    examples: Sequence[Example],
    statistics: Statistics,
    progress: Progress,
) -> None:
    """Try the model that judges, if there is one, before documents depend on it. `examples` are the run's first ones.

    Raises `ConfigurationError` when the judge fails.
    """
    if dialogue.candidate is None or not config.check_judge or not examples:
        return
    statistics.phase = "the judge is on trial"
    with ledger.opened(watching(statistics, progress)) as book:
        trial = await try_judge(dialogue.candidate, examples, config.batch_size)
    statistics.phase = ""
    statistics.judge_check = trial.counts()
    statistics.count_usage({"judge_check": sum(book.paid.values(), Usage())})
    statistics.replayed_calls += book.replayed


def watching(statistics: Statistics, progress: Progress) -> ledger.Watch:
    """Counts each call as it ends, so that progress shows from the first call on, long before a dialogue ends."""

    def watch(entry: ledger.Entry) -> None:
        if not entry.replayed:
            statistics.under_way += entry.usage
            progress(statistics)

    return watch


async def outcomes(
    tasks: AsyncIterator[Task],
    dialogue: Dialogue,
    config: StudentTeacherConfig,
    watch: ledger.Watch = lambda _entry: None,
) -> AsyncGenerator[Outcome, None]:
    """Run dialogues, at most `batch_size` at once, and yield each outcome as soon as it is there.

    Once the budget stops a dialogue, no more are begun. Raises `ConfigurationError`, after the documents that are left
    for it, when an API refuses its requests whatever the document.
    """
    refusals = Refusals()
    async with aclosing(_ended(tasks, dialogue, config, watch)) as stream:
        async for number, outcome in stream:
            for counted in refusals.sift(number, outcome):
                yield counted
            if refusals.verdict is not None:
                raise refusals.verdict
    for counted in refusals.rest():
        yield counted
    if refusals.verdict is not None:
        raise refusals.verdict


async def _ended(
    tasks: AsyncIterator[Task], dialogue: Dialogue, config: StudentTeacherConfig, watch: ledger.Watch
) -> AsyncGenerator[tuple[int, Outcome], None]:
    """Yield each outcome with the number of its dialogue, in the order in which they were begun."""
    running: set[asyncio.Task[Outcome]] = set()
    done: set[asyncio.Task[Outcome]] = set()
    started, stopped = 0, None
    try:
        async for task in tasks:
            if stopped is not None:
                yield started, Outcome(task, stopped=stopped)
                break
            if started and started % config.batch_size == 0 and config.batch_delay:
                await asyncio.sleep(config.batch_delay)
            started += 1
            running.add(asyncio.create_task(_outcome(task, dialogue, config, watch), name=str(started)))
            if len(running) >= config.batch_size:
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for ended in done:
                    stopped = stopped or ended.result().stopped
                    yield int(ended.get_name()), ended.result()
        while running:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for ended in done:
                yield int(ended.get_name()), ended.result()
    finally:
        for left in running:
            left.cancel()
        await asyncio.gather(*running, *done, return_exceptions=True)


async def _outcome(task: Task, dialogue: Dialogue, config: StudentTeacherConfig, watch: ledger.Watch) -> Outcome:
    """The outcome with what its calls cost, which the ledger of the dialogue holds."""
    with ledger.opened(watch) as book:
        outcome = await _dialogue(task, dialogue, config)
    if isinstance(outcome.error, BadReplyError):  # the same replies would fail the document for ever
        await dialogue.forget(book.keys)
    trace = replace(outcome.trace, usage=book.total) if outcome.trace else None
    return replace(outcome, trace=trace, paid=book.paid, replayed=book.replayed)


async def _dialogue(task: Task, dialogue: Dialogue, config: StudentTeacherConfig) -> Outcome:
    """Run the dialogue of one example. An error of its replies goes into the outcome and does not end the run."""
    trace: Trace | None = None
    try:
        trace = await dialogue.run(task.example)
        thinking = thinking_of(trace, task.example, config.thinking_format, config.max_thinking_length)
        return Outcome(task, trace, thinking)
    except ModelError as error:
        return Outcome(task, trace, error=error)
    except BudgetError as error:
        return Outcome(task, stopped=error)
