"""What makes a model the same model, and what it costs."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from arango_thinking.choices import Continuation
from arango_thinking.errors import ConfigurationError
from arango_thinking.llm.api.openai import Connection, OpenAIModel
from arango_thinking.llm.base import Sampling
from arango_thinking.llm.paid.budget import Budget
from arango_thinking.llm.paid.journal import call_key
from arango_thinking.llm.paid.paid import PaidModel, Terms
from arango_thinking.llm.paid.terms import identity_of, price_of
from arango_thinking.llm.prices import FREE, Price
from arango_thinking.llm.resolve import ModelChoice
from arango_thinking.settings import Environment, StudentTeacherConfig

URL = "http://127.0.0.1:9/v1"
API = ModelChoice("phi", URL)
LISTED = ModelChoice("gpt-4o-mini")
LOCAL = ModelChoice("gguf:SmolLM2-135M-Instruct")


def identity(choice: ModelChoice = API, prompts: str = "v1", **environment: Any) -> dict[str, Any]:
    return identity_of(choice, Environment(**environment), prompts)


def key_of(told: dict[str, Any]) -> str:
    """Where the journal keeps a call of that model."""
    return call_key(told, [{"role": "user", "content": "Why?"}], Sampling(10, 0.0), None, False)


# ---------------------------------------------------------------- identity


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        (API, {"backend": "openai", "url": URL, "model": "phi", "continuation": "emulated", "seed": 0}),
        (LISTED, {"backend": "openai", "url": None, "model": "gpt-4o-mini"}),
        (LOCAL, {"backend": "llama.cpp", "url": None, "model": "gguf:SmolLM2-135M-Instruct"}),
        (ModelChoice("org/name", seed=7), {"backend": "torch", "url": None, "model": "org/name", "seed": 7}),
        (replace(API, continuation=Continuation.VLLM), {"continuation": "vllm"}),
    ],
)
def test_a_model_is_told_by_where_it_runs_and_by_its_name(choice: ModelChoice, told: dict[str, Any]) -> None:
    found = identity(choice)
    assert found == {**found, **told, "files": [], "prompts": "v1"}


@pytest.mark.parametrize(
    "other",
    [
        replace(API, name="phi-4"),
        replace(API, url="http://127.0.0.1:10/v1"),
        replace(API, url=None, local=False),
        replace(API, seed=1),
        *(replace(API, continuation=other) for other in Continuation if other is not Continuation.EMULATED),
        LISTED,
        LOCAL,
    ],
)
def test_what_may_change_the_replies_makes_it_another_model(other: ModelChoice) -> None:
    assert key_of(identity(other)) != key_of(identity())


def test_each_seed_and_each_way_to_continue_is_another_model_of_those_run_here_too() -> None:
    others = [replace(LOCAL, seed=1), replace(LOCAL, seed=2), replace(LOCAL, local=False)]
    assert len({key_of(identity(choice)) for choice in (LOCAL, *others)}) == 4


def test_other_prompts_make_it_another_model() -> None:
    assert key_of(identity(prompts="v2")) != key_of(identity())


@pytest.mark.parametrize("choice", [API, LISTED, LOCAL])
@pytest.mark.parametrize("changed", [{"slots": 64}, {"timeout": 1.0}])
def test_how_fast_it_is_asked_makes_it_no_other_model(choice: ModelChoice, changed: dict[str, Any]) -> None:
    assert identity(replace(choice, **changed)) == identity(choice)


@pytest.mark.parametrize("choice", [API, LISTED, LOCAL])
def test_the_key_of_the_api_neither_counts_nor_shows(choice: ModelChoice) -> None:
    with_key = identity(choice, openai_api_key="sk-secret")
    assert with_key == identity(choice)
    assert "sk-secret" not in str(with_key)


def test_an_api_is_where_the_environment_says_unless_the_choice_does() -> None:
    elsewhere = "http://127.0.0.1:11/v1"
    assert identity(LISTED, openai_base_url=elsewhere)["url"] == elsewhere
    assert identity(LISTED, openai_base_url=elsewhere) == identity(replace(LISTED, url=elsewhere))
    assert identity(API, openai_base_url=elsewhere) == identity(API)


def test_where_apis_are_is_nothing_to_a_model_that_runs_here() -> None:
    assert identity(LOCAL, openai_base_url=URL) == identity(LOCAL)


# ---------------------------------------------------------------- files


def write(path: Path, content: bytes, moment: int = 1_000_000_000) -> Path:
    """A file that was last written at that moment."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    os.utime(path, ns=(moment, moment))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model in a folder, below the current one."""
    made = tmp_path / "student"
    write(made / "model.safetensors", b"weights")
    write(made / "config.json", b"{}")
    return made


