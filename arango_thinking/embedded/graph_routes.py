"""Routes under /_api/gharial: the definitions of named graphs, which are documents of `_graphs`."""

from __future__ import annotations

from typing import Any

from arango_thinking.embedded.catalogue import GRAPHS
from arango_thinking.embedded.errors import ArangoError, not_supported
from arango_thinking.embedded.messages import Call, Response, success
from arango_thinking.embedded.records import Document, WriteOptions
from arango_thinking.embedded.storage import Transaction


def graphs(call: Call) -> Response:
    with call.reading() as transaction:
        return success(graphs=[_shown(document) for document in transaction.scan(GRAPHS)])


def graph(call: Call) -> Response:
    with call.reading() as transaction:
        return success(graph=_shown(_existing(transaction, call.names[0])))


def create(call: Call) -> Response:
    """Make the graph and such of its collections as are missing."""
    definition = _definition(call.attributes())
    with call.writing() as transaction:
        if transaction.get(GRAPHS, definition["_key"]):
            raise ArangoError(1925)
        _create_collections(transaction, definition)
        written = transaction.insert(GRAPHS, definition, WriteOptions())
    assert written.new is not None
    return success(202, graph=_shown(written.new))


def drop(call: Call) -> Response:
    with call.writing() as transaction:
        document = _existing(transaction, call.names[0])
        transaction.remove(GRAPHS, document["_key"], None)
        if call.flag("dropCollections"):
            _drop_collections(transaction, document)
    return success(202, removed=True)


def vertex_collections(call: Call) -> Response:
    with call.reading() as transaction:
        document = _existing(transaction, call.names[0])
    return success(collections=sorted(_vertices(document)))


def edge_collections(call: Call) -> Response:
    with call.reading() as transaction:
        document = _existing(transaction, call.names[0])
    return success(collections=sorted(edge["collection"] for edge in document["edgeDefinitions"]))


def no_changes(_call: Call) -> Response:
    raise not_supported("changing graphs and their documents under /_api/gharial; use /_api/document")


def _existing(transaction: Transaction, name: str) -> Document:
    document = transaction.get(GRAPHS, name)
    if document is None:
        raise ArangoError(1924, name)
    return document


def _shown(document: Document) -> dict[str, Any]:
    return {**document, "name": document["_key"]}


def _definition(body: dict[str, Any]) -> Document:
    name = body.get("name")
    if not isinstance(name, str) or not name:
        raise ArangoError(1922)
    edges = body.get("edgeDefinitions", [])
    orphans = body.get("orphanCollections", [])
    if not isinstance(edges, list):
        raise ArangoError(1923)
    if not isinstance(orphans, list) or not all(isinstance(orphan, str) for orphan in orphans):
        raise ArangoError(1943)
    definitions = [_edge_definition(edge) for edge in edges]
    if len({definition["collection"] for definition in definitions}) != len(definitions):
        raise ArangoError(1920)
    return {
        "_key": name,
        "edgeDefinitions": definitions,
        "orphanCollections": sorted(orphans),
        "numberOfShards": 1,
        "replicationFactor": 1,
        "isSmart": False,
        "isSatellite": False,
    }


def _edge_definition(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict) or not isinstance(given.get("collection"), str):
        raise ArangoError(1923)
    ends = {side: given.get(side) for side in ("from", "to")}
    for names in ends.values():
        if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
            raise ArangoError(1923)
    return {"collection": given["collection"], **{side: sorted(names or []) for side, names in ends.items()}}


def _vertices(document: Document) -> set[str]:
    vertices = set(document["orphanCollections"])
    for edge in document["edgeDefinitions"]:
        vertices.update(edge["from"], edge["to"])
    return vertices


def _create_collections(transaction: Transaction, definition: Document) -> None:
    existing = {info.name: info for info in transaction.collections()}
    for edge in definition["edgeDefinitions"]:
        name = edge["collection"]
        if name not in existing:
            existing[name] = transaction.create_collection(name, is_edge=True)
        if not existing[name].is_edge:
            raise ArangoError(1944)
    for name in sorted(_vertices(definition)):
        if name not in existing:
            existing[name] = transaction.create_collection(name)


def _drop_collections(transaction: Transaction, document: Document) -> None:
    """Drop the graph's collections that no other graph uses."""
    kept: set[str] = set()
    for other in transaction.scan(GRAPHS):
        kept |= _vertices(other) | {edge["collection"] for edge in other["edgeDefinitions"]}
    own = _vertices(document) | {edge["collection"] for edge in document["edgeDefinitions"]}
    existing = {info.name for info in transaction.collections()}
    for name in sorted((own - kept) & existing):
        transaction.drop_collection(name)


ROUTES = {
    "GET /_api/gharial": graphs,
    "POST /_api/gharial": create,
    "GET /_api/gharial/*": graph,
    "DELETE /_api/gharial/*": drop,
    "GET /_api/gharial/*/vertex": vertex_collections,
    "GET /_api/gharial/*/edge": edge_collections,
    **{
        f"{method} /_api/gharial/*/{kind}{rest}": no_changes
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        for kind in ("vertex", "edge")
        for rest in ("", "/*", "/*/*")
        if (method, rest) != ("GET", "")
    },
}
