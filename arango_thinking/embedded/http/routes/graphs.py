"""Routes under /_api/gharial for the definitions of named graphs, which are documents in `_graphs`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from arango_thinking.embedded.errors import ArangoError, said
from arango_thinking.embedded.http.calls import Call
from arango_thinking.embedded.http.messages import Response, success
from arango_thinking.embedded.storage.catalogue import GRAPHS
from arango_thinking.embedded.storage.graphs import (
    Graph,
    check_against_others,
    edge_definition,
    given_graph,
    stored_graph,
)
from arango_thinking.embedded.storage.records import Document, WriteOptions
from arango_thinking.embedded.storage.transactions import Transaction


def graphs(call: Call) -> Response:
    with call.reading() as transaction:
        return success(graphs=[_shown(document) for document in transaction.scan(GRAPHS)])


def graph(call: Call) -> Response:
    with call.reading() as transaction:
        return success(graph=_shown(_existing(transaction, call.names[0])))


def create(call: Call) -> Response:
    """Create the graph, and those of its collections that do not exist."""
    body = call.attributes()
    name = body.get("name")
    if not isinstance(name, str) or not name:
        raise ArangoError(1922)
    with call.writing() as transaction:
        if transaction.get(GRAPHS, name):
            raise ArangoError(1925)
        wanted = given_graph(name, body)
        check_against_others(wanted, _all(transaction))
        _create_collections(transaction, wanted)
        written = transaction.insert(GRAPHS, wanted.to_document(), WriteOptions())
    assert written.new is not None
    return _told(201 if call.flag("waitForSync") else 202, written.new)


def drop(call: Call) -> Response:
    with call.writing() as transaction:
        dropped = _graph(transaction, call.names[0])
        transaction.remove(GRAPHS, dropped.name, None)
        if call.flag("dropCollections"):
            _drop_unused(transaction, dropped.collections)
    return success(202, removed=True)


def vertex_collections(call: Call) -> Response:
    with call.reading() as transaction:
        return success(collections=sorted(_graph(transaction, call.names[0]).vertex_collections))


def edge_collections(call: Call) -> Response:
    with call.reading() as transaction:
        return success(collections=sorted(_graph(transaction, call.names[0]).edge_collections))


def add_vertex_collection(call: Call) -> Response:
    with call.writing() as transaction:
        before = _graph(transaction, call.names[0])
        name = _collection_in(call)
        _check_new_orphan(transaction, before, name, create=call.flag("createCollection", default=True))
        changed = before.with_orphans([name])
        _create_collections(transaction, changed)
        return _told(202, _store(transaction, changed))


def remove_vertex_collection(call: Call) -> Response:
    graph_name, name = call.names
    with call.writing() as transaction:
        before = _graph(transaction, graph_name)
        if name not in before.orphans:
            raise ArangoError(1928)
        stored = _store(transaction, before.without_orphan(name))
        if call.flag("dropCollection"):
            _drop_unused(transaction, [name])
        return _told(202, stored)


def add_edge_definition(call: Call) -> Response:
    with call.writing() as transaction:
        before = _graph(transaction, call.names[0])
        added = edge_definition(call.json())
        if added.collection in before.edge_collections:
            raise said(1920, f"{added.collection} multi use of edge collection in edge def")
        changed = before.with_edges(added)
        check_against_others(changed, _all(transaction))
        _create_collections(transaction, changed)
        return _told(202, _store(transaction, changed))


def replace_edge_definition(call: Call) -> Response:
    """Replace the definition in every graph that has its edge collection."""
    graph_name, name = call.names
    with call.writing() as transaction:
        before = _graph(transaction, graph_name)
        changed = edge_definition(call.json())
        if not {name, changed.collection} <= {*before.edge_collections}:
            raise ArangoError(1930)
        for other in _all(transaction):
            if changed.collection in other.edge_collections:
                _create_collections(transaction, other.with_edges(changed))
                _store(transaction, other.with_edges(changed))
        return _told(202, _existing(transaction, graph_name))


def remove_edge_definition(call: Call) -> Response:
    graph_name, name = call.names
    with call.writing() as transaction:
        before = _graph(transaction, graph_name)
        if name not in before.edge_collections:
            raise ArangoError(1930)
        stored = _store(transaction, before.without_edges(name))
        if call.flag("dropCollections"):
            _drop_unused(transaction, [name])
        return _told(202, stored)


def _existing(transaction: Transaction, name: str) -> Document:
    document = transaction.get(GRAPHS, name)
    if document is None:
        raise ArangoError(1924, name)
    return document


def _graph(transaction: Transaction, name: str) -> Graph:
    return stored_graph(_existing(transaction, name))


def _all(transaction: Transaction) -> list[Graph]:
    return [stored_graph(document) for document in transaction.scan(GRAPHS)]


def _store(transaction: Transaction, changed: Graph) -> Document:
    written = transaction.replace(GRAPHS, changed.name, changed.to_document(), WriteOptions())
    assert written.new is not None
    return written.new


def _shown(document: Document) -> dict[str, Any]:
    return {**document, "name": document["_key"]}


def _told(status: int, document: Document) -> Response:
    response = success(status, graph=_shown(document))
    response.headers["etag"] = document["_rev"]
    return response


def _collection_in(call: Call) -> str:
    body = call.json()
    name = body.get("collection") if isinstance(body, dict) else None
    if not isinstance(name, str):
        raise said(4, "VPack error: Expecting type String")
    return name


def _check_new_orphan(transaction: Transaction, before: Graph, name: str, *, create: bool) -> None:
    if name in before.orphans:
        raise ArangoError(1938)
    if name in before.vertex_collections:
        raise said(1929, f"{name} collection already used in edge def")
    info = next((info for info in transaction.collections() if info.name == name), None)
    if info is None and not create:
        raise said(1926, f"{name} vertex collection does not exist or is not part of the graph")
    if info is not None and info.is_edge:
        raise ArangoError(1927)


def _create_collections(transaction: Transaction, wanted: Graph) -> None:
    existing = {info.name: info for info in transaction.collections()}
    for name in wanted.edge_collections:
        if name not in existing:
            existing[name] = transaction.create_collection(name, is_edge=True)
        if not existing[name].is_edge:
            raise said(1944, f"Collection: '{name}' is not an EdgeCollection")
    for name in sorted(wanted.vertex_collections):
        if name not in existing:
            existing[name] = transaction.create_collection(name)


def _drop_unused(transaction: Transaction, names: Iterable[str]) -> None:
    """Drop those of the named collections that exist and that no graph uses."""
    used = {name for graph in _all(transaction) for name in graph.collections}
    existing = {info.name for info in transaction.collections()}
    for name in sorted((set(names) - used) & existing):
        transaction.drop_collection(name)


ROUTES = {
    "GET /_api/gharial": graphs,
    "POST /_api/gharial": create,
    "GET /_api/gharial/*": graph,
    "DELETE /_api/gharial/*": drop,
    "GET /_api/gharial/*/vertex": vertex_collections,
    "POST /_api/gharial/*/vertex": add_vertex_collection,
    "DELETE /_api/gharial/*/vertex/*": remove_vertex_collection,
    "GET /_api/gharial/*/edge": edge_collections,
    "POST /_api/gharial/*/edge": add_edge_definition,
    "PUT /_api/gharial/*/edge/*": replace_edge_definition,
    "DELETE /_api/gharial/*/edge/*": remove_edge_definition,
}
