"""Routes under /_api/gharial for the vertices and edges of a named graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from arango_thinking.embedded.errors import ArangoError, RevisionMismatchError, said
from arango_thinking.embedded.http.calls import Call
from arango_thinking.embedded.http.messages import Response, failure, success
from arango_thinking.embedded.http.routes.documents import identity
from arango_thinking.embedded.storage.catalogue import GRAPHS
from arango_thinking.embedded.storage.graphs import Graph, stored_graph
from arango_thinking.embedded.storage.records import JSON, Document, WriteOptions, Written
from arango_thinking.embedded.storage.transactions import Transaction

#: A write on one document, in the graph of the request.
_Write = Callable[[Transaction, Graph], Written]


def read(call: Call) -> Response:
    graph_name, collection, key = call.names
    with call.reading() as transaction:
        _check_membership(transaction, _graph(transaction, graph_name), call)
        document = transaction.get(collection, key)
    if document is None:
        raise ArangoError(1202)
    if call.header("if-none-match") == document["_rev"]:
        return Response(304, {"etag": document["_rev"]}, b"")
    if _expected(call) not in (None, document["_rev"]):
        return _precondition_failed(RevisionMismatchError(identity(document)))
    response = success(**{_kind(call): document})
    response.headers["etag"] = document["_rev"]
    return response


def create_vertex(call: Call) -> Response:
    collection = call.names[1]

    def write(transaction: Transaction, _graph: Graph) -> Written:
        return transaction.insert(collection, call.json(), WriteOptions())

    return _written(call, write, _created)


def create_edge(call: Call) -> Response:
    collection = call.names[1]

    def write(transaction: Transaction, graph: Graph) -> Written:
        edge = call.json()
        _check_ends(transaction, graph, edge, is_patch=False)
        return transaction.insert(collection, edge, WriteOptions())

    return _written(call, write, _created)


def change(call: Call) -> Response:
    """Update (PATCH) or replace (PUT) a vertex or an edge."""
    _graph_name, collection, key = call.names
    is_patch, expected = call.request.method == "PATCH", _expected(call)
    options = WriteOptions(
        keep_null=call.flag("keepNull", default=True),
        ignore_revs=expected is None,
    )

    def write(transaction: Transaction, graph: Graph) -> Written:
        given = call.json()
        if _kind(call) == "edge":
            _check_ends(transaction, graph, given, is_patch=is_patch)
        if not isinstance(given, dict):
            raise ArangoError(1227)
        document = given if expected is None else {**given, "_rev": expected}
        method = transaction.update if is_patch else transaction.replace
        return method(collection, key, document, options)

    return _written(call, write, _changed)


def remove(call: Call) -> Response:
    """Remove a vertex or an edge, and all edges that begin or end at it."""
    _graph_name, collection, key = call.names

    def write(transaction: Transaction, graph: Graph) -> Written:
        written = transaction.remove(collection, key, _expected(call))
        _remove_edges_at(transaction, graph, f"{collection}/{key}")
        return written

    return _written(call, write, _removed)


def _written(call: Call, write: _Write, told: Callable[[Call, Written, bool], Response]) -> Response:
    try:
        with call.writing() as transaction:
            graph = _graph(transaction, call.names[0])
            _check_membership(transaction, graph, call)
            written = write(transaction, graph)
            collection = transaction.collection(call.names[1])
    except RevisionMismatchError as error:
        return _precondition_failed(error)
    return told(call, written, call.flag("waitForSync") or bool(collection.properties.get("waitForSync")))


def _created(call: Call, written: Written, synced: bool) -> Response:
    assert written.new is not None
    answer: dict[str, Any] = {_kind(call): identity(written.new)}
    if call.flag("returnNew"):
        answer["new"] = written.new
    response = success(201 if synced else 202, **answer)
    response.headers["etag"] = written.new["_rev"]
    return response


def _changed(call: Call, written: Written, synced: bool) -> Response:
    assert written.old is not None
    assert written.new is not None
    answer: dict[str, Any] = {_kind(call): {**identity(written.new), "_oldRev": written.old["_rev"]}}
    if call.flag("returnOld"):
        answer["old"] = written.old
    if call.flag("returnNew"):
        answer["new"] = written.new
    response = success(200 if synced else 202, **answer)
    response.headers["etag"] = written.new["_rev"]
    return response


def _removed(call: Call, written: Written, synced: bool) -> Response:
    old = {"old": written.old} if call.flag("returnOld") else {}
    return success(200 if synced else 202, removed=True, **old)


def _precondition_failed(error: RevisionMismatchError) -> Response:
    response = failure(error, 412, **error.current)
    response.headers["etag"] = error.current["_rev"]
    return response


def _graph(transaction: Transaction, name: str) -> Graph:
    document = transaction.get(GRAPHS, name)
    if document is None:
        raise ArangoError(1924, name)
    return stored_graph(document)


def _kind(call: Call) -> str:
    """The kind of document that the path names: "vertex" or "edge"."""
    parts = call.request.path.partition("/_api/gharial/")[2].split("/")
    return parts[1]


def _expected(call: Call) -> str | None:
    """The revision that the document must have, from the header or the query string; `None` allows every revision."""
    return call.header("if-match") or call.parameter("rev") or None


def _check_membership(transaction: Transaction, graph: Graph, call: Call) -> None:
    """Raises an error unless the collection in the path belongs to the graph and has the kind that the path names."""
    collection = call.names[1]
    if _kind(call) == "edge":
        if collection not in graph.edge_collections:
            raise ArangoError(1930)
        return
    if collection not in graph.vertex_collections:
        raise ArangoError(1949)
    _check_vertices_exist(transaction, collection)


def _check_vertices_exist(transaction: Transaction, collection: str) -> None:
    if all(info.name != collection for info in transaction.collections()):
        raise said(1926, f"{collection} vertex collection does not exist or is not part of the graph")


def _check_ends(transaction: Transaction, graph: Graph, edge: JSON, *, is_patch: bool) -> None:
    """Raises an error unless both ends of an edge are existing vertices of the graph.

    A patch may give only one end, or no end. Of a single end, only the collection is checked.
    """
    given = edge if isinstance(edge, dict) else {}
    ends = {side: given[side] for side in ("_from", "_to") if isinstance(given.get(side), str)}
    if len(ends) < 2 and not is_patch:
        raise ArangoError(1233)
    vertices = [_vertex(transaction, graph, side, identifier) for side, identifier in ends.items()]
    if len(vertices) == 2 and not all(transaction.get(collection, key) for collection, key in vertices):
        raise ArangoError(1202)


def _vertex(transaction: Transaction, graph: Graph, side: str, identifier: str) -> tuple[str, str]:
    """The collection and the key of an edge's end. Raises 1233, 1947 or 1926."""
    collection, slash, key = identifier.partition("/")
    if not slash:
        raise ArangoError(1233)
    if collection not in graph.vertex_collections:
        raise said(1947, f"referenced {side} collection '{collection}' is not part of the graph")
    _check_vertices_exist(transaction, collection)
    return collection, key


def _remove_edges_at(transaction: Transaction, graph: Graph, identifier: str) -> None:
    """Remove the edges at a vertex from this graph, and from all other graphs that link vertices of its collection."""
    collection = identifier.partition("/")[0]
    others = [stored_graph(document) for document in transaction.scan(GRAPHS)]
    linking = {edge.collection for other in others for edge in other.edges if collection in edge.vertices}
    existing = {info.name for info in transaction.collections() if info.is_edge}
    for name in sorted({*graph.edge_collections, *linking} & existing):
        found: list[Document] = list(transaction.edges(name, identifier, "ANY"))
        for edge in found:
            transaction.remove(name, edge["_key"], None)


ROUTES = {
    "POST /_api/gharial/*/vertex/*": create_vertex,
    "POST /_api/gharial/*/edge/*": create_edge,
    **{
        f"{method} /_api/gharial/*/{kind}/*/*": handler
        for kind in ("vertex", "edge")
        for method, handler in {"GET": read, "PATCH": change, "PUT": change, "DELETE": remove}.items()
    },
}
