"""Named graphs: their parts, and which changes are allowed. Nothing here touches the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from arango_thinking.embedded.errors import ArangoError, not_supported, said
from arango_thinking.embedded.storage.records import JSON, Document

_PARTS = ("collection", "from", "to")


@dataclass(frozen=True, slots=True)
class EdgeDefinition:
    """An edge collection, and the vertex collections that its edges lead from and to."""

    collection: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]

    @property
    def vertices(self) -> set[str]:
        return {*self.sources, *self.targets}

    def to_json(self) -> dict[str, Any]:
        return {"collection": self.collection, "from": list(self.sources), "to": list(self.targets)}


@dataclass(frozen=True, slots=True)
class Graph:
    """A named graph. Orphans are vertex collections that no edge definition names."""

    name: str
    edges: tuple[EdgeDefinition, ...]
    orphans: tuple[str, ...]

    @property
    def edge_collections(self) -> list[str]:
        return [edge.collection for edge in self.edges]

    @property
    def linked_vertices(self) -> set[str]:
        return {name for edge in self.edges for name in edge.vertices}

    @property
    def vertex_collections(self) -> set[str]:
        return {*self.orphans, *self.linked_vertices}

    @property
    def collections(self) -> set[str]:
        return {*self.edge_collections, *self.vertex_collections}

    def role_of(self, collection: str) -> str:
        """The role of the collection in the graph, such as "an edge"; empty when the graph does not use it."""
        if collection in self.orphans:
            return "an orphan"
        if collection in self.edge_collections:
            return "an edge"
        return "a vertex" if collection in self.linked_vertices else ""

    def with_orphans(self, names: Iterable[str]) -> Graph:
        return self._settled(self.edges, {*self.orphans, *names})

    def without_orphan(self, name: str) -> Graph:
        return self._settled(self.edges, {*self.orphans} - {name})

    def with_edges(self, added: EdgeDefinition) -> Graph:
        """The graph with this definition, which replaces one for the same edge collection.

        Vertex collections that are no longer linked stay in the graph as orphans.
        """
        others = [edge for edge in self.edges if edge.collection != added.collection]
        return self._settled([*others, added], self.vertex_collections)

    def without_edges(self, collection: str) -> Graph:
        others = [edge for edge in self.edges if edge.collection != collection]
        return self._settled(others, self.vertex_collections)

    def to_document(self) -> Document:
        edges = [edge.to_json() for edge in self.edges]
        return {"_key": self.name, "edgeDefinitions": edges, "orphanCollections": list(self.orphans)}

    def _settled(self, edges: Iterable[EdgeDefinition], orphans: set[str]) -> Graph:
        """The graph with these parts, sorted by name. An orphan that an edge definition names is left out."""
        changed = replace(self, edges=tuple(sorted(edges, key=lambda edge: edge.collection)))
        return replace(changed, orphans=tuple(sorted(orphans - changed.linked_vertices)))


def stored_graph(document: Document) -> Graph:
    """The graph that a document of `_graphs` describes."""
    edges = tuple(edge_definition(edge) for edge in document.get("edgeDefinitions", []))
    return Graph(document["_key"], edges, tuple(document.get("orphanCollections", [])))


def given_graph(name: str, body: dict[str, Any]) -> Graph:
    """The graph that a request describes. Raises `ArangoError` when the description is invalid."""
    _refuse_distribution(body)
    given, orphans = body.get("edgeDefinitions"), body.get("orphanCollections")
    if given is not None and not isinstance(given, list):
        raise said(1901, "'edgeDefinitions' are not an array in the graph definition")
    if orphans is not None and not isinstance(orphans, list):
        raise said(1901, "'orphanCollections' are not an array in the graph definition")
    if not all(isinstance(orphan, str) and orphan for orphan in orphans or []):
        raise ArangoError(1943)
    graph = Graph(name, (), ())
    for definition in map(edge_definition, given or []):
        if definition.collection in graph.edge_collections:
            raise said(1920, f"{definition.collection} multi use of edge collection in edge def")
        graph = graph.with_edges(definition)
    return graph.with_orphans(orphans or [])


def edge_definition(given: JSON) -> EdgeDefinition:
    if not isinstance(given, dict):
        raise ArangoError(1923)
    for part in _PARTS:
        if part not in given:
            raise said(1941, f"Attribute '{part}' missing in edge definition!")
    collection = given["collection"]
    if not isinstance(collection, str):
        raise said(1941, "edge definition is not a string!")
    return EdgeDefinition(collection, _ends(given, "from"), _ends(given, "to"))


def check_against_others(graph: Graph, others: Iterable[Graph]) -> None:
    """Raises 1921 unless each edge collection links the same vertex collections in every graph that has it."""
    links = {edge.collection: edge for other in others if other.name != graph.name for edge in other.edges}
    for edge in graph.edges:
        if links.get(edge.collection, edge) != edge:
            raise said(1921, f"{edge.collection} edge collection already used in edge def")


def check_unused(collection: str, graphs: Iterable[Graph]) -> None:
    """Raises 1942 when a graph uses the collection: then it may not be dropped on its own."""
    for graph in graphs:
        role = graph.role_of(collection)
        if role:
            raise ArangoError(1942, f"collection '{collection}' is {role} collection inside graph '{graph.name}'")


def _ends(given: dict[str, Any], side: str) -> tuple[str, ...]:
    names = given[side]
    if not isinstance(names, list):
        raise said(1941, f"Edge definition '{side}' is not an array!")
    if not all(isinstance(name, str) for name in names):
        raise said(1941, f"Edge definition '{side}' does not only contain strings")
    if not names:
        raise ArangoError(1923)
    return tuple(sorted(set(names)))


def _refuse_distribution(body: dict[str, Any]) -> None:
    """Raise 9 for SmartGraphs and SatelliteGraphs, which only a cluster can have. A number of shards is ignored."""
    options = body.get("options")
    settings = options if isinstance(options, dict) else {}
    if body.get("isSmart") or settings.get("smartGraphAttribute"):
        raise not_supported("SmartGraphs")
    if body.get("isDisjoint"):
        raise not_supported("disjoint SmartGraphs")
    if settings.get("replicationFactor") == "satellite" or settings.get("satellites"):
        raise not_supported("SatelliteGraphs")
