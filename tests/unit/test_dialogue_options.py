"""The options of a dialogue: each is a field of the configuration, with the default and the bounds declared for it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from arango_thinking.choices import Continuation, FirstTry, OnUnconverged, ThinkingFormat
from arango_thinking.dialogue_options import DialogueOptions, Option, Panel, declared
from arango_thinking.errors import ConfigurationError
from arango_thinking.settings import StudentTeacherConfig

LEAST_OF_FLOATS = sys.float_info.min
#: Every option in its order: its default, and its panel.
OPTIONS: dict[str, tuple[Any, Panel]] = {
    "student_model": ("gguf:SmolLM2-135M-Instruct", Panel.MODELS),
    "teacher_model": ("reference", Panel.MODELS),
    "judge_model": (None, Panel.MODELS),
    "use_local_student": (True, Panel.MODELS),
    "student_url": (None, Panel.MODELS),
    "teacher_url": (None, Panel.MODELS),
    "judge_url": (None, Panel.MODELS),
    "student_extra": (None, Panel.MODELS),
    "teacher_extra": (None, Panel.MODELS),
    "judge_extra": (None, Panel.MODELS),
    "context_tokens": (None, Panel.MODELS),
    "continuation": (Continuation.EMULATED, Panel.MODELS),
    "check_judge": (True, Panel.MODELS),
    "max_iterations": (3, Panel.DIALOGUE),
    "min_iterations": (1, Panel.DIALOGUE),
    "first_try": (FirstTry.DEEPEN, Panel.DIALOGUE),
    "on_unconverged": (OnUnconverged.WRITE, Panel.DIALOGUE),
    "thinking_format": (ThinkingFormat.ITERATIVE, Panel.DIALOGUE),
    "max_thinking_length": (None, Panel.DIALOGUE),
    "save_iterations": (False, Panel.DIALOGUE),
    "student_sees_evidence": (True, Panel.DIALOGUE),
    "student_temperature": (0.7, Panel.DIALOGUE),
    "teacher_temperature": (0.8, Panel.DIALOGUE),
    "judge_temperature": (0.0, Panel.DIALOGUE),
    "max_new_tokens": (500, Panel.DIALOGUE),
    "seed": (0, Panel.DIALOGUE),
    "max_cost": (None, Panel.COST),
    "max_tokens": (None, Panel.COST),
    "prices": ({}, Panel.COST),
    "journal": (True, Panel.COST),
    "journal_days": (30, Panel.COST),
    "batch_size": (10, Panel.LIMITS),
    "batch_delay": (0.0, Panel.LIMITS),
    "request_timeout": (120.0, Panel.LIMITS),
    "requests_per_minute": (None, Panel.LIMITS),
    "tokens_per_minute": (None, Panel.LIMITS),
}
#: Option, bound, a value just inside and one just outside.
BOUNDS: list[tuple[str, str, Any, Any]] = [
    ("student_model", "min_length", "x", ""),
    ("teacher_model", "min_length", "x", ""),
    ("context_tokens", "ge", 512, 511),
    ("max_iterations", "ge", 1, 0),
    ("max_iterations", "le", 20, 21),
    ("min_iterations", "ge", 1, 0),
    ("min_iterations", "le", 20, 21),
    ("max_thinking_length", "ge", 0, -1),
    ("student_temperature", "ge", 0.0, -0.01),
    ("student_temperature", "le", 2.0, 2.01),
    ("teacher_temperature", "ge", 0.0, -0.01),
    ("teacher_temperature", "le", 2.0, 2.01),
    ("judge_temperature", "ge", 0.0, -0.01),
    ("judge_temperature", "le", 2.0, 2.01),
    ("max_new_tokens", "ge", 16, 15),
    ("max_new_tokens", "le", 32768, 32769),
    ("seed", "ge", 0, -1),
    ("max_cost", "gt", LEAST_OF_FLOATS, 0.0),
    ("max_tokens", "gt", 1, 0),
    ("journal_days", "ge", 1, 0),
    ("batch_size", "ge", 1, 0),
    ("batch_size", "le", 4096, 4097),
    ("batch_delay", "ge", 0.0, -0.01),
    ("request_timeout", "gt", LEAST_OF_FLOATS, 0.0),
    ("requests_per_minute", "gt", LEAST_OF_FLOATS, 0.0),
    ("tokens_per_minute", "gt", LEAST_OF_FLOATS, 0.0),
]
KINDS = ("ge", "gt", "le", "min_length")


def configured(name: str, value: Any) -> StudentTeacherConfig:
    """A configuration with that value, and what it needs beside it."""
    room = {"max_iterations": 20} if name == "min_iterations" else {}
    return StudentTeacherConfig(**room, **{name: value})


def test_the_options_are_these_in_this_order() -> None:
    assert list(declared()) == list(OPTIONS)


def test_the_fields_of_the_configuration_are_the_options() -> None:
    assert set(StudentTeacherConfig.model_fields) == set(OPTIONS)


@pytest.mark.parametrize(("name", "expected"), OPTIONS.items())
def test_each_option_is_a_field_with_its_default(name: str, expected: tuple[Any, Panel]) -> None:
    default, panel = expected
    found = declared()[name]
    assert getattr(StudentTeacherConfig(), name) == found.default == getattr(DialogueOptions, name) == default
    assert type(getattr(StudentTeacherConfig(), name)) is type(default)
    assert found.option.panel is panel


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("student_model", str),
        ("judge_model", str | None),
        ("max_iterations", int),
        ("max_cost", float | None),
        ("journal", bool),
        ("continuation", Continuation),
        ("prices", dict[str, tuple[float, ...]]),
    ],
)
def test_an_option_is_declared_with_the_kind_of_its_values(name: str, kind: object) -> None:
    assert declared()[name].kind == kind


@pytest.mark.parametrize("name", OPTIONS)
def test_each_option_says_in_a_sentence_what_it_means(name: str) -> None:
    assert declared()[name].option.help.endswith(".")


def test_prices_of_one_configuration_are_not_those_of_another() -> None:
    assert StudentTeacherConfig().prices is not StudentTeacherConfig().prices
    StudentTeacherConfig().prices["phi"] = (1.0, 2.0)
    assert StudentTeacherConfig().prices == declared()["prices"].default == {}


# ---------------------------------------------------------------- bounds


def test_every_bound_that_is_declared_is_tried() -> None:
    found = [
        (name, kind)
        for name, option in declared().items()
        for kind in KINDS
        if getattr(option.option, kind) is not None
    ]
    assert sorted(found) == sorted((name, kind) for name, kind, _, _ in BOUNDS)


@pytest.mark.parametrize(("name", "kind", "inside", "outside"), BOUNDS)
def test_a_value_just_inside_a_bound_is_taken_and_one_just_outside_is_refused_by_name(
    name: str, kind: str, inside: Any, outside: Any
) -> None:
    assert getattr(configured(name, inside), name) == inside
    with pytest.raises(ConfigurationError, match=rf"^{name}: "):
        configured(name, outside)


@pytest.mark.parametrize("name", [name for name, (default, _) in OPTIONS.items() if default is None])
def test_none_is_taken_where_it_is_the_default(name: str) -> None:
    assert getattr(StudentTeacherConfig(**{name: None}), name) is None


@pytest.mark.parametrize("name", [name for name, (default, _) in OPTIONS.items() if default is not None])
def test_none_is_refused_where_it_is_not(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        StudentTeacherConfig(**{name: None})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_iterations", 2.5),
        ("seed", "many"),
        ("student_temperature", "hot"),
        ("journal", "perhaps"),
        ("continuation", "sometimes"),
        ("first_try", "sometimes"),
        ("on_unconverged", "sometimes"),
        ("thinking_format", "html"),
        ("prices", {"phi": 1.0}),
        ("prices", {"phi": (1.0, 2.0, 3.0, 4.0)}),
        ("judge_model", 3),
    ],
)
def test_a_value_of_another_kind_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=name):
        configured(name, value)


def test_bounds_are_told_as_pydantic_reads_them() -> None:
    given = Option(Panel.RUN, "So many.", ge=1, gt=0.5, le=9, min_length=2)
    told = [(type(bound).__name__, *vars_of(bound)) for bound in given]
    assert told == [("Ge", 1), ("Gt", 0.5), ("Le", 9), ("MinLen", 2)]
    assert given.__is_annotated_types_grouped_metadata__ is True


def vars_of(bound: Any) -> list[Any]:
    """The values in a bound."""
    return [getattr(bound, name) for name in bound.__dataclass_fields__]


def test_without_bounds_there_are_none_and_one_of_zero_is_one() -> None:
    assert list(Option(Panel.RUN, "So many.")) == []
    assert len(list(Option(Panel.RUN, "So many.", ge=0))) == 1


# ---------------------------------------------------------------- flags and panels


def test_a_flag_is_of_one_option() -> None:
    flags = [flag for found in declared().values() for written in found.option.flags for flag in written.split("/")]
    assert len(flags) == len(set(flags))
    assert all(flag.startswith("-") for flag in flags)


def test_what_is_not_an_option_of_the_command_line_is_for_python_only() -> None:
    without = {name for name, found in declared().items() if not found.option.flags}
    assert without == {"use_local_student", "teacher_temperature", "judge_temperature"}


def test_what_no_value_means_is_said_where_help_can_show_it() -> None:
    said = {name for name, found in declared().items() if found.option.unset}
    without_value = {name for name, (default, _) in OPTIONS.items() if default in (None, {})}
    assert said == without_value - {"student_url", "teacher_url", "student_extra", "teacher_extra"}


def test_panels_come_in_the_order_of_a_readers_questions() -> None:
    assert [str(panel) for panel in Panel] == [
        "Documents",
        "Run",
        "Schedule",
        "Models",
        "Dialogue",
        "Cost",
        "Limits",
        "Database",
        "Output",
    ]


def test_what_help_needs_loads_nothing_heavy() -> None:
    program = (
        "import sys; from arango_thinking.dialogue_options import declared; declared()\n"
        "heavy = {'pydantic', 'annotated_types', 'typer', 'arango_thinking.settings'} & sys.modules.keys()\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
