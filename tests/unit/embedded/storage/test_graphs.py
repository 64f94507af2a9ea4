from __future__ import annotations

from typing import Any

import pytest

from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.graphs import (
    EdgeDefinition,
    Graph,
    check_against_others,
    edge_definition,
    given_graph,
    stored_graph,
)

LINKS = {"collection": "links", "from": ["pages"], "to": ["sites"]}


def test_definitions_are_put_in_order() -> None:
    given = {
        "edgeDefinitions": [{"collection": "b", "from": ["y", "x", "y"], "to": ["z"]}, {**LINKS, "collection": "a"}]
    }
    graph = given_graph("g", given)
    assert graph.edge_collections == ["a", "b"]
    assert graph.edges[1] == EdgeDefinition("b", ("x", "y"), ("z",))


def test_a_graph_may_be_empty() -> None:
    assert given_graph("g", {}) == Graph("g", (), ())


def test_linked_vertices_are_no_orphans() -> None:
    graph = given_graph("g", {"edgeDefinitions": [LINKS], "orphanCollections": ["spare", "pages"]})
    assert graph.orphans == ("spare",)
    assert graph.vertex_collections == {"pages", "sites", "spare"}
    assert graph.collections == {"links", "pages", "sites", "spare"}


def test_vertices_that_lose_their_edges_become_orphans() -> None:
    graph = given_graph("g", {"edgeDefinitions": [LINKS]})
    assert graph.without_edges("links") == Graph("g", (), ("pages", "sites"))
    assert graph.with_edges(EdgeDefinition("links", ("pages",), ("pages",))).orphans == ("sites",)


def test_a_graph_survives_being_stored() -> None:
    graph = given_graph("g", {"edgeDefinitions": [LINKS], "orphanCollections": ["spare"]})
    assert stored_graph(graph.to_document()) == graph


@pytest.mark.parametrize(
    ("given", "number"),
    [
        (1, 1923),
        ({"collection": "links", "from": ["a"]}, 1941),
        ({"collection": 1, "from": ["a"], "to": ["b"]}, 1941),
        ({"collection": "links", "from": "a", "to": ["b"]}, 1941),
        ({"collection": "links", "from": [1], "to": ["b"]}, 1941),
        ({"collection": "links", "from": [], "to": ["b"]}, 1923),
    ],
)
def test_malformed_edge_definitions(given: Any, number: int) -> None:
    with pytest.raises(ArangoError) as caught:
        edge_definition(given)
    assert caught.value.number == number


def test_a_collection_of_edges_has_one_definition() -> None:
    with pytest.raises(ArangoError, match="links multi use of edge collection in edge def"):
        given_graph("g", {"edgeDefinitions": [LINKS, LINKS]})
    graph = given_graph("g", {"edgeDefinitions": [LINKS]})
    check_against_others(graph, [given_graph("h", {"edgeDefinitions": [LINKS]})])
    with pytest.raises(ArangoError, match="links edge collection already used in edge def"):
        check_against_others(graph, [given_graph("h", {"edgeDefinitions": [{**LINKS, "to": ["pages"]}]})])
