"""The terms on which a model is used: what identifies it, and what it costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from arango_thinking.addresses import expanded
from arango_thinking.errors import ConfigurationError
from arango_thinking.llm.base import ChatModel
from arango_thinking.llm.prices import Price
from arango_thinking.llm.resolve import Backend, ModelChoice, backend_of
from arango_thinking.settings import Environment, StudentTeacherConfig


def identity_of(choice: ModelChoice, environment: Environment, prompt_version: str) -> dict[str, Any]:
    """Everything about the model, apart from what is asked, that may change its replies.

    A model in a file or folder is identified by the sizes and times of its files: with other files it is another model.
    """
    backend = backend_of(choice)
    path = expanded(choice.name.rpartition(":")[2])
    return {
        "backend": str(backend),
        "url": (choice.url or environment.openai_base_url) if backend is Backend.OPENAI else None,
        "model": choice.name,
        "files": _stamps(path),
        "continuation": str(choice.continuation),
        "seed": choice.seed,
        **({"extra": choice.extra} if choice.extra else {}),
        **({"context": choice.context_tokens} if choice.context_tokens else {}),
        "prompts": prompt_version,
    }


def _stamps(path: Path) -> list[list[Any]]:
    files = [path] if path.is_file() else sorted(path.glob("*")) if path.is_dir() else []
    return [[file.name, file.stat().st_size, file.stat().st_mtime_ns] for file in files]


def price_of(choice: ModelChoice, model: ChatModel, config: StudentTeacherConfig) -> Price | None:
    """The price that the user gave, else the price that the backend declares; `None` when neither is known.

    Raises `ConfigurationError` when a price is needed to keep within `max_cost` and is not known.
    """
    price = Price(*config.prices[choice.name]) if choice.name in config.prices else model.price
    if price is None and config.max_cost is not None:
        raise ConfigurationError(
            f"The price of {choice.name} is not known, so max_cost cannot be kept. Give it in US dollars for a "
            f"million tokens: --price '{choice.name}=PROMPT,COMPLETION' (0,0 for a server of your own)."
        )
    return price
