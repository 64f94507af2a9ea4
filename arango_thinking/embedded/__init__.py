"""An ArangoDB-compatible engine over one SQLite file, for development, demos, tests and small data.

Other packages of `arango_thinking` import only the names that this module exports.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from arango_thinking.embedded.errors import ServeError
    from arango_thinking.embedded.http.server import Service, Started, is_loopback, serve
    from arango_thinking.embedded.http.transport import open_embedded

_HOMES = {
    "open_embedded": "http.transport",
    "serve": "http.server",
    "Service": "http.server",
    "Started": "http.server",
    "is_loopback": "http.server",
    "ServeError": "errors",
}

__all__ = ["ServeError", "Service", "Started", "is_loopback", "open_embedded", "serve"]


def __getattr__(name: str) -> Any:
    # Import on first use: a client in process needs no web server, and a server needs no database driver.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
