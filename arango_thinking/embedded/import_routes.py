"""The route /_api/import: documents in bulk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.messages import Call, Response, parse_json, reply
from arango_thinking.embedded.records import JSON, OverwriteMode, WriteOptions, Written

_ON_DUPLICATE: dict[str, OverwriteMode] = {
    "error": "conflict",
    "update": "update",
    "replace": "replace",
    "ignore": "ignore",
}


class _Empty:
    """Stands for a line with nothing on it."""


@dataclass(slots=True)
class _Tally:
    """What became of the documents."""

    created: int = 0
    errors: int = 0
    empty: int = 0
    updated: int = 0
    ignored: int = 0
    details: list[str] = field(default_factory=list)

    def add(self, written: Written) -> None:
        if written.new is None:
            self.ignored += 1
        elif written.old is None:
            self.created += 1
        else:
            self.updated += 1

    def body(self, with_details: bool) -> dict[str, Any]:
        counts = {name: getattr(self, name) for name in ("created", "errors", "empty", "updated", "ignored")}
        details = {"details": self.details} if with_details else {}
        return {"error": False, **counts, **details}


def import_documents(call: Call) -> Response:
    collection = call.parameter("collection")
    if not collection:
        raise ArangoError(1204)
    options = WriteOptions(overwrite_mode=_overwrite_mode(call))
    prefixes = _prefixes(call)
    complete = call.flag("complete")
    tally = _Tally()
    with call.writing() as transaction:
        transaction.collection(collection)
        if call.flag("overwrite"):
            transaction.truncate(collection)
        for position, document in enumerate(_documents(call)):
            if document is _Empty:
                tally.empty += 1
                continue
            try:
                _prepare(document, prefixes)
                tally.add(transaction.insert(collection, document, options))
            except ArangoError as error:
                if complete:
                    raise
                tally.errors += 1
                tally.details.append(_detail(position, document, error))
    return reply(201, tally.body(call.flag("details")))


def _prefixes(call: Call) -> dict[str, str]:
    """What goes before the ends of edges that are keys only."""
    given = {"_from": call.parameter("fromPrefix"), "_to": call.parameter("toPrefix")}
    return {name: prefix.removesuffix("/") + "/" for name, prefix in given.items() if prefix}


def _prepare(document: JSON, prefixes: dict[str, str]) -> None:
    if isinstance(document, ArangoError):
        raise document
    if prefixes and isinstance(document, dict):
        for name, prefix in prefixes.items():
            end = document.get(name)
            if isinstance(end, str) and "/" not in end:
                document[name] = prefix + end


def _detail(position: int, document: JSON, error: ArangoError) -> str:
    if isinstance(document, ArangoError):
        return f"at position {position}: {error.message}"
    shown = orjson.dumps(document).decode()
    if error.number == 1227:
        return f"at position {position}: invalid JSON type (expecting object), offending document: {shown}"
    return f"at position {position}: creating document failed with error '{error.message}', offending document: {shown}"


def _documents(call: Call) -> Iterator[JSON]:
    """The documents of the body; for a line that cannot be read, the error."""
    kind, body = call.parameter("type"), call.request.body
    if kind == "auto":
        kind = "array" if body.lstrip()[:1] == b"[" else "documents"
    if kind in ("array", "list"):
        return _array(body)
    if kind == "documents":
        return map(_line, body.split(b"\n")[: -1 if body.endswith(b"\n") else None])
    if kind:
        raise ArangoError(400, "invalid value for <type>")
    return _table(body)


def _array(body: bytes) -> Iterator[JSON]:
    documents = parse_json(body)
    if not isinstance(documents, list):
        raise ArangoError(400, "expecting a JSON array in the request")
    return iter(documents)


def _line(line: bytes) -> JSON:
    if not line.strip():
        return _Empty
    try:
        return parse_json(line)
    except ArangoError as error:
        return error


def _table(body: bytes) -> Iterator[JSON]:
    """A line of attribute names, then a line of values for each document."""
    head, _, rest = body.partition(b"\n")
    names = parse_json(head)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ArangoError(400, "no JSON array of attribute names found in the first line")
    for line in rest.split(b"\n")[: -1 if rest.endswith(b"\n") or not rest else None]:
        values = _line(line)
        if isinstance(values, list) and len(values) == len(names):
            yield dict(zip(names, values, strict=True))
        elif isinstance(values, list):
            yield ArangoError(400, "wrong number of JSON values")
        else:
            yield values


def _overwrite_mode(call: Call) -> OverwriteMode:
    wanted = call.parameter("onDuplicate", "error")
    if wanted not in _ON_DUPLICATE:
        raise ArangoError(400, "invalid value for <onDuplicate>")
    return _ON_DUPLICATE[wanted]


ROUTES = {"POST /_api/import": import_documents}
