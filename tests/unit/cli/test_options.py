from __future__ import annotations

from enum import Enum
from typing import Any

import pytest

from arango_thinking.cli import app
from arango_thinking.settings import StudentTeacherConfig
from tests.unit.cli.conftest import Call

#: Settings that are reached from Python only.
FROM_PYTHON_ONLY = {"use_local_student", "teacher_temperature", "judge_temperature", "request_timeout"}
BOTH = pytest.mark.parametrize("command", ["enhance", "enhance-thinking"])


def parameters(command: str) -> dict[str, Any]:
    return {parameter.name or "": parameter for parameter in app.command(command).params}


def plain(value: Any) -> Any:
    """A default as it can be compared: nothing given is no prices."""
    return value.value if isinstance(value, Enum) else value or None


@BOTH
def test_every_setting_has_a_flag_with_the_same_default(command: str) -> None:
    settings = {
        name: plain(field.default)
        for name, field in StudentTeacherConfig.model_fields.items()
        if name not in FROM_PYTHON_ONLY
    }
    flags = parameters(command)
    assert {name: plain(flags[name].default) for name in settings} == settings


def test_both_commands_have_the_same_dialogue_flags() -> None:
    def dialogue(command: str) -> dict[str, Any]:
        found = parameters(command).items()
        return {
            name: (flag.opts, flag.secondary_opts, flag.default, getattr(flag, "help", ""))
            for name, flag in found
            if name in StudentTeacherConfig.model_fields
        }

    assert dialogue("enhance") == dialogue("enhance-thinking")


@BOTH
@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("--iterations", "0"),
        ("--iterations", "21"),
        ("--iterations", "many"),
        ("--min-iterations", "0"),
        ("--limit", "0"),
        ("--concurrency", "0"),
        ("--batch-delay", "-1"),
        ("--max-new-tokens", "1"),
        ("--temperature", "2.1"),
        ("--seed", "-1"),
        ("--first-try", "sometimes"),
        ("--on-unconverged", "sometimes"),
        ("--max-thinking-length", "-1"),
        ("--max-thinking-length", "long"),
        ("--format", "sometimes"),
        ("--student", ""),
    ],
)
def test_a_value_out_of_range_gives_2(cli: Call, command: str, flag: str, value: str) -> None:
    places = ["in.jsonl", "out.jsonl"] if command == "enhance-thinking" else []
    done = cli(command, *places, f"{flag}={value}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr


@pytest.mark.parametrize("arguments", [["enhance", "--layout", "odd"], ["import", "in.jsonl", "--on-duplicate", "odd"]])
def test_a_word_that_is_no_choice_gives_2(cli: Call, arguments: list[str]) -> None:
    done = cli(*arguments)
    assert done.returncode == 2
    assert "'odd' is not one of" in done.stderr
