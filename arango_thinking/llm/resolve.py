"""Choose the backend of a model by its name, and open the model."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from arango_thinking.addresses import expanded
from arango_thinking.choices import Continuation
from arango_thinking.errors import ConfigurationError
from arango_thinking.llm.base import ChatModel
from arango_thinking.llm.local.torch_names import PREFIXES, source_of
from arango_thinking.settings import Environment, StudentTeacherConfig

if TYPE_CHECKING:
    from arango_thinking.llm.api.endpoint import Endpoints


Role = Literal["student", "teacher", "judge"]


class Backend(StrEnum):
    """What runs a model."""

    OPENAI = "openai"
    LLAMA = "llama.cpp"
    TORCH = "torch"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """One model as the user names it. `local=False` forces an API; `slots` is the number of replies drawn at once.

    `role` says whose key and headers its API gets; `extra` is a JSON object that is added to each request.
    """

    name: str
    url: str | None = None
    role: str = "student"
    extra: str | None = None
    context_tokens: int | None = None
    local: bool = True
    slots: int = 4
    seed: int = 0
    timeout: float = 120.0
    continuation: Continuation = Continuation.EMULATED


def choice_of(role: Role, config: StudentTeacherConfig) -> ModelChoice:
    """The model of a role, as the options choose it. The judge has the teacher's API unless it has one of its own."""
    common = ModelChoice(
        "",
        role=role,
        context_tokens=config.context_tokens,
        slots=config.batch_size,
        seed=config.seed,
        timeout=config.request_timeout,
    )
    if role == "student":
        return replace(
            common,
            name=config.student_model,
            url=config.student_url,
            extra=config.student_extra,
            local=config.use_local_student,
            continuation=config.continuation,
        )
    teacher = replace(common, name=config.teacher_model, url=config.teacher_url, extra=config.teacher_extra)
    if role == "teacher":
        return teacher
    url, extra = config.judge_url or teacher.url, config.judge_extra or teacher.extra
    return replace(teacher, name=config.judge_model or teacher.name, url=url, extra=extra)


_API_PREFIXES = ("gpt-", "o1", "o3", "o4", "chatgpt-", "openai:")


def backend_of(choice: ModelChoice) -> Backend:
    """The backend that runs the model. Raises `ConfigurationError` when the name fits no backend."""
    name = choice.name
    if name == "reference":
        return Backend.REFERENCE
    if choice.url or not choice.local:
        return Backend.OPENAI
    if name.startswith(PREFIXES):
        return Backend.TORCH
    if name.startswith("gguf:") or name.endswith(".gguf"):
        return Backend.LLAMA
    if name.startswith(_API_PREFIXES):
        return Backend.OPENAI
    if "/" in name or (name and Path(name).is_dir()):
        return Backend.TORCH
    raise ConfigurationError(
        f"The model name '{name}' fits no backend. Use path.gguf or gguf:SmolLM2-135M-Instruct (local), unsloth/..., "
        "org/name or a folder (torch), gpt-... or openai:NAME, any name with a URL (--student-url, --teacher-url), or "
        "reference (teacher only)."
    )


def open_model(choice: ModelChoice, environment: Environment, endpoints: Endpoints | None = None) -> ChatModel:
    """Open a model, ready to answer. A local model is loaded, which blocks.

    Models of one API share its connections and limits when they get the same `endpoints`, which the caller closes after
    them. Raises `ConfigurationError` when something must be installed or set, `UnavailableError` when loading fails.
    """
    backend = backend_of(choice)
    if backend is Backend.REFERENCE:
        raise ConfigurationError(
            "'reference' is a teacher, not a student: it knows the answers. Give a model as the student (--student)."
        )
    if backend is Backend.TORCH:
        return _torch(choice, environment)
    if backend is Backend.LLAMA:
        return _llama(choice, environment)
    return _openai(choice, environment, endpoints)


def _openai(choice: ModelChoice, environment: Environment, endpoints: Endpoints | None) -> ChatModel:
    from arango_thinking.llm.api.openai import Connection, OpenAIModel

    url, key, headers = _access(choice, environment)
    connection = Connection(
        url=url,
        api_key=key,
        headers=headers,
        timeout=choice.timeout,
        continuation=choice.continuation,
        extra_body=json.loads(choice.extra) if choice.extra else {},
    )
    endpoint = endpoints.at(url, key, headers) if endpoints else None
    return OpenAIModel(choice.name.removeprefix("openai:"), connection, endpoint)


def _access(choice: ModelChoice, environment: Environment) -> tuple[str | None, str | None, dict[str, str]]:
    """The URL, the key and the headers for the API of a model. Raises `ConfigurationError` when both are missing."""
    url, key = choice.url or environment.openai_base_url, environment.api_key(choice.role)
    if url is None and key is None:
        raise ConfigurationError(
            f"{choice.name} needs a key in OPENAI_API_KEY or {choice.role.upper()}_API_KEY (or a file with it, "
            f"..._FILE), or the URL of a server of your own (--{choice.role}-url)."
        )
    return url, key, environment.headers(choice.role)


def _llama(choice: ModelChoice, environment: Environment) -> ChatModel:
    from arango_thinking.llm.local.default_student import named_gguf
    from arango_thinking.llm.local.llamacpp import LlamaModel, LlamaOptions

    name = choice.name
    path = (
        named_gguf(name.removeprefix("gguf:"), environment.cache_folder) if name.startswith("gguf:") else expanded(name)
    )
    options = LlamaOptions(slots=min(choice.slots, LlamaOptions().slots), seed=choice.seed)
    if choice.context_tokens is not None:
        options = replace(options, context_tokens=choice.context_tokens)
    return LlamaModel(path, options)


def _torch(choice: ModelChoice, environment: Environment) -> ChatModel:
    from arango_thinking.llm.local.default_student import named_gguf
    from arango_thinking.llm.local.torch_loading import load

    name = choice.name
    if name.startswith("torch:gguf:"):
        name = f"torch:{named_gguf(name.removeprefix('torch:gguf:'), environment.cache_folder)}"
    loaded = load(source_of(name))
    # Import this after loading: `load` reports that torch is missing, and imports unsloth before transformers.
    from arango_thinking.llm.local.torch import TorchModel, TorchOptions

    return TorchModel(loaded, TorchOptions(choice.slots, choice.seed))
