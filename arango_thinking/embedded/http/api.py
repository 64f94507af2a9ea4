"""The embedded server: one method that turns a request into its response, whatever the transport."""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass
from urllib.parse import unquote

from arango_thinking.embedded.errors import ArangoError, not_supported
from arango_thinking.embedded.http.authentication import Authentication, UnauthorizedError
from arango_thinking.embedded.http.calls import Call
from arango_thinking.embedded.http.cursors import Cursors
from arango_thinking.embedded.http.messages import Request, Response, failure
from arango_thinking.embedded.http.routes import ROUTES, Handler
from arango_thinking.embedded.storage.access.rights import EVERYTHING, Grants
from arango_thinking.embedded.storage.access.users import ROOT
from arango_thinking.embedded.storage.catalogue import SYSTEM_DATABASE
from arango_thinking.embedded.storage.storage import Storage
from arango_thinking.embedded.storage.stream_transactions import StreamTransactions

_WILDCARD = "*"
_METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
#: Headers that the engine refuses, each with the feature that it asks for.
_UNSUPPORTED_HEADERS = {"x-arango-async": "asynchronous requests"}
#: Requests to paths that begin like this need no credentials.
_OPEN = "/_open/"
#: Every user may send requests to these paths, even in a database that the user has no access to.
_FOR_EVERYBODY = frozenset({"/_api/database/user"})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Route:
    """The handlers for the paths that match one pattern: HTTP method -> handler."""

    pattern: tuple[str, ...]
    handlers: dict[str, Handler]

    def names(self, parts: tuple[str, ...]) -> tuple[str, ...] | None:
        """The parts of the path that the wildcards stand for, or `None` when the path does not match the pattern."""
        if len(parts) != len(self.pattern):
            return None
        pairs = list(zip(self.pattern, parts, strict=True))
        if any(expected not in (_WILDCARD, part) for expected, part in pairs):
            return None
        return tuple(part for expected, part in pairs if expected == _WILDCARD)


def _routes() -> list[_Route]:
    """All routes, those with fewer wildcards first: of two that match a path, the first is used."""
    by_pattern: dict[tuple[str, ...], dict[str, Handler]] = {}
    for route, handler in ROUTES.items():
        method, path = route.split(" ")
        by_pattern.setdefault(tuple(path.strip("/").split("/")), {})[method] = handler
    routes = [_Route(pattern, handlers) for pattern, handlers in by_pattern.items()]
    return sorted(routes, key=lambda route: route.pattern.count(_WILDCARD))


def route_methods() -> dict[str, list[str]]:
    """Every path that the server answers, with its methods."""
    return {f"/{'/'.join(route.pattern)}": sorted(route.handlers) for route in _routes()}


class EmbeddedServer:
    """Answers ArangoDB's HTTP API from one SQLite file. Several threads may call `handle` at the same time.

    Without `authentication` everybody may do everything.
    """

    def __init__(self, storage: Storage, authentication: Authentication | None = None) -> None:
        self.storage = storage
        self._authentication = authentication
        self._cursors = Cursors()
        self._transactions = StreamTransactions()
        self._routes: dict[tuple[str, ...], list[_Route]] = {}
        for route in _routes():
            self._routes.setdefault(route.pattern[:2], []).append(route)

    def handle(self, request: Request) -> Response:
        """Return the response to the request. An error becomes an error response in ArangoDB's format."""
        response = self._answer(request)
        if request.method == "HEAD":
            response = Response(response.status, response.headers, b"")
        response.headers["x-arango-queue-time-seconds"] = "0.000000"
        return response

    def close(self) -> None:
        """Abort running transactions, forget the cursors and close the file."""
        self._transactions.close()
        self._cursors.close()
        self.storage.close()

    def _answer(self, request: Request) -> Response:
        try:
            return self._dispatch(request)
        except UnauthorizedError as error:
            response = failure(error)
            if "x-omit-www-authenticate" not in request.headers:
                response.headers["www-authenticate"] = 'Basic, realm="ArangoDB"'
            return response
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
        if request.method == "OPTIONS":
            return Response(200, {"allow": _METHODS}, b"")
        database, path = _split_database(request.path)
        parts = tuple(unquote(part) for part in path.strip("/").split("/"))
        user, grants = self._sender(request, path, database)
        handler, names = self._found(request, parts)
        return handler(
            Call(
                request=request,
                storage=self.storage,
                cursors=self._cursors,
                transactions=self._transactions,
                authentication=self._authentication,
                database=database,
                names=names,
                user=user,
                grants=grants,
            )
        )

    def _sender(self, request: Request, path: str, database: str) -> tuple[str, Grants]:
        """The name and the rights of the user who sends the request.

        Raises `UnauthorizedError` for wrong credentials, and when the user has no access to the database.
        """
        if self._authentication is None or path.startswith(_OPEN):
            return ROOT, EVERYTHING
        user = self._authentication.user(request)
        if user.grants.database(database) == "none" and path not in _FOR_EVERYBODY:
            raise UnauthorizedError
        return user.name, user.grants

    def _found(self, request: Request, parts: tuple[str, ...]) -> tuple[Handler, tuple[str, ...]]:
        """The handler for the path and method, and the parts of the path that the wildcards stand for.

        Raises 404 when the path is unknown, and 405 when it has no such method.
        """
        methods: set[str] = set()
        for route in self._routes.get(parts[:2], ()):
            names = route.names(parts)
            if names is not None:
                handler = route.handlers.get(request.method)
                if handler is not None:
                    return handler, names
                methods.update(route.handlers)
        raise ArangoError(405) if methods else _UnknownPathError(request.path)


class _UnknownPathError(ArangoError):
    def __init__(self, path: str) -> None:
        super().__init__(404)
        self.message = f"unknown path '{path}'"


def _split_database(path: str) -> tuple[str, str]:
    """The database that the path names (the system database when it names no other), and the rest of the path."""
    if not path.startswith("/_db/"):
        return SYSTEM_DATABASE, path
    name, _, rest = path.removeprefix("/_db/").partition("/")
    return unquote(name), f"/{rest}"


def _internal(error: sqlite3.Error) -> Response:
    _log.error("SQLite refused a request", exc_info=error)
    return failure(ArangoError(4, str(error)))
