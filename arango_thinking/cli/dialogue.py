"""The options of every command that runs dialogues: each bears the name of the setting that it sets."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from arango_thinking.cli import options as given

if TYPE_CHECKING:
    from arango_thinking.settings import StudentTeacherConfig

Command = Callable[..., None]


def _options(
    student_model: given.Student = given.DEFAULT_STUDENT,
    teacher_model: given.Teacher = given.DEFAULT_TEACHER,
    judge_model: given.Judge = None,
    student_url: given.StudentUrl = None,
    teacher_url: given.TeacherUrl = None,
    max_iterations: given.Iterations = 3,
    min_iterations: given.MinIterations = 1,
    first_try: given.FirstTryOption = given.FirstTry.DEEPEN,
    on_unconverged: given.UnconvergedOption = given.OnUnconverged.WRITE,
    thinking_format: given.FormatOption = given.ThinkingFormat.ITERATIVE,
    max_thinking_length: given.MaxThinkingLength = None,
    save_iterations: given.SaveIterations = False,
    student_sees_evidence: given.SeesEvidence = True,
    check_judge: given.CheckJudge = True,
    max_cost: given.MaxCost = None,
    max_tokens: given.MaxTokens = None,
    prices: given.Prices = None,
    journal: given.KeepJournal = True,
    journal_days: given.JournalDays = 30,
    batch_size: given.Concurrency = 10,
    batch_delay: given.BatchDelay = 0.0,
    request_timeout: given.RequestTimeout = 120.0,
    requests_per_minute: given.RequestsPerMinute = None,
    tokens_per_minute: given.TokensPerMinute = None,
    continuation: given.ContinuationOption = given.Continuation.EMULATED,
    max_new_tokens: given.MaxNewTokens = 500,
    student_temperature: given.Temperature = 0.7,
    seed: given.Seed = 0,
) -> None:
    """Only declares them."""


def with_dialogue_options(command: Command) -> Command:
    """The command with these options after its own; it finds their values in its context, by `config_of`."""
    own = inspect.signature(command, eval_str=True)
    shared = inspect.signature(_options, eval_str=True).parameters

    @functools.wraps(command)
    def called(**values: object) -> None:
        command(**{name: value for name, value in values.items() if name not in shared})

    parameters = [*own.parameters.values(), *shared.values()]
    called.__signature__ = own.replace(  # type: ignore[attr-defined]
        parameters=[parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in parameters]
    )
    return called


def config_of(context: typer.Context) -> StudentTeacherConfig:
    """The configuration that the options give."""
    from arango_thinking.settings import StudentTeacherConfig

    named = {name: value for name, value in context.params.items() if name in StudentTeacherConfig.model_fields}
    return StudentTeacherConfig(**{**named, "prices": _prices(named.get("prices") or [])})


def _prices(given_prices: list[str]) -> dict[str, tuple[float, float]]:
    from arango_thinking.errors import ConfigurationError

    prices = {}
    for text in given_prices:
        name, _, figures = text.rpartition("=")
        try:
            prompt, completion = (float(figure) for figure in figures.split(","))
        except ValueError as error:
            raise ConfigurationError(f"--price '{text}' is not of the form MODEL=PROMPT,COMPLETION.") from error
        prices[name] = (prompt, completion)
    return prices
