from __future__ import annotations

import time
from collections.abc import AsyncIterator

from arango_thinking.llm.api.openai import Connection, OpenAIModel
from arango_thinking.runs.dialogues.outcomes import Task
from arango_thinking.runs.dialogues.pipeline import outcomes
from arango_thinking.settings import StudentTeacherConfig
from arango_thinking.teaching.dialogue import Dialogue, DialogueOptions
from arango_thinking.teaching.reference.teacher import ReferenceTeacher
from arango_thinking.teaching.student import Student, StudentOptions
from tests.chat_api import ChatAPI
from tests.unit.runs.test_account import EXAMPLE


async def test_there_is_a_pause_after_each_batch(api: ChatAPI) -> None:
    async def tasks() -> AsyncIterator[Task]:
        for number in range(5):
            yield Task(number, EXAMPLE)

    api.reply = lambda _: "Answer: 12"
    model = OpenAIModel("student", Connection(url=api.url))
    dialogue = Dialogue(Student(model, StudentOptions()), ReferenceTeacher(), DialogueOptions(max_iterations=1))
    started = time.monotonic()
    settings = StudentTeacherConfig(batch_size=2, batch_delay=0.15)
    assert len([ended async for ended in outcomes(tasks(), dialogue, settings)]) == 5
    assert 0.3 <= time.monotonic() - started < 0.8
    await model.aclose()


async def test_slow_dialogues_do_not_hold_up_the_others(api: ChatAPI) -> None:
    """Each outcome comes as soon as it is there; the input is read only as far as there is room."""
    read: list[int] = []

    async def tasks() -> AsyncIterator[Task]:
        for number in range(6):
            read.append(number)
            yield Task(number, EXAMPLE)

    api.reply = lambda _: "Answer: 12"
    model = OpenAIModel("student", Connection(url=api.url))
    dialogue = Dialogue(Student(model, StudentOptions()), ReferenceTeacher(), DialogueOptions(max_iterations=1))
    stream = outcomes(tasks(), dialogue, StudentTeacherConfig(batch_size=2))
    first = await anext(stream)
    assert first.trace is not None
    assert len(read) == 2
    positions = {first.task.position} | {later.task.position async for later in stream}
    assert positions == set(range(6))
    await model.aclose()
