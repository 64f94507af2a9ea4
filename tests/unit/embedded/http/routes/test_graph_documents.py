from __future__ import annotations

from typing import Any

import orjson
import pytest
from arango.database import StandardDatabase

from tests.unit.embedded.conftest import Send

GRAPH = {"name": "web", "edgeDefinitions": [{"collection": "links", "from": ["pages"], "to": ["sites"]}]}
VERTEX = "/_api/gharial/web/vertex/pages"
EDGE = "/_api/gharial/web/edge/links"
LINK = {"_key": "l", "_from": "pages/a", "_to": "sites/s"}


@pytest.fixture
def web(send: Send) -> Send:
    """A server with the graph "web" of one page and one site, which are not linked yet."""
    send("POST", "/_api/gharial", GRAPH)
    send("POST", "/_api/document/pages", {"_key": "a", "rank": 1, "note": "x"})
    send("POST", "/_api/document/sites", {"_key": "s"})
    return send


def body(response: Any) -> Any:
    return orjson.loads(response.body)


def failure(response: Any) -> tuple[int, int]:
    return response.status, body(response)["errorNum"]


def test_a_vertex_is_made(web: Send) -> None:
    response = web("POST", f"{VERTEX}?returnNew=true", {"_key": "b", "rank": 2})
    told = body(response)
    revision = told["vertex"]["_rev"]
    assert response.status == 202
    assert response.headers["etag"] == revision
    assert told["vertex"] == {"_id": "pages/b", "_key": "b", "_rev": revision}
    assert told["new"]["rank"] == 2
    assert web("POST", f"{VERTEX}?waitForSync=true", {}).status == 201


def test_a_collection_that_waits_for_the_disk(web: Send) -> None:
    web("PUT", "/_api/collection/pages/properties", {"waitForSync": True})
    assert web("POST", VERTEX, {"_key": "b"}).status == 201
    assert web("PATCH", f"{VERTEX}/b", {}).status == 200


def test_a_vertex_belongs_to_the_graph(web: Send) -> None:
    web("POST", "/_api/collection", {"name": "others"})
    assert failure(web("POST", "/_api/gharial/web/vertex/others", {})) == (404, 1949)
    assert failure(web("POST", VERTEX, [1])) == (400, 1227)
    assert failure(web("POST", VERTEX, {"_key": "a"})) == (409, 1210)


def test_a_vertex_is_read(web: Send) -> None:
    response = web("GET", f"{VERTEX}/a")
    vertex = body(response)["vertex"]
    assert (response.status, vertex["rank"], response.headers["etag"]) == (200, 1, vertex["_rev"])
    assert failure(web("GET", f"{VERTEX}/none")) == (404, 1202)
    assert failure(web("GET", "/_api/gharial/web/vertex/links/a")) == (404, 1949)


def test_preconditions(web: Send) -> None:
    revision = body(web("GET", f"{VERTEX}/a"))["vertex"]["_rev"]
    assert web("GET", f"{VERTEX}/a", if_none_match=f'"{revision}"').status == 304
    assert web("GET", f"{VERTEX}/a?rev={revision}").status == 200
    for method in ("GET", "PATCH", "PUT", "DELETE"):
        response = web(method, f"{VERTEX}/a", {}, if_match="_old")
        assert failure(response) == (412, 1200)
        assert body(response)["_rev"] == revision
    assert web("PATCH", f"{VERTEX}/a?rev={revision}", {}).status == 202
    assert failure(web("DELETE", f"{VERTEX}/a?rev={revision}")) == (412, 1200)


def test_a_vertex_is_patched(web: Send) -> None:
    before = body(web("GET", f"{VERTEX}/a"))["vertex"]
    response = web("PATCH", f"{VERTEX}/a?returnOld=true&returnNew=true&keepNull=false", {"rank": 2, "note": None})
    told = body(response)
    assert response.status == 202
    assert told["vertex"]["_oldRev"] == before["_rev"]
    assert told["old"] == before
    assert (told["new"]["rank"], "note" in told["new"]) == (2, False)
    assert response.headers["etag"] == told["vertex"]["_rev"]


