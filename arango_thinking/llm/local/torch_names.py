"""What a model's name means to the torch backend. This module does not import torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from arango_thinking.addresses import expanded
from arango_thinking.errors import ConfigurationError

#: Prefixes that choose plain transformers, or unsloth, whatever name follows.
PLAIN = ("torch:", "hf:")
UNSLOTH = "unsloth:"
PREFIXES = (*PLAIN, UNSLOTH)
_OWNER = "unsloth/"
_ADAPTER = "adapter_config.json"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a model comes from: a folder, a .gguf file or a hub name; and whether unsloth loads it."""

    name: str
    unsloth: bool = False

    @property
    def path(self) -> Path | None:
        """The file or folder; `None` for a name on the Hugging Face hub."""
        path = expanded(self.name)
        return path if path.exists() or self.name.startswith((".", "/", "~")) or self.is_gguf else None

    @property
    def is_gguf(self) -> bool:
        return self.name.endswith(".gguf")

    @property
    def is_adapter(self) -> bool:
        """Whether it is a folder that holds a LoRA adapter in place of a whole model."""
        return self.path is not None and (self.path / _ADAPTER).is_file()

    @property
    def place(self) -> str:
        """The path or name as the loaders take it."""
        return self.name if self.path is None else str(self.path)


def source_of(name: str) -> Source:
    """The source that `name` means. Raises `ConfigurationError` for an empty name or a path that does not exist."""
    bare = next((name.removeprefix(prefix) for prefix in PREFIXES if name.startswith(prefix)), name)
    # unsloth does not read .gguf files.
    by_unsloth = name.startswith((UNSLOTH, _OWNER)) and not bare.endswith(".gguf")
    source = Source(bare, by_unsloth)
    if not bare:
        raise ConfigurationError(f"The model name '{name}' lacks its end: a folder, a .gguf file or org/name.")
    if source.path is not None and not source.path.exists():
        raise ConfigurationError(f"There is no model {'file' if source.is_gguf else 'folder'} {bare}.")
    return source