@pytest.mark.parametrize(
    "name",
    [
        "{}/phi.gguf",
        "gguf:{}/phi.gguf",
        "torch:{}/phi.gguf",
        "torch:gguf:phi.gguf",
        "phi.gguf",
        "gguf:phi.gguf",
        "~/phi.gguf",
    ],
)
def test_a_model_in_a_file_is_told_by_its_size_and_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write(tmp_path / "phi.gguf", b"weights")
    choice = ModelChoice(name.format(tmp_path))
    assert identity(choice)["files"] == [["phi.gguf", 7, 1_000_000_000]]


@pytest.mark.parametrize("name", ["{}/student", "student", "torch:{}/student", "hf:student", "unsloth:{}/student"])
def test_a_model_in_a_folder_is_told_by_all_of_its_files(tmp_path: Path, folder: Path, name: str) -> None:
    files = identity(ModelChoice(name.format(tmp_path)))["files"]
    assert files == [["config.json", 2, 1_000_000_000], ["model.safetensors", 7, 1_000_000_000]]


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: write(folder / "config.json", b"{ }"),
        lambda folder: write(folder / "config.json", b"{}", 1_000_000_001),
        lambda folder: write(folder / "adapter.safetensors", b"more"),
        lambda folder: (folder / "config.json").unlink(),
        lambda folder: (folder / "config.json").rename(folder / "configuration.json"),
    ],
)
def test_other_files_make_it_another_model(folder: Path, change: Callable[[Path], object]) -> None:
    first = key_of(identity(ModelChoice("student")))
    change(folder)
    assert key_of(identity(ModelChoice("student"))) != first


def test_the_same_files_are_the_same_model(folder: Path) -> None:
    first = identity(ModelChoice("student"))
    write(folder / "config.json", b"{}")
    assert identity(ModelChoice("student")) == first


def test_a_name_that_is_no_file_has_none() -> None:
    for name in ("gguf:SmolLM2-135M-Instruct", "org/name", "none.gguf", "torch:none.gguf"):
        assert identity(ModelChoice(name))["files"] == []


# ---------------------------------------------------------------- the price

GIVEN = {"prices": {"phi": (1.0, 2.0)}}


def model(choice: ModelChoice) -> OpenAIModel:
    return OpenAIModel(choice.name, Connection(url=choice.url))


def free() -> PaidModel:
    """A model for which nothing is paid, as one that runs here."""
    return PaidModel(model(API), Terms("student", {}, FREE, Budget()))


@pytest.mark.parametrize("max_cost", [None, 1.0])
def test_the_users_price_counts_before_the_backends(max_cost: float | None) -> None:
    given = {**GIVEN["prices"], "gpt-4o-mini": (3.0, 4.0)}
    config = StudentTeacherConfig(prices=given, max_cost=max_cost)
    assert price_of(API, model(API), config) == Price(1.0, 2.0)
    assert price_of(API, free(), config) == Price(1.0, 2.0)
    assert price_of(LISTED, model(LISTED), config) == Price(3.0, 4.0)


@pytest.mark.parametrize("max_cost", [None, 1.0])
def test_without_a_price_of_the_users_the_backends_counts(max_cost: float | None) -> None:
    config = StudentTeacherConfig(**GIVEN, max_cost=max_cost)
    listed = model(LISTED).price
    assert listed is not None
    assert listed.completion > listed.prompt > 0
    assert price_of(LISTED, model(LISTED), config) == listed
    assert price_of(LOCAL, free(), config) == FREE


def test_a_price_that_nobody_knows_is_none() -> None:
    assert price_of(API, model(API), StudentTeacherConfig()) is None
    assert price_of(API, model(API), StudentTeacherConfig(prices={"another": (1.0, 2.0)}, max_tokens=10)) is None


def test_the_users_price_is_of_the_name_that_the_user_gave() -> None:
    choice = ModelChoice("openai:phi")
    assert price_of(choice, OpenAIModel("phi", Connection(url=URL)), StudentTeacherConfig(**GIVEN)) is None
    config = StudentTeacherConfig(prices={"openai:phi": (5.0, 6.0)}, max_cost=1.0)
    assert price_of(choice, OpenAIModel("phi", Connection(url=URL)), config) == Price(5.0, 6.0)


def test_a_most_that_a_run_may_cost_needs_every_price() -> None:
    with pytest.raises(ConfigurationError, match=r"The price of phi .* max_cost .*--price 'phi=PROMPT,COMPLETION'"):
        price_of(API, model(API), StudentTeacherConfig(max_cost=1.0))


def test_a_server_of_ones_own_may_cost_nothing() -> None:
    config = StudentTeacherConfig(prices={"phi": (0.0, 0.0)}, max_cost=1.0)
    assert price_of(API, model(API), config) == FREE
