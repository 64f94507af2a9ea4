from __future__ import annotations

from typing import Any

import orjson
import pytest
from arango.database import StandardDatabase
from arango.exceptions import GraphCreateError, GraphDeleteError, GraphPropertiesError

from tests.unit.embedded.conftest import Send

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
        ({"name": "g", "edgeDefinitions": 1}, 1901),
        ({"name": "g", "orphanCollections": 1}, 1901),
        ({"name": "g", "edgeDefinitions": [{"collection": "links"}]}, 1941),
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


@pytest.fixture
def links(send: Send) -> Send:
    """A server with the graph "web", whose "links" lead from "pages" to "sites", and the orphan "spare"."""
    send("POST", "/_api/gharial", {"name": "web", "edgeDefinitions": [PAGES_TO_SITES], "orphanCollections": ["spare"]})
    return send


PAGES_TO_SITES = {"collection": "links", "from": ["pages"], "to": ["sites"]}
PAGES_TO_PAGES = {"collection": "links", "from": ["pages"], "to": ["pages"]}


def names(send: Send) -> list[str]:
    return [one["name"] for one in body(send("GET", "/_api/collection?excludeSystem=true"))["result"]]


def test_a_graph_is_told_with_its_revision(send: Send) -> None:
    definitions = [{"collection": "links", "from": ["b", "a"], "to": ["b"]}]
    response = send("POST", "/_api/gharial?waitForSync=true", {"name": "g", "edgeDefinitions": definitions})
    told = body(response)["graph"]
    assert response.status == 201
    assert response.headers["etag"] == told["_rev"]
    assert told == {
        "_key": "g",
        "_id": "_graphs/g",
        "_rev": told["_rev"],
        "name": "g",
        "edgeDefinitions": [{"collection": "links", "from": ["a", "b"], "to": ["b"]}],
        "orphanCollections": [],
    }
    assert send("POST", "/_api/gharial", {"name": "h"}).status == 202


@pytest.mark.parametrize(
    "more",
    [
        {"isSmart": True},
        {"isDisjoint": True},
        {"options": {"smartGraphAttribute": "region"}},
        {"options": {"replicationFactor": "satellite"}},
    ],
)
def test_graphs_made_for_clusters_are_refused(send: Send, more: dict[str, Any]) -> None:
    response = send("POST", "/_api/gharial", {"name": "g", **more})
    assert (response.status, body(response)["errorNum"]) == (501, 9)


def test_numbers_of_shards_change_nothing(send: Send) -> None:
    options = {"numberOfShards": 3, "replicationFactor": 2, "writeConcern": 1}
    assert "numberOfShards" not in body(send("POST", "/_api/gharial", {"name": "g", "options": options}))["graph"]


def test_edges_link_the_same_vertices_in_all_graphs(links: Send) -> None:
    other = {"name": "other", "edgeDefinitions": [PAGES_TO_PAGES]}
    assert body(links("POST", "/_api/gharial", other))["errorNum"] == 1921
    other["edgeDefinitions"] = [PAGES_TO_SITES]
    assert links("POST", "/_api/gharial", other).status == 202


def test_a_vertex_collection_is_added(links: Send) -> None:
    response = links("POST", "/_api/gharial/web/vertex", {"collection": "more"})
    assert response.status == 202
    assert response.headers["etag"] == body(response)["graph"]["_rev"]
    assert body(response)["graph"]["orphanCollections"] == ["more", "spare"]
    assert "more" in names(links)


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ({"collection": "spare"}, 1938),
        ({"collection": "pages"}, 1929),
        ({"collection": "others"}, 1927),
        ({"collection": 1}, 4),
    ],
)
def test_vertex_collections_that_cannot_be_added(links: Send, given: dict[str, Any], number: int) -> None:
    links("POST", "/_api/collection", {"name": "others", "type": 3})
    assert body(links("POST", "/_api/gharial/web/vertex", given))["errorNum"] == number


def test_a_vertex_collection_need_not_be_made(links: Send) -> None:
    response = links("POST", "/_api/gharial/web/vertex?createCollection=false", {"collection": "more"})
    assert (response.status, body(response)["errorNum"]) == (404, 1926)


