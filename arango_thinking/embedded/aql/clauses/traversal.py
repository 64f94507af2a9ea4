"""Graph traversals: over edge collections or over a named graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.clauses import options
from arango_thinking.embedded.aql.clauses.paths import Path, Rules, Search
from arango_thinking.embedded.aql.context import Evaluate, Execution, Operator, Row, StageError, document_by_id
from arango_thinking.embedded.aql.expressions import compile_expression
from arango_thinking.embedded.aql.folding import folded, is_foldable
from arango_thinking.embedded.aql.parsing import syntax as s
from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.records import Direction

GRAPHS = "_graphs"
#: ANY follows the outbound edges first.
DIRECTIONS: dict[str, tuple[Direction, ...]] = {
    "OUTBOUND": ("OUTBOUND",), "INBOUND": ("INBOUND",), "ANY": ("OUTBOUND", "INBOUND"),
}  # fmt: skip
ALLOWED = {
    "order": ("dfs", "bfs", "weighted"),
    "uniqueVertices": ("none", "path", "global"),
    "uniqueEdges": ("path", "none"),
}

Edges = tuple[tuple[str, Direction], ...]


@dataclass(frozen=True)
class Traversal:
    """A compiled traversal."""

    run: Execution
    rules: Rules
    edges: Edges
    least: int
    most: int
    slots: tuple[int, ...]
    prune: Evaluate | None
    prune_slot: int | None

    def rows(self, row: Row, start: str) -> Iterator[Row]:
        """A row for each path of `least` to `most` edges."""
        documents: dict[str, Any] = {}
        for path, pruned in Search(self.run, self.rules, self.edges, self.most).paths(start):
            if self.prune is None and len(path.edges) < self.least:
                continue
            here = self._row(row, path, documents)
            pruned.append(self._is_pruned(here))
            if len(path.edges) >= self.least:
                yield here

    def _row(self, row: Row, path: Path, documents: dict[str, Any]) -> Row:
        here = row.copy()
        here[self.slots[0]] = self._vertex(path.vertices[-1], documents)
        if len(self.slots) > 1:
            here[self.slots[1]] = path.edges[-1] if path.edges else None
        if len(self.slots) > 2:
            vertices = [self._vertex(vertex, documents) for vertex in path.vertices]
            weights = [v.normalized(weight) for weight in path.weights]
            here[self.slots[2]] = {"vertices": vertices, "edges": list(path.edges), "weights": weights}
        return here

    def _is_pruned(self, row: Row) -> bool:
        if self.prune is None:
            return False
        value = self.prune(row)
        if self.prune_slot is not None:
            row[self.prune_slot] = value
        return v.truth(value)

    def _vertex(self, identifier: str, documents: dict[str, Any]) -> Any:
        """The document of a vertex. If it does not exist, the result is null, with a warning."""
        if identifier not in documents:
            documents[identifier] = document_by_id(self.run, identifier)
            if documents[identifier] is None:
                self.run.warn(1202, f"vertex '{identifier}' not found")
        return documents[identifier]


def compile_traversal(clause: s.Traverse, run: Execution) -> Operator:
    _check_start(clause.start, run)
    start = compile_expression(clause.start, run)
    traversal = _traversal(clause, run)
    run.steps.append({"type": "TraversalNode", "edgeCollections": sorted({name for name, _ in traversal.edges})})

    def traverse(rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            identifier = _start_id(start(row), run)
            if identifier is not None:
                yield from traversal.rows(row, identifier)

    return traverse


def _check_start(node: s.Node, run: Execution) -> None:
    if is_foldable(node, run) and not isinstance(folded(node, run), str | dict):
        message = "invalid start vertex. Must either be an _id string or an object with _id."
        raise StageError(1501, message)


def _traversal(clause: s.Traverse, run: Execution) -> Traversal:
    least, most = _depth(clause.depth, run)
    prune, rules = clause.prune, _rules(clause.options, run)
    return Traversal(
        run=run,
        rules=rules,
        edges=_restricted(_graph_edges(clause.graph, run) if clause.graph else _edges(clause.edges, run), rules),
        least=least,
        most=most,
        slots=tuple(variable.slot for variable in clause.variables),
        prune=compile_expression(prune.condition, run) if prune else None,
        prune_slot=prune.variable.slot if prune and prune.variable else None,
    )


def _restricted(edges: Edges, rules: Rules) -> Edges:
    allowed = rules.edge_collections
    return edges if allowed is None else tuple(edge for edge in edges if edge[0] in allowed)


def _edges(sources: Iterable[s.EdgeSource], run: Execution) -> Edges:
    """The edge collections to follow, each once. Raises `StageError` 1218 when one is given with two directions."""
    chosen: dict[str, str] = {}
    for source in sources:
        name = _edge_collection(run.written_name(source.collection), run)
        if chosen.setdefault(name, source.direction) != source.direction:
            raise StageError(1218, f"conflicting directions specified for collection '{name}'")
    return tuple((name, one) for name, direction in chosen.items() for one in DIRECTIONS[direction])


def _graph_edges(graph: s.Graph, run: Execution) -> Edges:
    name = compile_expression(graph.name, run)([])
    if not isinstance(name, str):
        raise ArangoError(1553, getattr(graph.name, "name", ""))
    definition = run.transaction.get(GRAPHS, name)
    if definition is None:
        raise ArangoError(1924, name)
    names = sorted(_edge_collection(edge["collection"], run) for edge in definition["edgeDefinitions"])
    return tuple((one, direction) for one in names for direction in DIRECTIONS[graph.direction])


def _edge_collection(name: str, run: Execution) -> str:
    info = run.transaction.collection(name)
    if not info.is_edge:
        message = f"collection type invalid for collection '{info.name}': expecting collection type 'edge'"
        raise StageError(1218, message)
    return info.name


def _depth(node: s.Node | None, run: Execution) -> tuple[int, int]:
    if node is None:
        return 1, 1
    bounds = (node.lower, node.upper) if isinstance(node, s.Range) else (node, node)
    if not all(is_foldable(bound, run) for bound in bounds):
        raise StageError(1501, "invalid traversal depth")
    least, most = (folded(bound, run) for bound in bounds)
    if not all(v.is_number(bound) and bound >= 0 and bound == int(bound) for bound in (least, most)) or least > most:
        raise StageError(1501, "invalid traversal depth")
    return int(least), int(most)


def _rules(node: s.Node | None, run: Execution) -> Rules:
    given = options.read_options(node, "TRAVERSAL", options.TRAVERSAL, run)
    if "bfs" in given and "order" in given:
        options.warn("order", "TRAVERSAL", "unknown", run)
    if str(given.get("uniqueEdges", "")).lower() == "global":
        raise StageError(
            10,
            "uniqueEdges: 'global' is not supported, due to otherwise unpredictable results. "
            "Use 'path' or 'none' instead",
        )
    order, vertices, edges = (_chosen(given, name) for name in ALLOWED)
    if vertices == "global" and order == "dfs":
        raise StageError(
            10,
            "uniqueVertices: 'global' is only supported, with mode: bfs|weighted "
            "due to otherwise unpredictable results.",
        )
    weight_attribute, default_weight = _weighing(given)
    return Rules(
        order=order,
        unique_vertices=vertices,
        unique_edges=edges,
        vertex_collections=_restriction(given, "vertexCollections"),
        edge_collections=_restriction(given, "edgeCollections"),
        weight_attribute=weight_attribute,
        default_weight=default_weight,
    )


def _chosen(given: dict[str, Any], name: str) -> str:
    """The value of an option, or its default if the given value is not allowed.

    Raises `StageError` 10 when the value of `order` is not allowed.
    """
    if name == "order" and "bfs" in given:
        return "bfs" if given["bfs"] is True else "dfs"
    value, allowed = given.get(name), ALLOWED[name]
    if isinstance(value, str) and value.lower() in allowed:
        return value.lower()
    if name == "order" and value is not None:
        raise StageError(10, "mode: unknown mode")
    return allowed[0]


def _restriction(given: dict[str, Any], option: str) -> frozenset[str] | None:
    value = given.get(option, [])
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        what = "collection restrictions option must be either a string or an array of collection names"
        raise StageError(10, what)
    return frozenset(names) if names else None


def _weighing(given: dict[str, Any]) -> tuple[tuple[str, ...], float]:
    attribute, default = given.get("weightAttribute"), given.get("defaultWeight")
    path = attribute if isinstance(attribute, list) else [attribute]
    weight = v.to_number(default) if v.is_number(default) else 1
    if weight < 0:
        raise StageError(1948, "negative edge weight found")
    return tuple(one for one in path if isinstance(one, str)), weight


def _start_id(value: Any, run: Execution) -> str | None:
    identifier = value.get("_id") if isinstance(value, dict) else value
    if isinstance(identifier, str) and "/" in identifier:
        return identifier
    run.warn(10, "Invalid input for traversal: Only id strings or objects with _id are allowed")
    return None
