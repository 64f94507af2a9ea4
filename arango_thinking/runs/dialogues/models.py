"""The models of one run, opened and put together: a student, its teacher and judge, and the dialogue between them.

They share one budget, one journal, and the connections and limits of their APIs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from arango_thinking.choices import DEFAULT_TEACHER, OnUnconverged
from arango_thinking.errors import ConfigurationError
from arango_thinking.llm.base import ChatModel
from arango_thinking.llm.paid.budget import Budget
from arango_thinking.llm.paid.journal import Journal
from arango_thinking.llm.paid.paid import PaidModel, Terms
from arango_thinking.llm.paid.terms import identity_of, price_of
from arango_thinking.llm.resolve import ModelChoice, Role, choice_of, open_model
from arango_thinking.runs.database_journal import DatabaseCalls
from arango_thinking.settings import DatabaseSettings, Environment, StudentTeacherConfig
from arango_thinking.store.connection import Patience
from arango_thinking.teaching.dialogue import Dialogue, DialogueOptions
from arango_thinking.teaching.prompting import prompt_version
from arango_thinking.teaching.reference.teacher import ReferenceTeacher
from arango_thinking.teaching.review import Teacher
from arango_thinking.teaching.student import Student, StudentOptions
from arango_thinking.teaching.teacher import JudgedTeacher, LLMJudge, LLMTeacher, TeacherOptions
from arango_thinking.teaching.trial.families import same_family

if TYPE_CHECKING:
    from arango_thinking.llm.api.endpoint import Endpoints

logger = logging.getLogger(__name__)


@asynccontextmanager
async def opened_dialogue(
    config: StudentTeacherConfig, journal: DatabaseSettings | None = None, patience: Patience | None = None
) -> AsyncIterator[Dialogue]:
    """The configured student and teacher, loaded; closed on leaving.

    `journal` is the database that keeps replies, `patience` how long to wait for it.
    """
    async with AsyncExitStack() as stack:
        calls = await _opened_journal(config, stack, journal, patience)
        models = _Models(config, stack, calls)
        teacher = await _teacher(models, config)
        student = Student(
            await models.open("student", choice_of("student", config)),
            StudentOptions(config.student_temperature, config.max_new_tokens, config.student_sees_evidence),
        )
        options = DialogueOptions(
            config.max_iterations,
            config.min_iterations,
            config.first_try,
            rationalize=config.on_unconverged is OnUnconverged.RATIONALIZE,
        )
        yield Dialogue(student, teacher, options, calls.forget) if calls else Dialogue(student, teacher, options)


class _Models:
    """Opens the models of one run, to be closed with the stack."""

    def __init__(self, config: StudentTeacherConfig, stack: AsyncExitStack, journal: Journal | None) -> None:
        self._config = config
        self._stack = stack
        self._journal = journal
        self._budget = Budget(config.max_cost, config.max_tokens)
        self._environment = Environment()
        self._endpoints = _endpoints(config)
        stack.push_async_callback(self._endpoints.aclose)

    async def open(self, role: str, choice: ModelChoice) -> ChatModel:
        """The model, on the terms of the run. Raises `ConfigurationError` when `max_cost` needs an unknown price."""
        # Loading a local model takes seconds; the event loop must not wait for it.
        model = await asyncio.to_thread(open_model, choice, self._environment, self._endpoints)
        self._stack.push_async_callback(model.aclose)
        identity = identity_of(choice, self._environment, prompt_version())
        price = price_of(choice, model, self._config)
        return PaidModel(model, Terms(role, identity, price, self._budget, self._journal))


def _endpoints(config: StudentTeacherConfig) -> Endpoints:
    from arango_thinking.llm.api.endpoint import Endpoints
    from arango_thinking.llm.api.limits import Limits

    return Endpoints(Limits(config.batch_size, config.requests_per_minute, config.tokens_per_minute))


async def _teacher(models: _Models, config: StudentTeacherConfig) -> Teacher:
    """The teacher, joined with a judge when another model is to judge."""
    _warn_of_kinship(config)
    model = await _reviewer(models, config, "teacher")
    options = TeacherOptions(config.teacher_temperature, config.max_new_tokens)
    teacher = LLMTeacher(model, options) if model else ReferenceTeacher()
    if config.judge_model is None or config.judge_model == config.teacher_model:
        return teacher
    judging = await _reviewer(models, config, "judge")
    if judging is None:
        return JudgedTeacher(ReferenceTeacher(), teacher)
    judge = LLMJudge(judging, TeacherOptions(config.judge_temperature, config.max_new_tokens))
    return JudgedTeacher(judge, teacher, candidate=judge)


def _warn_of_kinship(config: StudentTeacherConfig) -> None:
    judge = config.judge_model or config.teacher_model
    if judge != DEFAULT_TEACHER and same_family(config.student_model, judge):
        logger.warning(
            "The student %s and the judge %s are of one family: such a judge tends to be too kind.",
            config.student_model,
            judge,
        )


async def _reviewer(models: _Models, config: StudentTeacherConfig, role: Role) -> ChatModel | None:
    """The model of a role; `None` for the reference teacher, which needs none."""
    choice = choice_of(role, config)
    return None if choice.name == DEFAULT_TEACHER else await models.open(role, choice)


# ---------------------------------------------------------------- the journal


def file_journal(config: StudentTeacherConfig) -> DatabaseSettings | None:
    """Where runs on files keep replies: in a file of the user's cache; `None` when they keep none.

    Raises `ConfigurationError` when there is no place for it.
    """
    if not config.journal:
        return None
    try:
        return DatabaseSettings(url=f"embedded:{Environment().journal_file}")
    except ConfigurationError as error:
        raise ConfigurationError(f"Model replies cannot be kept. {error} Or give --no-journal.") from error


async def _opened_journal(
    config: StudentTeacherConfig, stack: AsyncExitStack, settings: DatabaseSettings | None, patience: Patience | None
) -> Journal | None:
    if settings is None or not config.journal:
        return None
    journal = Journal(await asyncio.to_thread(_calls, settings, timedelta(days=config.journal_days), patience))
    stack.push_async_callback(journal.aclose)
    return journal


def _calls(settings: DatabaseSettings, kept_for: timedelta, patience: Patience | None) -> DatabaseCalls:
    try:
        if settings.embedded_path is not None:
            Path(settings.embedded_path).parent.mkdir(parents=True, exist_ok=True)
        return DatabaseCalls(settings, kept_for, patience)
    except (OSError, ConfigurationError) as error:
        if settings.embedded_path is None:
            raise
        raise ConfigurationError(
            f"The journal cannot be kept in {settings.url}: {str(error).removesuffix('.')}. "
            "Set ARANGO_THINKING_JOURNAL to another file, or give --no-journal."
        ) from error