def test_a_vertex_collection_is_removed(links: Send) -> None:
    assert body(links("DELETE", "/_api/gharial/web/vertex/pages"))["errorNum"] == 1928
    response = links("DELETE", "/_api/gharial/web/vertex/spare?dropCollection=true")
    assert (response.status, body(response)["graph"]["orphanCollections"]) == (202, [])
    assert "spare" not in names(links)


def test_an_edge_definition_is_added(links: Send) -> None:
    response = links("POST", "/_api/gharial/web/edge", {"collection": "copies", "from": ["spare"], "to": ["pages"]})
    told = body(response)["graph"]
    assert response.status == 202
    assert [edge["collection"] for edge in told["edgeDefinitions"]] == ["copies", "links"]
    assert told["orphanCollections"] == []
    assert body(links("POST", "/_api/gharial/web/edge", PAGES_TO_PAGES))["errorNum"] == 1920
    assert body(links("POST", "/_api/gharial/web/edge", [1]))["errorNum"] == 1923


def test_an_edge_definition_is_replaced_in_every_graph(links: Send) -> None:
    links("POST", "/_api/gharial", {"name": "other", "edgeDefinitions": [PAGES_TO_SITES]})
    response = links("PUT", "/_api/gharial/web/edge/links", {**PAGES_TO_PAGES, "to": ["files"]})
    assert (response.status, body(response)["graph"]["orphanCollections"]) == (202, ["sites", "spare"])
    assert body(links("GET", "/_api/gharial/other"))["graph"]["edgeDefinitions"][0]["to"] == ["files"]
    assert "files" in names(links)


def test_only_definitions_of_the_graph_are_replaced(links: Send) -> None:
    assert body(links("PUT", "/_api/gharial/web/edge/copies", PAGES_TO_PAGES))["errorNum"] == 1930
    changed = {**PAGES_TO_PAGES, "collection": "copies"}
    assert body(links("PUT", "/_api/gharial/web/edge/links", changed))["errorNum"] == 1930


def test_an_edge_definition_is_removed(links: Send) -> None:
    response = links("DELETE", "/_api/gharial/web/edge/links?dropCollections=true")
    told = body(response)["graph"]
    assert (response.status, told["edgeDefinitions"]) == (202, [])
    assert told["orphanCollections"] == ["pages", "sites", "spare"]
    assert "links" not in names(links)
    assert body(links("DELETE", "/_api/gharial/web/edge/links"))["errorNum"] == 1930


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "vertex"), ("DELETE", "vertex/a"), ("POST", "edge"), ("PUT", "edge/a"), ("POST", "vertex/a")],
)
def test_an_unknown_graph_is_told_before_all_else(send: Send, method: str, path: str) -> None:
    response = send(method, f"/_api/gharial/none/{path}", {})
    assert (response.status, body(response)["errorNum"]) == (404, 1924)


def test_other_paths_and_methods(links: Send) -> None:
    assert links("GET", "/_api/gharial/web/other").status == 404
    assert links("PATCH", "/_api/gharial/web").status == 405


def test_the_driver_changes_definitions(database: StandardDatabase) -> None:
    graph = database.create_graph("audit", edge_definitions=[LINKS])
    graph.create_vertex_collection("lonely")
    graph.create_edge_definition("copies", ["pages"], ["lonely"])
    graph.delete_edge_definition("links", purge=True)
    graph.delete_vertex_collection("runs")
    assert graph.vertex_collections() == ["lonely", "pages"]


@pytest.mark.parametrize(("name", "role"), [("spare", "an orphan"), ("links", "an edge"), ("sites", "a vertex")])
def test_collections_of_a_graph_are_not_dropped_alone(links: Send, name: str, role: str) -> None:
    response = links("DELETE", f"/_api/collection/{name}")
    message = (
        f"must not drop collection while part of graph: collection '{name}' is {role} collection inside graph 'web'"
    )
    assert (response.status, body(response)["errorNum"]) == (403, 1942)
    assert body(response)["errorMessage"] == message
    links("DELETE", "/_api/gharial/web")
    assert links("DELETE", f"/_api/collection/{name}").status == 200
