"""The route /_api/import, which inserts documents in bulk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from arango_thinking.embedded.errors import ERRORS, ArangoError, said
from arango_thinking.embedded.http.calls import Call
from arango_thinking.embedded.http.import_reading import (
    Empty,
    Item,
    Unreadable,
    read_array,
    read_json_lines,
    read_table,
    shown,
)
from arango_thinking.embedded.http.messages import Response, reply
from arango_thinking.embedded.storage.records import Document, OverwriteMode, WriteOptions, Written

_ON_DUPLICATE: dict[str, OverwriteMode] = {"update": "update", "replace": "replace", "ignore": "ignore"}

Insert = Callable[[Document], Written]


@dataclass(slots=True)
class _Tally:
    """Counts what happened to the documents."""

    created: int = 0
    empty: int = 0
    updated: int = 0
    ignored: int = 0
    #: Why documents could not be read, and why others could not be written. They are reported in this order.
    unreadable: list[str] = field(default_factory=list)
    unwritten: list[str] = field(default_factory=list)

    def add(self, written: Written) -> None:
        if written.new is None:
            self.ignored += 1
        elif written.old is None:
            self.created += 1
        else:
            self.updated += 1

    def body(self, with_details: bool) -> dict[str, Any]:
        problems = self.unreadable + self.unwritten
        return {
            "error": False,
            "created": self.created,
            "errors": len(problems),
            "empty": self.empty,
            "updated": self.updated,
            "ignored": self.ignored,
            **({"details": problems} if with_details else {}),
        }


@dataclass(frozen=True, slots=True)
class _Ends:
    """Adds prefixes to the `_from` and `_to` of edges, so that they become ids of documents."""

    prefixes: dict[str, str]
    overwrite: bool

    def complete(self, edge: Document, position: int) -> Item:
        for name, prefix in self.prefixes.items():
            end = edge.get(name)
            if isinstance(end, int) and not isinstance(end, bool):
                edge[name] = f"{prefix}{end}"
            elif isinstance(end, str) and (self.overwrite or "/" not in end):
                edge[name] = prefix + end.partition("/")[2] if "/" in end else prefix + end
        if isinstance(edge.get("_from"), str) and isinstance(edge.get("_to"), str):
            return edge
        problem = f"missing '_from' or '_to' attribute, offending document: {shown(edge)}"
        return Unreadable(f"at position {position}: {problem}", ArangoError(1233))


def import_documents(call: Call) -> Response:
    collection = call.parameter("collection")
    if not collection:
        raise said(1204, "'collection' is missing, expecting /_api/import?collection=<identifier>")
    mode = _ON_DUPLICATE.get(call.parameter("onDuplicate"), "conflict")
    options = WriteOptions(overwrite_mode=mode, validate=not call.flag("skipDocumentValidation"))
    with call.writing() as transaction:
        info = transaction.collection(collection)
        if call.flag("overwrite"):
            transaction.truncate(collection)
        items = _edges(call) if info.is_edge else _items(call)

        def insert(document: Document) -> Written:
            return transaction.insert(info.name, document, options)

        tally = _import_all(items, insert) if call.flag("complete") else _import_good(items, insert, mode)
    return reply(201, tally.body(call.flag("details")))


def _import_good(items: Iterable[Item], insert: Insert, mode: OverwriteMode) -> _Tally:
    """Import the documents one by one. A failure is reported and does not stop the others."""
    tally, position = _Tally(), 0
    for item in items:
        if item is Empty:
            tally.empty += 1
        elif isinstance(item, Unreadable):
            tally.unreadable.append(item.problem)
        elif isinstance(item, dict):
            try:
                tally.add(insert(item))
            except ArangoError as error:
                if error.number == 1210 and mode == "ignore":
                    tally.ignored += 1
                else:
                    tally.unwritten.append(_problem(position, item, error))
            position += 1
    return tally


def _import_all(items: Iterable[Item], insert: Insert) -> _Tally:
    """Import all documents, or raise at the first failure. All are read before the first one is written."""
    tally, documents = _Tally(), []
    for item in items:
        if isinstance(item, Unreadable):
            raise item.error
        if isinstance(item, dict):
            documents.append(item)
        else:
            tally.empty += 1
    for document in documents:
        try:
            tally.add(insert(document))
        except ArangoError as error:
            raise ArangoError(error.number) from error
    return tally


def _problem(position: int, document: Document, error: ArangoError) -> str:
    text = ERRORS[error.number][1]
    return (
        f"at position {position}: creating document failed with error '{text}', offending document: {shown(document)}"
    )


def _edges(call: Call) -> Iterator[Item]:
    given = {"_from": call.parameter("fromPrefix"), "_to": call.parameter("toPrefix")}
    prefixes = {name: prefix.removesuffix("/") + "/" for name, prefix in given.items() if prefix}
    ends = _Ends(prefixes, call.flag("overwriteCollectionPrefix"))
    for position, item in enumerate(_items(call), 1):
        yield ends.complete(item, position) if isinstance(item, dict) else item


def _items(call: Call) -> Iterator[Item]:
    kind, body = call.parameter("type"), call.request.body
    if kind == "auto":
        kind = "array" if body.lstrip()[:1] == b"[" else "documents"
    if kind in ("array", "list"):
        return read_array(body)
    if kind == "documents":
        return read_json_lines(body)
    line = call.parameter("line")
    first_line = int(line) if line.isdecimal() else 0
    return read_table(body, ignore_missing=call.flag("ignoreMissing"), first_line=first_line)


ROUTES = {"POST /_api/import": import_documents}
