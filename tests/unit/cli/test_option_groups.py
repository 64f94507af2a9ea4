"""Options that commands share: the flags they become, and what the values in a context become."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

from arango_thinking.choices import Continuation, FirstTry, Login, OnUnconverged, ThinkingFormat
from arango_thinking.cli.option_groups import DATABASE, Group, config_of, dialogue, settings_of, takes
from arango_thinking.dialogue_options import Panel, declared
from arango_thinking.errors import ConfigurationError
from arango_thinking.settings import DatabaseSettings, StudentTeacherConfig

#: Flag, value, and what it is of which setting.
FLAGS: list[tuple[str, str | None, str, Any]] = [
    ("--student", "org/name", "student_model", "org/name"),
    ("--teacher", "gpt-4o", "teacher_model", "gpt-4o"),
    ("--judge", "gpt-4o-mini", "judge_model", "gpt-4o-mini"),
    ("--student-url", "http://one/v1", "student_url", "http://one/v1"),
    ("--teacher-url", "http://two/v1", "teacher_url", "http://two/v1"),
    ("--judge-url", "http://three/v1", "judge_url", "http://three/v1"),
    ("--student-extra", '{"top_k": 1}', "student_extra", '{"top_k": 1}'),
    ("--teacher-extra", '{"top_k": 1}', "teacher_extra", '{"top_k": 1}'),
    ("--judge-extra", '{"top_k": 1}', "judge_extra", '{"top_k": 1}'),
    ("--context", "8192", "context_tokens", 8192),
    ("--continuation", "llama.cpp", "continuation", Continuation.LLAMA),
    ("--check-judge", None, "check_judge", True),
    ("--skip-judge-check", None, "check_judge", False),
    ("--iterations", "5", "max_iterations", 5),
    ("-n", "5", "max_iterations", 5),
    ("--min-iterations", "2", "min_iterations", 2),
    ("--first-try", "keep", "first_try", FirstTry.KEEP),
    ("--on-unconverged", "skip", "on_unconverged", OnUnconverged.SKIP),
    ("--format", "consolidated", "thinking_format", ThinkingFormat.CONSOLIDATED),
    ("--max-thinking-length", "900", "max_thinking_length", 900),
    ("--save-iterations", None, "save_iterations", True),
    ("--show-evidence", None, "student_sees_evidence", True),
    ("--hide-evidence", None, "student_sees_evidence", False),
    ("--temperature", "0.25", "student_temperature", 0.25),
    ("--max-new-tokens", "64", "max_new_tokens", 64),
    ("--seed", "42", "seed", 42),
    ("--max-cost", "1.5", "max_cost", 1.5),
    ("--max-tokens", "9000", "max_tokens", 9000),
    ("--price", "phi=1,2.5", "prices", {"phi": (1.0, 2.5)}),
    ("--journal", None, "journal", True),
    ("--no-journal", None, "journal", False),
    ("--journal-days", "7", "journal_days", 7),
    ("--concurrency", "64", "batch_size", 64),
    ("--batch-delay", "0.5", "batch_delay", 0.5),
    ("--request-timeout", "9.5", "request_timeout", 9.5),
    ("--rpm", "60", "requests_per_minute", 60.0),
    ("--tpm", "90000", "tokens_per_minute", 90000.0),
]
PYTHON_ONLY = {"use_local_student", "teacher_temperature", "judge_temperature"}


@dataclass
class Outcome:
    """What became of a call: the error behind it, or what the command kept of its values."""

    exit_code: int
    error: BaseException | None
    output: str
    kept: list[Any]


def call(command: Callable[..., None], kept: list[Any], *flags: str) -> Outcome:
    alone = typer.Typer(rich_markup_mode=None, add_completion=False)
    alone.command()(command)
    done = CliRunner().invoke(alone, flags)
    error = None if isinstance(done.exception, SystemExit) else done.exception
    return Outcome(done.exit_code, error, done.output, kept)


def configured(*flags: str, group: Group | None = None, **fixed: Any) -> Outcome:
    """The configuration that a command with the options of a dialogue makes of these flags."""
    kept: list[StudentTeacherConfig] = []

    @takes(dialogue() if group is None else group)
    def command(context: typer.Context) -> None:
        kept.append(config_of(context, **fixed))

    return call(command, kept, *flags)


def config(*flags: str, **rest: Any) -> StudentTeacherConfig:
    done = configured(*flags, **rest)
    assert done.error is None, done.error
    assert done.exit_code == 0, done.output
    [made] = done.kept
    assert isinstance(made, StudentTeacherConfig)
    return made


def refusal(*flags: str, group: Group) -> str:
    error = configured(*flags, group=group).error
    assert isinstance(error, ConfigurationError)
    return str(error)


# ---------------------------------------------------------------- what a command takes


def test_a_command_has_its_own_options_and_then_those_of_the_groups() -> None:
    @takes(dialogue("journal", "seed"), DATABASE)
    def command(context: typer.Context, limit: int = 3) -> None:
        """What it does."""

    parameters = inspect.signature(command).parameters
    assert list(parameters) == [
        *("context", "limit"),
        *("seed", "journal"),
        *("url", "database", "insecure", "database_timeout"),
        "config",
    ]
    assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
    assert (command.__name__, command.__doc__) == ("command", "What it does.")


def test_a_command_is_called_with_its_own_values_alone_and_finds_the_rest_in_its_context() -> None:
    kept: list[Any] = []

    @takes(dialogue("seed"), DATABASE)
    def command(context: typer.Context, limit: int = 3, name: Annotated[str, typer.Option("-N")] = "a") -> None:
        kept.append((limit, name, context.params["seed"], context.params["url"]))

    assert call(command, kept, "--limit", "5", "-N", "b", "--seed", "7", "--url", "embedded:x").exit_code == 0
    assert call(command, kept).exit_code == 0
    assert kept == [(5, "b", 7, "embedded:x"), (3, "a", 0, None)]


def test_a_command_without_a_group_has_no_shared_option() -> None:
    kept: list[Any] = []

    @takes()
    def command(context: typer.Context, limit: int = 3) -> None:
        kept.append(limit)

    assert call(command, kept, "--limit", "5").kept == [5]
    assert call(command, kept, "--seed", "5").exit_code == 2


# ---------------------------------------------------------------- the options of a dialogue


def test_every_declared_option_with_flags_is_taken_in_its_order() -> None:
    assert list(dialogue()) == [name for name in declared() if name not in PYTHON_ONLY]
    assert {setting for _, _, setting, _ in FLAGS} == set(dialogue())


def test_only_the_options_with_these_names_are_taken() -> None:
    assert list(dialogue("seed")) == ["seed"]
    assert set(dialogue("seed", "student_model", "prices")) == {"seed", "student_model", "prices"}
    assert dialogue(*PYTHON_ONLY) == {}


@pytest.mark.parametrize(("flag", "value", "setting", "expected"), FLAGS)
def test_each_flag_sets_its_setting(flag: str, value: str | None, setting: str, expected: Any) -> None:
    made = config(flag, *([] if value is None else [value]), group=dialogue(setting))
    assert made == StudentTeacherConfig(**{setting: expected})
    assert getattr(made, setting) == expected


def test_flags_together_set_each_its_own_setting() -> None:
    given = {setting: (flag, value, expected) for flag, value, setting, expected in FLAGS}
    made = config(*(part for flag, value, _ in given.values() for part in (flag, value) if part is not None))
    assert made == StudentTeacherConfig(**{setting: expected for setting, (_, _, expected) in given.items()})


def test_without_flags_all_is_as_it_is_declared() -> None:
    assert config() == StudentTeacherConfig()


def options(group: Group) -> dict[str, Any]:
    """The options that a command with this group has, as the command line knows them."""

    @takes(group)
    def command(context: typer.Context) -> None:
        """Does nothing."""

    alone = typer.Typer(add_completion=False)
    alone.command()(command)
    return {parameter.name or "": parameter for parameter in typer.main.get_command(alone).params}


@pytest.mark.parametrize("name", sorted(dialogue()))
def test_an_option_has_the_flags_the_help_the_panel_and_the_default_that_are_declared(name: str) -> None:
    found, option = declared()[name], options(dialogue())[name]
    flags = [flag for written in found.option.flags for flag in written.split("/")]
    assert [*option.opts, *option.secondary_opts] == flags
    assert (option.help, option.rich_help_panel) == (found.option.help, found.option.panel)
    assert (option.default or None) == (found.default or None)
    assert option.multiple is (name == "prices")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        *((name, f"({declared()[name].option.unset})") for name in ("max_cost", "judge_model", "prices")),
        ("seed", "0"),
        ("check_judge", "check-judge"),
    ],
)
def test_help_shows_the_default_or_what_none_means(name: str, shown: str) -> None:
    said = configured("--help", group=dialogue(name)).output
    assert f"[default: {shown}]" in " ".join(said.split())


def test_help_shows_no_default_where_there_is_none() -> None:
    assert "default" not in configured("--help", group=dialogue("student_url")).output


def test_values_that_the_command_sets_need_no_flag() -> None:
    made = config("--seed", "7", group=dialogue("seed"), teacher_temperature=0.1, max_iterations=1, journal=False)
    assert made == StudentTeacherConfig(seed=7, teacher_temperature=0.1, max_iterations=1, journal=False)


def test_options_of_the_command_itself_are_no_settings() -> None:
    kept: list[StudentTeacherConfig] = []

    @takes(dialogue("seed"), DATABASE)
    def command(context: typer.Context, limit: int = 3) -> None:
        kept.append(config_of(context))

    assert call(command, kept, "--limit", "5", "--url", "embedded:x", "--seed", "2").kept == [
        StudentTeacherConfig(seed=2)
    ]


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--iterations", "21"], "max_iterations: "),
        (["--seed", "-1"], "seed: "),
        (["--student", ""], "student_model: "),
        (["--student-url", "nowhere"], "student_url: "),
        (["--min-iterations", "4"], "min_iterations (4) is greater than max_iterations (3)"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(flags: list[str], says: str) -> None:
    group = dialogue("max_iterations", "min_iterations", "seed", "student_model", "student_url")
    assert says in refusal(*flags, group=group)


# ---------------------------------------------------------------- prices


@pytest.mark.parametrize(
    ("texts", "prices"),
    [
        ([], {}),
        (["phi=1,2"], {"phi": (1.0, 2.0)}),
        (["phi=0,0"], {"phi": (0.0, 0.0)}),
        (["phi=1,2,0.5"], {"phi": (1.0, 2.0, 0.5)}),
        (["phi= 0.15 , 0.6 "], {"phi": (0.15, 0.6)}),
        (["phi=1,2", "gpt-4o=3,4"], {"phi": (1.0, 2.0), "gpt-4o": (3.0, 4.0)}),
        (["phi=1,2", "phi=3,4"], {"phi": (3.0, 4.0)}),
        (["org/name:tag=x=1,2"], {"org/name:tag=x": (1.0, 2.0)}),
    ],
)
def test_prices_are_read_model_by_model(texts: list[str], prices: dict[str, tuple[float, ...]]) -> None:
    flags = [part for text in texts for part in ("--price", text)]
    assert config(*flags, group=dialogue("prices")).prices == prices


@pytest.mark.parametrize("text", ["phi", "phi=", "phi=1", "phi=1,2,3,4", "phi=a,b", "phi=1,", "phi=$1,$2", "", "=,"])
def test_what_is_no_price_is_refused_as_it_was_given(text: str) -> None:
    said = refusal("--price", text, group=dialogue("prices"))
    assert f"--price '{text}'" in said
    assert "MODEL=PROMPT,COMPLETION" in said


@pytest.mark.parametrize("text", ["phi=-1,2", "phi=1,-2", "phi=nan,1", "phi=1,inf", "=1,2"])
def test_a_price_is_of_a_model_and_not_negative(text: str) -> None:
    assert "is not the name of a model and two or three prices" in refusal("--price", text, group=dialogue("prices"))


def test_a_command_that_takes_no_prices_has_those_of_the_list() -> None:
    assert config(group=dialogue("seed")).prices == {}


# ---------------------------------------------------------------- the database


def connected(*flags: str) -> Outcome:
    """The settings that a command with the options of a database makes of these flags."""
    kept: list[DatabaseSettings] = []

    @takes(DATABASE)
    def command(context: typer.Context) -> None:
        kept.append(settings_of(context))

    return call(command, kept, *flags)


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ([], {"url": "embedded:arango-thinking.db", "is_default": True}),
        (["--url", "http://db:8529"], {"url": "http://db:8529"}),
        (["--url", "embedded:my.db", "--database", "shop"], {"url": "embedded:my.db", "database": "shop"}),
        (["--url", "https://db:8529", "--insecure"], {"url": "https://db:8529", "insecure": True}),
        (["--url", "http://db:8529", "--database-timeout", "3.5"], {"url": "http://db:8529", "timeout": 3.5}),
    ],
)
def test_the_database_is_the_one_that_the_flags_name(flags: list[str], expected: dict[str, Any]) -> None:
    assert connected(*flags).kept == [DatabaseSettings(**expected)]


def test_what_the_flags_leave_out_is_as_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARANGO_URL", "http://there:8529")
    monkeypatch.setenv("ARANGO_DATABASE", "shop")
    monkeypatch.setenv("ARANGO_AUTH", "jwt")
    assert connected("--url", "http://here:8529").kept == [
        DatabaseSettings(url="http://here:8529", database="shop", login=Login.JWT)
    ]


def test_a_database_of_no_known_form_or_named_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = connected("--url", "ftp://db").error
    assert isinstance(refused, ConfigurationError)
    monkeypatch.setenv("ARANGO_USERNAME", "one")
    monkeypatch.setenv("ARANGO_USER", "other")
    refused = connected("--url", "http://db:8529").error
    assert isinstance(refused, ConfigurationError)
    assert "disagree" in str(refused)


def test_the_options_of_a_database_stand_under_their_heading() -> None:
    assert list(DATABASE) == ["url", "database", "insecure", "database_timeout"]
    panels = {name: option.rich_help_panel for name, option in options(DATABASE).items()}
    assert panels == {**dict.fromkeys(DATABASE, Panel.DATABASE), "config": Panel.RUN}
