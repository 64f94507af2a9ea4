"""The route under /_api/edges: the edges at a vertex."""

from __future__ import annotations

from typing import Any

from arango_thinking.embedded.errors import ArangoError, said
from arango_thinking.embedded.http.calls import Call
from arango_thinking.embedded.http.messages import Response, success
from arango_thinking.embedded.storage.records import Direction

_DIRECTIONS: dict[str, Direction] = {
    "any": "ANY",
    "in": "INBOUND",
    "inbound": "INBOUND",
    "out": "OUTBOUND",
    "outbound": "OUTBOUND",
}


def edges(call: Call) -> Response:
    with call.reading() as transaction:
        info = transaction.collection(call.names[0])
        if not info.is_edge:
            raise ArangoError(1218)
        direction = _direction(call)
        vertex = call.parameter("vertex")
        if not vertex:
            raise ArangoError(1205)
        found = list(transaction.edges(info.name, vertex, direction))
    return success(edges=found, stats=_statistics(len(found)))


def _direction(call: Call) -> Direction:
    given = call.parameter("direction", "any")
    direction = _DIRECTIONS.get(given)
    if direction is None:
        raise said(400, f"<direction> must by any, in, or out, not: {given}")
    return direction


def _statistics(found: int) -> dict[str, Any]:
    """The statistics of the query that ArangoDB runs to answer the request."""
    unused = ("writesExecuted", "writesIgnored", "scannedFull", "cursorsCreated", "cursorsRearmed", "filtered")
    return {
        **dict.fromkeys(unused, 0),
        "scannedIndex": found,
        "cacheHits": 0,
        "cacheMisses": 0,
        "httpRequests": 0,
        "peakMemoryUsage": 0,
        "executionTime": 0.0,
    }


ROUTES = {"GET /_api/edges/*": edges}