def test_a_vertex_is_replaced(web: Send) -> None:
    told = body(web("PUT", f"{VERTEX}/a?returnNew=true&waitForSync=true", {"_rev": "_old", "size": 3}))
    assert told["code"] == 200
    assert {name for name in told["new"] if name[0] != "_"} == {"size"}
    assert failure(web("PUT", f"{VERTEX}/none", {})) == (404, 1202)
    assert failure(web("PUT", f"{VERTEX}/a", [1])) == (400, 1227)


def test_an_edge_is_made_between_vertices_of_the_graph(web: Send) -> None:
    response = web("POST", EDGE, LINK)
    assert response.status == 202
    assert body(response)["edge"]["_id"] == "links/l"
    assert body(web("GET", f"{EDGE}/l"))["edge"]["_to"] == "sites/s"


@pytest.mark.parametrize(
    ("edge", "status", "number"),
    [
        ({"_from": "pages/a"}, 400, 1233),
        ({"_from": "pages/a", "_to": 1}, 400, 1233),
        ({"_from": "pages", "_to": "sites/s"}, 400, 1233),
        ({"_from": "others/a", "_to": "sites/s"}, 404, 1947),
        ({"_from": "pages/none", "_to": "sites/s"}, 404, 1202),
        ([], 400, 1233),
    ],
)
def test_ends_that_are_not_vertices(web: Send, edge: Any, status: int, number: int) -> None:
    web("POST", EDGE, LINK)
    assert failure(web("POST", EDGE, edge)) == (status, number)
    assert failure(web("PUT", f"{EDGE}/l", edge)) == (status, number)


def test_an_edge_belongs_to_the_graph(web: Send) -> None:
    for method, path in (("POST", "pages"), ("GET", "pages/l"), ("PATCH", "pages/l"), ("DELETE", "pages/l")):
        assert failure(web(method, f"/_api/gharial/web/edge/{path}", LINK)) == (404, 1930)


def test_a_patch_need_not_name_the_ends(web: Send) -> None:
    web("POST", EDGE, LINK)
    assert body(web("PATCH", f"{EDGE}/l?returnNew=true", {"kind": "x"}))["new"]["_from"] == "pages/a"
    assert failure(web("PATCH", f"{EDGE}/l", {"_from": "others/a"})) == (404, 1947)
    assert web("PATCH", f"{EDGE}/l", {"_from": "pages/none"}).status == 202
    assert failure(web("PATCH", f"{EDGE}/l", {"_from": "pages/none", "_to": "sites/s"})) == (404, 1202)


def test_edges_go_with_their_vertices(web: Send) -> None:
    web("POST", EDGE, LINK)
    web("POST", "/_api/gharial", {**GRAPH, "name": "other"})
    copies = {"collection": "copies", "from": ["pages"], "to": ["pages"]}
    web("POST", "/_api/gharial/other/edge", copies)
    web("POST", "/_api/document/copies", {"_key": "c", "_from": "pages/b", "_to": "pages/a"})
    response = web("DELETE", f"{VERTEX}/a?returnOld=true")
    told = body(response)
    assert (response.status, told["removed"], told["old"]["rank"]) == (202, True, 1)
    assert failure(web("GET", f"{EDGE}/l")) == (404, 1202)
    assert web("GET", "/_api/document/copies/c").status == 404


def test_an_edge_is_removed(web: Send) -> None:
    web("POST", EDGE, LINK)
    assert body(web("DELETE", f"{EDGE}/l?waitForSync=true")) == {"error": False, "code": 200, "removed": True}
    assert failure(web("DELETE", f"{EDGE}/l")) == (404, 1202)


def test_the_driver_writes_through_a_graph(database: StandardDatabase) -> None:
    ends = {"from_vertex_collections": ["pages"], "to_vertex_collections": ["pages"]}
    graph = database.create_graph("web", edge_definitions=[{"edge_collection": "links", **ends}])
    pages, links = graph.vertex_collection("pages"), graph.edge_collection("links")
    pages.insert({"_key": "a"})
    pages.insert({"_key": "b"})
    links.link("pages/a", "pages/b", {"_key": "l"})
    pages.update({"_key": "a", "rank": 1})
    links.replace({"_key": "l", "_from": "pages/b", "_to": "pages/a"})
    assert [edge["_key"] for edge in links.edges("pages/a", direction="in")["edges"]] == ["l"]
    pages.delete("a")
    assert links.count() == 0
