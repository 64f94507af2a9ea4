from __future__ import annotations

import sys
from pathlib import Path

import pytest

from arango_thinking.choices import DEFAULT_STUDENT, Continuation
from arango_thinking.errors import ConfigurationError
from arango_thinking.llm.api.endpoint import Endpoints
from arango_thinking.llm.api.limits import Limits
from arango_thinking.llm.api.openai import OpenAIModel
from arango_thinking.llm.base import Message, Sampling
from arango_thinking.llm.local.llamacpp import LlamaModel
from arango_thinking.llm.resolve import Backend, ModelChoice, backend_of, open_model
from arango_thinking.settings import Environment
from tests.chat_api import ChatAPI

ASKED: list[Message] = [{"role": "user", "content": "Hello"}]
SAMPLING = Sampling(max_tokens=2, temperature=0.0)
URL = "http://127.0.0.1:9/v1"


@pytest.mark.parametrize(
    ("name", "backend"),
    [
        ("gpt-4o-mini", Backend.OPENAI),
        ("chatgpt-4o-latest", Backend.OPENAI),
        ("o3-mini", Backend.OPENAI),
        ("openai:anything", Backend.OPENAI),
        (DEFAULT_STUDENT, Backend.LLAMA),
        ("gguf:some/where.gguf", Backend.LLAMA),
        ("models/phi.gguf", Backend.LLAMA),
        ("gpt-2.gguf", Backend.LLAMA),
        ("unsloth/Phi-3.5-mini-instruct", Backend.TORCH),
        ("torch:phi", Backend.TORCH),
        ("hf:phi", Backend.TORCH),
        ("microsoft/Phi-3.5-mini-instruct", Backend.TORCH),
        ("torch:models/phi.gguf", Backend.TORCH),
        ("torch:gguf:SmolLM2-135M-Instruct", Backend.TORCH),
        ("unsloth:my-student", Backend.TORCH),
        ("reference", Backend.REFERENCE),
    ],
)
def test_the_name_chooses_the_backend(name: str, backend: Backend) -> None:
    assert backend_of(ModelChoice(name)) is backend


def test_a_folder_is_run_by_torch(tmp_path: Path) -> None:
    (tmp_path / "my-student").mkdir()
    assert backend_of(ModelChoice("my-student")) is Backend.TORCH


@pytest.mark.parametrize("name", ["phi", "unsloth/Phi-3.5-mini-instruct", "models/phi.gguf", DEFAULT_STUDENT])
def test_a_url_or_an_option_forces_an_api(name: str) -> None:
    assert backend_of(ModelChoice(name, url=URL)) is Backend.OPENAI
    assert backend_of(ModelChoice(name, local=False)) is Backend.OPENAI


@pytest.mark.parametrize("name", ["phi", "", "Reference"])
def test_a_name_that_fits_nothing_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"'{name}' fits no backend"):
        backend_of(ModelChoice(name))


@pytest.mark.parametrize("url", [None, URL])
def test_the_reference_is_no_student(url: str | None) -> None:
    with pytest.raises(ConfigurationError, match="is a teacher, not a student"):
        open_model(ModelChoice("reference", url=url), Environment())


@pytest.mark.parametrize(
    ("name", "extra"),
    [("unsloth/Phi-3.5-mini-instruct", "unsloth"), ("microsoft/Phi-3.5-mini-instruct", "torch")],
)
def test_a_torch_model_says_what_it_needs_and_how_else_it_runs(
    name: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)  # as if it were not installed
    with pytest.raises(ConfigurationError, match=f"{name} needs torch") as caught:
        open_model(ModelChoice(name), Environment())
    assert f"pip install 'arango-thinking[{extra}]'" in str(caught.value)
    assert "--student-url" in str(caught.value)


@pytest.mark.parametrize("name", ["torch:gguf:none.gguf", "torch:none.gguf", "torch:./none"])
def test_a_torch_model_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="There is no model"):
        open_model(ModelChoice(name), Environment())


def test_an_api_needs_a_key_or_a_url() -> None:
    with pytest.raises(ConfigurationError, match=r"gpt-4o-mini needs OPENAI_API_KEY") as caught:
        open_model(ModelChoice("gpt-4o-mini"), Environment())
    assert caught.value.exit_code == 2


async def test_an_api_of_ones_own_needs_no_key(api: ChatAPI) -> None:
    model = open_model(ModelChoice("openai:phi", url=api.url), Environment())
    assert isinstance(model, OpenAIModel)
    await model.complete(ASKED, SAMPLING)
    await model.aclose()
    assert api.requests[0]["model"] == "phi"


async def test_the_url_comes_from_the_environment_too(api: ChatAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", api.url)
    model = open_model(ModelChoice("gpt-4o-mini"), Environment())
    await model.complete(ASKED, SAMPLING)
    await model.aclose()
    assert len(api.requests) == 1


async def test_models_of_one_api_share_its_limits(api: ChatAPI) -> None:
    endpoints = Endpoints(Limits())
    student = open_model(ModelChoice("student", url=api.url), Environment(), endpoints)
    teacher = open_model(ModelChoice("teacher", url=api.url), Environment(), endpoints)
    other = open_model(ModelChoice("other", url=URL), Environment(), endpoints)
    alone = open_model(ModelChoice("student", url=api.url), Environment())
    models = (student, teacher, other, alone)
    assert len({id(model._endpoint) for model in models if isinstance(model, OpenAIModel)}) == 3
    await student.aclose()
    await teacher.complete(ASKED, SAMPLING)  # which closing the student did not cut off
    for model in models:
        await model.aclose()
    await endpoints.aclose()


def test_how_a_text_is_continued_is_a_choice() -> None:
    for continuation in Continuation:
        model = open_model(ModelChoice("phi", url=URL, continuation=continuation), Environment())
        assert model.continues is (continuation is not Continuation.EMULATED)


async def test_a_file_is_loaded(model_file: Path) -> None:
    model = open_model(ModelChoice(f"gguf:{model_file}", slots=1), Environment())
    assert isinstance(model, LlamaModel)
    assert (await model.complete(ASKED, SAMPLING)).usage.completion_tokens <= 2
    await model.aclose()
    await model.aclose()  # closing twice does no harm


@pytest.mark.parametrize("name", ["none.gguf", "gguf:none.gguf"])
def test_a_file_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"no model file none\.gguf"):
        open_model(ModelChoice(name), Environment())
