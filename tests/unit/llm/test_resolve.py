from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from arango_thinking.choices import DEFAULT_STUDENT, Continuation
from arango_thinking.errors import ConfigurationError
from arango_thinking.llm.api.endpoint import Endpoints
from arango_thinking.llm.api.limits import Limits
from arango_thinking.llm.api.openai import OpenAIModel
from arango_thinking.llm.base import Message, Sampling
from arango_thinking.llm.local.llamacpp import LlamaModel
from arango_thinking.llm.paid.terms import identity_of
from arango_thinking.llm.resolve import Backend, ModelChoice, Role, backend_of, choice_of, open_model
from arango_thinking.settings import Environment, StudentTeacherConfig
from tests.chat_api import ChatAPI
from tests.raw_api import RawAPI

ASKED: list[Message] = [{"role": "user", "content": "Hello"}]
SAMPLING = Sampling(max_tokens=2, temperature=0.0)
URL = "http://127.0.0.1:9/v1"


@pytest.fixture
def raw() -> Iterator[RawAPI]:
    with RawAPI() as server:
        yield server


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
    with pytest.raises(
        ConfigurationError, match=r"gpt-4o-mini needs a key in OPENAI_API_KEY or STUDENT_API_KEY"
    ) as caught:
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


async def test_each_role_has_its_key_its_headers_and_what_is_added_to_its_requests(
    raw: RawAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "for-all")
    monkeypatch.setenv("STUDENT_API_KEY", "for-one")
    monkeypatch.setenv("TEACHER_HEADERS", "X-Team: rivers")
    config = StudentTeacherConfig(
        student_model="s", student_url=raw.url, student_extra='{"reasoning_effort": "low"}',
        teacher_model="t", teacher_url=raw.url, teacher_extra='{"num_ctx": 8192}',
        judge_model="j",
    )  # fmt: skip
    roles: tuple[Role, ...] = ("student", "teacher", "judge")
    for role in roles:
        model = open_model(choice_of(role, config), Environment())
        await model.complete([{"role": "user", "content": "Why?"}], Sampling(9, 0.0))
        await model.aclose()
    student, teacher, judge = raw.headers
    assert "authorization: bearer for-one" in student.lower()
    assert "x-team" not in student.lower()
    for headers in (teacher, judge):
        assert "authorization: bearer for-all" in headers.lower()
        assert "x-team: rivers" in headers.lower()
    added = [{name: body[name] for name in ("reasoning_effort", "num_ctx") if name in body} for body in raw.requests]
    assert added == [{"reasoning_effort": "low"}, {"num_ctx": 8192}, {"num_ctx": 8192}]


def test_the_judge_may_have_an_api_of_its_own() -> None:
    config = StudentTeacherConfig(teacher_model="t", teacher_url=URL, judge_model="j", judge_url="http://other/v1")
    assert choice_of("judge", config).url == "http://other/v1"
    assert choice_of("teacher", config).url == URL


def test_the_context_of_a_local_model_is_a_choice() -> None:
    assert choice_of("student", StudentTeacherConfig(context_tokens=8192)).context_tokens == 8192


def test_what_is_added_to_requests_identifies_a_model() -> None:
    environment = Environment()
    plain, more = (
        identity_of(choice_of("student", StudentTeacherConfig(student_url=URL, student_extra=extra)), environment, "1")
        for extra in (None, '{"top_k": 1}')
    )
    assert plain != more
    assert "extra" not in plain
