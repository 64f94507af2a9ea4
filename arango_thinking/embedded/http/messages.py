"""Requests and responses of the HTTP API, independent of any transport."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from arango_thinking.embedded.errors import ArangoError, said

_JSON_TYPE = "application/json; charset=utf-8"
#: What orjson says about malformed JSON, and what ArangoDB says about it.
_PARSE_ERRORS = (
    ("expected a string key", "Expecting '\"' or '}'"),
    ("expected ':' after key", "Expecting ':'"),
    ("expected ',' or '}'", "Expecting ',' or '}'"),
    ("expected ',' or ']'", "Expecting ',' or ']'"),
)


@dataclass(frozen=True, slots=True)
class Request:
    """A request. `path` is encoded as in the URL. Names of headers are in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """A response. Names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


def parse_json(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise said(600, f"VPackError error: {_in_words_of_arangodb(str(error))}") from error


def _in_words_of_arangodb(problem: str) -> str:
    return next((words for hint, words in _PARSE_ERRORS if hint in problem), problem)


def reply(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response:
    """A response with a JSON body."""
    return Response(status, {"content-type": _JSON_TYPE, **(headers or {})}, to_bytes(body))


def success(status: int = 200, /, **attributes: Any) -> Response:
    """The response to a request that succeeded: the given attributes, then `error` and `code`."""
    return reply(status, {**attributes, "error": False, "code": status})


def failure(error: ArangoError, status: int | None = None, **attributes: Any) -> Response:
    code = status or error.status
    body = {"error": True, "code": code, "errorNum": error.number, "errorMessage": error.message}
    return reply(code, {**body, **attributes})


def to_bytes(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError as error:  # AQL can make values that JSON cannot hold
        raise ArangoError(600, str(error)) from error
