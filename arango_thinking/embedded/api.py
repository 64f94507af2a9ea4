"""The embedded server: one function from a request to its response, below any transport."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from arango_thinking.embedded import (
    collection_routes,
    cursor_routes,
    document_routes,
    graph_routes,
    import_routes,
    index_routes,
    server_routes,
)
from arango_thinking.embedded.catalogue import SYSTEM_DATABASE
from arango_thinking.embedded.cursors import Cursors
from arango_thinking.embedded.errors import ArangoError, not_supported
from arango_thinking.embedded.messages import Call, Request, Response, failure
from arango_thinking.embedded.storage import Storage

Handler = Callable[[Call], Response]

_ROUTE_TABLES: tuple[Mapping[str, Handler], ...] = (
    server_routes.ROUTES,
    collection_routes.ROUTES,
    document_routes.ROUTES,
    import_routes.ROUTES,
    index_routes.ROUTES,
    graph_routes.ROUTES,
    cursor_routes.ROUTES,
)
_WILDCARD = "*"
#: Headers that would change what a request means, and what they ask for.
_UNSUPPORTED_HEADERS = {"x-arango-trx-id": "stream transactions", "x-arango-async": "asynchronous requests"}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Route:
    """Handlers by method for the paths of one pattern."""

    pattern: tuple[str, ...]
    handlers: dict[str, Handler]

    def names(self, parts: tuple[str, ...]) -> tuple[str, ...] | None:
        """What the wildcards stand for in the path; None when it is not of this pattern."""
        if len(parts) != len(self.pattern):
            return None
        pairs = list(zip(self.pattern, parts, strict=True))
        if any(expected not in (_WILDCARD, part) for expected, part in pairs):
            return None
        return tuple(part for expected, part in pairs if expected == _WILDCARD)


def _routes() -> list[_Route]:
    """All routes; of two that fit, the one with fewer wildcards comes first."""
    by_pattern: dict[tuple[str, ...], dict[str, Handler]] = {}
    for table in _ROUTE_TABLES:
        for route, handler in table.items():
            method, path = route.split(" ")
            by_pattern.setdefault(tuple(path.strip("/").split("/")), {})[method] = handler
    routes = [_Route(pattern, handlers) for pattern, handlers in by_pattern.items()]
    return sorted(routes, key=lambda route: route.pattern.count(_WILDCARD))


class EmbeddedServer:
    """Answers ArangoDB's HTTP API from one SQLite file. `handle` may be called by several threads."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self._cursors = Cursors()
        self._routes: dict[tuple[str, ...], list[_Route]] = {}
        for route in _routes():
            self._routes.setdefault(route.pattern[:2], []).append(route)

    def handle(self, request: Request) -> Response:
        """The response; whatever goes wrong is told in it, as ArangoDB would."""
        response = self._answer(request)
        if request.method == "HEAD":
            response = Response(response.status, response.headers, b"")
        response.headers["x-arango-queue-time-seconds"] = "0.000000"
        return response

    def close(self) -> None:
        """Forget the cursors and close the file."""
        self._cursors.close()
        self.storage.close()

    def _answer(self, request: Request) -> Response:
        try:
            return self._dispatch(request)
        except ArangoError as error:
            return failure(error)
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                return failure(ArangoError(1200, "write-write conflict"))
            return _internal(error)
        except sqlite3.Error as error:
            return _internal(error)
        except RecursionError:
            return failure(ArangoError(1524))

    def _dispatch(self, request: Request) -> Response:
        for header, meaning in _UNSUPPORTED_HEADERS.items():
            if request.headers.get(header, "false").lower() != "false":
                raise not_supported(meaning)
        database, path = _split_database(request.path)
        parts = tuple(unquote(part) for part in path.strip("/").split("/"))
        methods: set[str] = set()
        for route in self._routes.get(parts[:2], ()):
            names = route.names(parts)
            if names is not None:
                handler = route.handlers.get(request.method)
                if handler is not None:
                    return handler(Call(request, self.storage, self._cursors, database, names))
                methods.update(route.handlers)
        raise ArangoError(405) if methods else _UnknownPathError(request.path)


class _UnknownPathError(ArangoError):
    def __init__(self, path: str) -> None:
        super().__init__(404)
        self.message = f"unknown path '{path}'"


def _split_database(path: str) -> tuple[str, str]:
    """The database that the path begins with, or else the system database; and the rest."""
    if not path.startswith("/_db/"):
        return SYSTEM_DATABASE, path
    name, _, rest = path.removeprefix("/_db/").partition("/")
    return unquote(name), f"/{rest}"


def _internal(error: sqlite3.Error) -> Response:
    _log.error("SQLite refused a request", exc_info=error)
    return failure(ArangoError(4, str(error)))
