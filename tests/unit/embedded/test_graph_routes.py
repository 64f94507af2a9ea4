from __future__ import annotations

from typing import Any

import orjson
import pytest
from arango.database import StandardDatabase
from arango.exceptions import GraphCreateError, GraphDeleteError, GraphPropertiesError

from .conftest import Send

LINKS = {"edge_collection": "links", "from_vertex_collections": ["pages"], "to_vertex_collections": ["runs"]}


def body(response: Any) -> Any:
    return orjson.loads(response.body)


def test_a_graph_makes_its_collections(database: StandardDatabase) -> None:
    database.create_collection("pages")
    graph = database.create_graph("audit", edge_definitions=[LINKS], orphan_collections=["lonely"])
    kinds = {one["name"]: one["type"] for one in database.collections() if not one["system"]}
    assert kinds == {"pages": "document", "runs": "document", "lonely": "document", "links": "edge"}
    assert graph.properties()["name"] == "audit"
    assert graph.vertex_collections() == ["lonely", "pages", "runs"]
    assert graph.edge_definitions() == [LINKS]
    assert graph.has_edge_definition("links")
    assert [one["name"] for one in database.graphs()] == ["audit"]
    assert database.has_graph("audit")


def test_a_graph_is_kept_in_the_collection_of_graphs(database: StandardDatabase) -> None:
    database.create_graph("audit", edge_definitions=[LINKS])
    assert database.collection("_graphs").get("audit")["edgeDefinitions"][0]["collection"] == "links"


def test_deleting_a_graph_keeps_collections_unless_told_otherwise(database: StandardDatabase) -> None:
    database.create_graph("audit", edge_definitions=[LINKS])
    database.create_graph("other", orphan_collections=["pages"])
    database.delete_graph("audit")
    assert database.has_collection("links")
    database.create_graph("audit", edge_definitions=[LINKS])
    database.delete_graph("audit", drop_collections=True)
    left = [one["name"] for one in database.collections() if not one["system"]]
    assert left == ["pages"]
    assert not database.has_graph("audit")
    with pytest.raises(GraphDeleteError) as caught:
        database.delete_graph("audit")
    assert (caught.value.http_code, caught.value.error_code) == (404, 1924)


def test_a_graph_exists_once(database: StandardDatabase) -> None:
    database.create_graph("audit")
    with pytest.raises(GraphCreateError) as caught:
        database.create_graph("audit")
    assert (caught.value.http_code, caught.value.error_code) == (409, 1925)


def test_an_unknown_graph(database: StandardDatabase) -> None:
    with pytest.raises(GraphPropertiesError, match="graph 'audit' not found"):
        database.graph("audit").properties()


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ({}, 1922),
        ({"name": "g", "edgeDefinitions": 1}, 1923),
        ({"name": "g", "edgeDefinitions": [{"collection": "links"}]}, 1923),
        ({"name": "g", "edgeDefinitions": [{"collection": "links", "from": ["a"], "to": []}]}, 1923),
        ({"name": "g", "orphanCollections": [1]}, 1943),
        ({"name": "g", "edgeDefinitions": [{"collection": "links", "from": ["a"], "to": ["b"]}] * 2}, 1920),
        ({"name": "g", "edgeDefinitions": [{"collection": "plain", "from": ["a"], "to": ["b"]}]}, 1944),
        ({"name": "a b"}, 1221),
    ],
)
def test_graphs_that_cannot_be_made_leave_nothing(send: Send, given: Any, number: int) -> None:
    send("POST", "/_api/collection", {"name": "plain"})
    assert body(send("POST", "/_api/gharial", given))["errorNum"] == number
    names = [one["name"] for one in body(send("GET", "/_api/collection?excludeSystem=true"))["result"]]
    assert names == ["plain"]


def test_documents_are_not_changed_through_graphs(database: StandardDatabase) -> None:
    graph = database.create_graph("audit", edge_definitions=[LINKS])
    with pytest.raises(Exception, match="does not support") as caught:
        graph.vertex_collection("pages").insert({"_key": "a"})
    assert caught.value.http_code == 501
