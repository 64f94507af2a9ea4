from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.unit.embedded.conftest import Send

EDGES = [{"_key": "1", "_from": "p/a", "_to": "p/b"}, {"_key": "2", "_from": "p/b", "_to": "p/a"}]


@pytest.fixture
def links(send: Send) -> Send:
    send("POST", "/_api/collection", {"name": "links", "type": 3})
    send("POST", "/_api/collection", {"name": "pages"})
    send("POST", "/_api/document/links", EDGES)
    return send


def body(response: Any) -> Any:
    return orjson.loads(response.body)


@pytest.mark.parametrize(
    ("direction", "keys"),
    [("out", ["1"]), ("outbound", ["1"]), ("in", ["2"]), ("inbound", ["2"]), ("any", ["1", "2"])],
)
def test_edges_at_a_vertex(links: Send, direction: str, keys: list[str]) -> None:
    found = body(links("GET", f"/_api/edges/links?vertex=p/a&direction={direction}"))["edges"]
    assert sorted(edge["_key"] for edge in found) == keys


def test_statistics_come_with_the_edges(links: Send) -> None:
    stats = body(links("GET", "/_api/edges/links?vertex=p/a"))["stats"]
    assert (stats["scannedIndex"], stats["scannedFull"], stats["writesExecuted"]) == (2, 0, 0)


@pytest.mark.parametrize(
    ("path", "status", "number"),
    [
        ("none?vertex=p/a", 404, 1203),
        ("pages?vertex=p/a&direction=up", 400, 1218),
        ("links?direction=up", 400, 400),
        ("links", 400, 1205),
        ("links?vertex=", 400, 1205),
    ],
)
def test_problems_are_told_in_order(links: Send, path: str, status: int, number: int) -> None:
    response = links("GET", f"/_api/edges/{path}")
    assert (response.status, body(response)["errorNum"]) == (status, number)
