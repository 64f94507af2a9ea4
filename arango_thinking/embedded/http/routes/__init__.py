"""The handler for each method and path. Each module serves one part of the HTTP API."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from arango_thinking.embedded.http.calls import Call
from arango_thinking.embedded.http.messages import Response
from arango_thinking.embedded.http.routes import (
    collections,
    cursors,
    documents,
    edges,
    graph_documents,
    graphs,
    imports,
    indexes,
    queries,
    server,
    transactions,
    users,
)

Handler = Callable[[Call], Response]

ROUTES: Mapping[str, Handler] = {
    **server.ROUTES,
    **collections.ROUTES,
    **documents.ROUTES,
    **imports.ROUTES,
    **indexes.ROUTES,
    **graphs.ROUTES,
    **graph_documents.ROUTES,
    **edges.ROUTES,
    **cursors.ROUTES,
    **queries.ROUTES,
    **transactions.ROUTES,
    **users.ROUTES,
}
