"""Reads the body of an import: its documents and, in the place of each one that cannot be read, the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from arango_thinking.embedded.errors import ArangoError, said
from arango_thinking.embedded.http.messages import parse_json
from arango_thinking.embedded.storage.records import JSON

#: How many bytes of a document an error message shows.
_SHOWN = 255


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that is not a document. An import with `complete` fails with `error`; others report `problem`."""

    problem: str
    error: ArangoError


class Empty:
    """An empty line."""


Item = dict[str, Any] | Unreadable | type[Empty]


def read_json_lines(body: bytes) -> Iterator[Item]:
    """Read one document from each line."""
    for position, line in enumerate(_lines(body), 1):
        yield Empty if not line.strip() else _document_on(line, position)


def read_array(body: bytes) -> Iterator[Item]:
    """Read the members of one array. Raises 400 when the body is not an array."""
    try:
        documents = parse_json(body)
    except ArangoError as error:
        raise said(400, f"expecting a valid JSON array in the request. got: {error.message}") from error
    if not isinstance(documents, list):
        raise said(400, "expecting a JSON array in the request")
    return (_checked(document, position) for position, document in enumerate(documents, 1))


def read_table(body: bytes, *, ignore_missing: bool, first_line: int = 0) -> Iterator[Item]:
    """Read a line of attribute names, then one line of values for each document."""
    head, newline, rest = body.partition(b"\n")
    if not newline:
        raise said(400, "no JSON array found in second line")
    return _rows(_names(head), rest, ignore_missing, first_line)


def _rows(names: list[str], rest: bytes, ignore_missing: bool, first_line: int) -> Iterator[Item]:
    for position, line in enumerate(_lines(rest), first_line + 1):
        yield Empty if not line.strip() else _row(names, line, position, ignore_missing)


def _names(head: bytes) -> list[str]:
    try:
        names = parse_json(head)
    except ArangoError:
        names = None
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise said(400, "no JSON string array found in first line")
    return names


def _lines(body: bytes) -> list[bytes]:
    """The lines of the body. Text after the last line break counts as a line only if it is not blank."""
    lines = body.split(b"\n")
    return lines if lines[-1].strip() else lines[:-1]


def _document_on(line: bytes, position: int) -> Item:
    try:
        return _checked(orjson.loads(line), position)
    except orjson.JSONDecodeError:
        return _broken(line, position)


def _checked(document: JSON, position: int) -> Item:
    if isinstance(document, dict):
        return document
    problem = f"invalid JSON type (expecting object), offending document: {shown(document)}"
    return Unreadable(f"at position {position}: {problem}", ArangoError(1227))


def _row(names: list[str], line: bytes, position: int, ignore_missing: bool) -> Item:
    try:
        values = orjson.loads(line)
    except orjson.JSONDecodeError:
        return _broken(line.strip(), position)
    if not isinstance(values, list):
        return Unreadable(f"at position {position}: no valid JSON array data", ArangoError(4))
    if len(values) != len(names) and not ignore_missing:
        problem = f"wrong number of JSON values (got {len(values)}, expected {len(names)})"
        return Unreadable(f"at position {position}: {problem}", ArangoError(4))
    # As in ArangoDB, a null in a table stands for an attribute that is not there.
    return {name: value for name, value in zip(names, values, strict=False) if value is not None}


def _broken(line: bytes, position: int) -> Unreadable:
    problem = "invalid JSON type (expecting object, probably parse error), offending context: "
    return Unreadable(f"at position {position}: {problem}{_shortened(line)}", ArangoError(4))


def shown(document: JSON) -> str:
    """The document as error messages show it."""
    return _shortened(orjson.dumps(document))


def _shortened(text: bytes) -> str:
    return text[:_SHOWN].decode(errors="replace") + ("..." if len(text) > _SHOWN else "")
