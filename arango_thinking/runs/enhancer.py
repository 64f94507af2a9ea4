"""`ThinkingEnhancer`: a JSONL file or an ArangoDB collection goes in thin and comes out with real thinking."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arango_thinking.choices import DEFAULT_TEACHER, OnUnconverged
from arango_thinking.errors import ConfigurationError
from arango_thinking.llm.base import ChatModel
from arango_thinking.llm.paid.budget import Budget
from arango_thinking.llm.paid.journal import Journal
from arango_thinking.llm.paid.paid import PaidModel, Terms
from arango_thinking.llm.paid.terms import identity_of, price_of
from arango_thinking.llm.resolve import ModelChoice, open_model
from arango_thinking.runs.account import Progress, Statistics
from arango_thinking.runs.collection_run import CollectionRun, RunOptions
from arango_thinking.runs.database_journal import DatabaseCalls
from arango_thinking.runs.dataset_run import DatasetRun
from arango_thinking.runs.estimating import SAMPLE
from arango_thinking.settings import DatabaseSettings, Environment, StudentTeacherConfig, database_settings
from arango_thinking.store.connection import Patience
from arango_thinking.store.records import Selection
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

#: Enhanced documents that one `sync` looks at for a change of their source; the next one goes on from there.
STALE_LIMIT = 20_000


def _silent(statistics: Statistics) -> None:
    """The progress of callers that want none."""


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
        """Enhance a JSONL file of the seed's format into another; returns the statistics.

        Lines keep their order. A line that is not a Q&A document is left out and counted in `rejected_lines`; one
        that is enhanced already, or cannot be enhanced, comes out as it went in. The output appears whole or not at
        all. Raises `InputError` when the file as a whole cannot be read, `ConfigurationError` and
        `UnavailableError` as the models do.
        """
        run = DatasetRun(Path(input_path), Path(output_path), max_samples, self.config)
        async with self.dialogue(self._file_journal()) as dialogue:
            return (await run.enhance(dialogue, progress)).to_dict()

    async def estimate_dataset(
        self, input_path: Path | str, sample: int = SAMPLE, progress: Progress = _silent
    ) -> dict[str, Any]:
        """What `enhance_dataset` would take, from the first `sample` examples; see `Estimate.to_dict`.

        Nothing is written but the journal.
        """
        run = DatasetRun(Path(input_path), Path(), sample, self.config)
        async with self.dialogue(self._file_journal()) as dialogue:
            return (await run.estimate(dialogue, progress)).to_dict()

    async def enhance_collection(
        self,
        selection: Selection | str,
        *,
        limit: int | None = None,
        max_runtime: float | None = None,
        dry_run: bool = False,
        progress: Progress = _silent,
    ) -> dict[str, Any]:
        """Enhance the pending documents of a collection in place; returns the statistics.

        Each document is written only if it is as it was read. After `max_runtime` seconds no more are begun. With
        `dry_run` no model is asked and nothing is written. Raises `ConfigurationError` when the collection is not there
        or the filter is none, and `LockedError` when another run works on the collection.
        """
        async with self._run_on(selection, RunOptions("enhance", limit, max_runtime)) as (run, settings):
            if dry_run:
                return (await run.survey(progress)).to_dict()
            return await run.leased(lambda: self._enhance(run, settings, progress))

    async def sync_collection(
        self, selection: Selection | str, options: RunOptions | None = None, progress: Progress = _silent
    ) -> dict[str, Any]:
        """As `enhance_collection`, and documents too whose question, answer or context changed since.

        The statistics also say how many documents are pending at the end, as `pending`, and how many failed when they
        were last worked on, as `failures`.
        """
        async with self._run_on(selection, options or RunOptions("sync", stale_limit=STALE_LIMIT)) as (run, settings):

            async def work() -> dict[str, Any]:
                figures = await self._enhance(run, settings, progress)
                return {"run": run.key if run.is_recorded else None, **await run.state(), **figures}

            return await run.leased(work)

    async def _enhance(self, run: CollectionRun, journal: DatabaseSettings, progress: Progress) -> dict[str, Any]:
        """Models are opened only when there is something to do."""
        if not await run.has_work():
            return (await run.survey(progress)).to_dict()
        async with self.dialogue(journal, run.patience) as dialogue:
            return (await run.enhance(dialogue, progress)).to_dict()

    async def estimate_collection(
        self,
        selection: Selection | str,
        sample: int = SAMPLE,
        progress: Progress = _silent,
        limit: int | None = None,
    ) -> dict[str, Any]:
        """What `enhance_collection` would take, from the first `sample` documents; see `Estimate.to_dict`.

        Nothing is written but the journal.
        """
        options = RunOptions("estimate", min(sample, limit or sample))
        async with self._run_on(selection, options) as (run, settings), self.dialogue(settings) as dialogue:
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

    @staticmethod
    def _file_journal() -> DatabaseSettings:
        """Runs on files keep their journal in a file of its own."""
        return DatabaseSettings(url=f"embedded:{Environment().journal_file}")

    @asynccontextmanager
    async def dialogue(
        self, journal: DatabaseSettings | None = None, patience: Patience | None = None
    ) -> AsyncIterator[Dialogue]:
        """The configured student and teacher, loaded; closed on leaving.

        `journal` is where replies are kept, `patience` how long that database is waited for.
        """
        config = self.config
        async with AsyncExitStack() as stack:
            calls = await _opened_journal(config, stack, journal, patience)
            endpoints = self._endpoints()
            stack.push_async_callback(endpoints.aclose)
            models = Models(config, stack, endpoints, calls)
            teacher = await self._teacher(models)
            model = await models.open("student", self._student_choice())
            student = Student(
                model,
                StudentOptions(config.student_temperature, config.max_new_tokens, config.student_sees_evidence),
            )
            options = DialogueOptions(
                config.max_iterations,
                config.min_iterations,
                config.first_try,
                rationalize=config.on_unconverged is OnUnconverged.RATIONALIZE,
            )
            yield Dialogue(student, teacher, options, calls.forget) if calls else Dialogue(student, teacher, options)

    def _endpoints(self) -> Endpoints:
        from arango_thinking.llm.api.endpoint import Endpoints
        from arango_thinking.llm.api.limits import Limits

        config = self.config
        return Endpoints(Limits(config.batch_size, config.requests_per_minute, config.tokens_per_minute))

    def _student_choice(self) -> ModelChoice:
        config = self.config
        return ModelChoice(
            config.student_model,
            config.student_url,
            local=config.use_local_student,
            slots=config.batch_size,
            seed=config.seed,
            timeout=config.request_timeout,
            continuation=config.continuation,
        )

    async def _teacher(self, models: Models) -> Teacher:
        config = self.config
        self._warn_of_kinship()
        model = await self._reviewer(models, "teacher", config.teacher_model)
        options = TeacherOptions(config.teacher_temperature, config.max_new_tokens)
        teacher = LLMTeacher(model, options) if model else ReferenceTeacher()
        if config.judge_model is None or config.judge_model == config.teacher_model:
            return teacher
        judging = await self._reviewer(models, "judge", config.judge_model)
        if judging is None:
            return JudgedTeacher(ReferenceTeacher(), teacher)
        judge = LLMJudge(judging, TeacherOptions(config.judge_temperature, config.max_new_tokens))
        return JudgedTeacher(judge, teacher, candidate=judge)

    def _warn_of_kinship(self) -> None:
        judge = self.config.judge_model or self.config.teacher_model
        if judge != DEFAULT_TEACHER and same_family(self.config.student_model, judge):
            logger.warning(
                "The student %s and the judge %s are of one family: such a judge tends to be too kind.",
                self.config.student_model,
                judge,
            )

    async def _reviewer(self, models: Models, role: str, name: str) -> ChatModel | None:
        """The model of that name; None for the reference teacher, which needs none."""
        config = self.config
        if name == DEFAULT_TEACHER:
            return None
        choice = ModelChoice(
            name,
            config.teacher_url,
            slots=config.batch_size,
            seed=config.seed,
            timeout=config.request_timeout,
        )
        return await models.open(role, choice)


class Models:
    """Opens the models of one run, which share its budget, its journal, and the limits of their APIs."""

    def __init__(
        self, config: StudentTeacherConfig, stack: AsyncExitStack, endpoints: Endpoints, journal: Journal | None
    ) -> None:
        self._config = config
        self._stack = stack
        self._endpoints = endpoints
        self._journal = journal
        self._budget = Budget(config.max_cost, config.max_tokens)
        self._environment = Environment()

    async def open(self, role: str, choice: ModelChoice) -> ChatModel:
        """The model, to be closed with the stack."""
        price = price_of(choice, self._environment, self._config)
        # Loading a local model takes seconds; the event loop must not wait for it.
        model = await asyncio.to_thread(open_model, choice, self._environment, self._endpoints)
        self._stack.push_async_callback(model.aclose)
        identity = identity_of(choice, self._environment, prompt_version())
        return PaidModel(model, Terms(role, identity, price, self._budget, self._journal))


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
    except OSError as error:
        raise ConfigurationError(
            f"The journal cannot be kept in {settings.url}: {error.strerror}. "
            "Set ARANGO_THINKING_JOURNAL to another file, or give --no-journal."
        ) from error
