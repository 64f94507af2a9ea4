"""Choose the backend of a model by its name, and open the model."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from arango_thinking.addresses import expanded
from arango_thinking.choices import Continuation
from arango_thinking.errors import ConfigurationError
from arango_thinking.llm.base import ChatModel
from arango_thinking.llm.local.torch_names import PREFIXES, source_of
from arango_thinking.settings import Environment

if TYPE_CHECKING:
    from arango_thinking.llm.api.endpoint import Endpoints


class Backend(StrEnum):
    """What runs a model."""

    OPENAI = "openai"
    LLAMA = "llama.cpp"
    TORCH = "torch"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """One model as the user names it. `local=False` forces an API; `slots` is the number of replies drawn at once."""

    name: str
    url: str | None = None
    local: bool = True
    slots: int = 4
    seed: int = 0
    timeout: float = 120.0
    continuation: Continuation = Continuation.EMULATED


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
        "org/name or a folder (torch), gpt-... or any name with a URL (--student-url, --teacher-url), or reference "
        "(teacher only)."
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

    url = choice.url or environment.openai_base_url
    if url is None and environment.api_key is None:
        raise ConfigurationError(
            f"{choice.name} needs OPENAI_API_KEY (or OPENAI_API_KEY_FILE), or the URL of a server of your own."
        )
    connection = Connection(
        url=url, api_key=environment.api_key, timeout=choice.timeout, continuation=choice.continuation
    )
    endpoint = endpoints.at(url, environment.api_key) if endpoints else None
    return OpenAIModel(choice.name.removeprefix("openai:"), connection, endpoint)


def _llama(choice: ModelChoice, environment: Environment) -> ChatModel:
    from arango_thinking.llm.local.default_student import named_gguf
    from arango_thinking.llm.local.llamacpp import LlamaModel, LlamaOptions

    name = choice.name
    path = (
        named_gguf(name.removeprefix("gguf:"), environment.cache_folder) if name.startswith("gguf:") else expanded(name)
    )
    options = LlamaOptions(slots=min(choice.slots, LlamaOptions().slots), seed=choice.seed)
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
