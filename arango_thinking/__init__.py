"""Self-correcting chains of thought for the Q&A documents in an ArangoDB collection."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from arango_thinking.version import __version__

if TYPE_CHECKING:
    from arango_thinking.errors import ArangoThinkingError, ConfigurationError, UnavailableError
    from arango_thinking.runs.enhancer import ThinkingEnhancer
    from arango_thinking.sample import sample_path
    from arango_thinking.settings import DatabaseSettings, StudentTeacherConfig
    from arango_thinking.store.records import Selection

_HOMES = {
    "ThinkingEnhancer": "runs.enhancer",
    "StudentTeacherConfig": "settings",
    "DatabaseSettings": "settings",
    "Selection": "store.records",
    "sample_path": "sample",
    "ArangoThinkingError": "errors",
    "ConfigurationError": "errors",
    "UnavailableError": "errors",
}

__all__ = [
    "ArangoThinkingError",
    "ConfigurationError",
    "DatabaseSettings",
    "Selection",
    "StudentTeacherConfig",
    "ThinkingEnhancer",
    "UnavailableError",
    "__version__",
    "sample_path",
]


def __getattr__(name: str) -> Any:
    # Loaded on first use, so that importing the package stays fast and needs no database driver.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
