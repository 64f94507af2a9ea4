"""Graph traversals over edge collections."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from arango_thinking.embedded.aql import syntax as s
from arango_thinking.embedded.aql import values as v
from arango_thinking.embedded.aql.context import Evaluate, Execution, Operator, Row, document_by_id
from arango_thinking.embedded.aql.expressions import compile_expression, is_constant
from arango_thinking.embedded.errors import ArangoError, not_supported
from arango_thinking.embedded.records import Direction


@dataclass(frozen=True)
class Rules:
    """OPTIONS of a traversal."""

    order: str = "dfs"
    unique_vertices: str = "none"
    unique_edges: str = "path"


@dataclass(frozen=True)
class Path:
    """A way from the start: ids of its vertices and the edges between them."""

    vertices: tuple[str, ...]
    edges: tuple[dict[str, Any], ...] = ()

    def longer(self, edge: dict[str, Any], vertex: str) -> Path:
        return Path((*self.vertices, vertex), (*self.edges, edge))


@dataclass(frozen=True)
class Traversal:
    """A compiled traversal."""

    run: Execution
    rules: Rules
    edges: tuple[tuple[str, Direction], ...]
    least: int
    most: int
    slots: tuple[int, ...]
    prune: Evaluate | None
    prune_slot: int | None

    def rows(self, row: Row, start: str) -> Iterator[Row]:
        """A row for each path of a wanted length."""
        documents: dict[str, Any] = {}
        visited = {start}
        waiting = deque([Path((start,))])
        while waiting:
            path = waiting.popleft() if self.rules.order == "bfs" else waiting.pop()
            self.run.tick()
            here = self._row(row, path, documents)
            pruned = self._pruned(here)
            if len(path.edges) >= self.least:
                yield here
            if len(path.edges) < self.most and not pruned:
                longer = list(self._longer(path, visited))
                waiting.extend(longer if self.rules.order == "bfs" else reversed(longer))

    def _row(self, row: Row, path: Path, documents: dict[str, Any]) -> Row:
        here = row.copy()
        here[self.slots[0]] = self._vertex(path.vertices[-1], documents)
        if len(self.slots) > 1:
            here[self.slots[1]] = path.edges[-1] if path.edges else None
        if len(self.slots) > 2:
            vertices = [self._vertex(vertex, documents) for vertex in path.vertices]
            here[self.slots[2]] = {"vertices": vertices, "edges": list(path.edges)}
        return here

    def _pruned(self, row: Row) -> bool:
        if self.prune is None:
            return False
        value = self.prune(row)
        if self.prune_slot is not None:
            row[self.prune_slot] = value
        return v.truth(value)

    def _vertex(self, identifier: str, documents: dict[str, Any]) -> Any:
        """The document, or null with a warning where an edge leads nowhere."""
        if identifier not in documents:
            documents[identifier] = document_by_id(self.run, identifier)
            if documents[identifier] is None:
                self.run.warn(1202, f"vertex '{identifier}' not found")
        return documents[identifier]

    def _longer(self, path: Path, visited: set[str]) -> Iterator[Path]:
        end = path.vertices[-1]
        for collection, direction in self.edges:
            for edge in self.run.transaction.edges(collection, end, direction):
                self.run.statistics.scanned_index += 1
                vertex = _other_end(edge, end, direction)
                if self._allowed(path, edge, vertex, visited):
                    yield path.longer(edge, vertex)

    def _allowed(self, path: Path, edge: dict[str, Any], vertex: str, visited: set[str]) -> bool:
        if self.rules.unique_edges == "path" and any(edge["_id"] == other["_id"] for other in path.edges):
            return False
        if self.rules.unique_vertices == "path":
            return vertex not in path.vertices
        if self.rules.unique_vertices == "global":
            if vertex in visited:
                return False
            visited.add(vertex)
        return True


def _other_end(edge: dict[str, Any], end: str, direction: str) -> str:
    if direction == "OUTBOUND":
        return str(edge["_to"])
    if direction == "INBOUND":
        return str(edge["_from"])
    return str(edge["_to"] if edge["_from"] == end else edge["_from"])


def compile_traversal(clause: s.Traverse, run: Execution) -> Operator:
    start = compile_expression(clause.start, run)
    traversal = _traversal(clause, run)
    run.steps.append({"type": "TraversalNode", "edgeCollections": [name for name, _ in traversal.edges]})

    def traverse(rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            identifier = _start_id(start(row), run)
            if identifier is not None:
                yield from traversal.rows(row, identifier)

    return traverse


def _traversal(clause: s.Traverse, run: Execution) -> Traversal:
    least, most = _depth(clause.depth, run)
    prune = clause.prune
    edges = tuple((_edge_collection(edge.collection, run), _direction(edge)) for edge in clause.edges)
    return Traversal(
        run=run,
        rules=_rules(clause.options, run),
        edges=edges,
        least=least,
        most=most,
        slots=tuple(variable.slot for variable in clause.variables),
        prune=compile_expression(prune.condition, run) if prune else None,
        prune_slot=prune.variable.slot if prune and prune.variable else None,
    )


def _edge_collection(node: s.Node, run: Execution) -> str:
    info = run.transaction.collection(run.collection_name(node))
    if not info.is_edge:
        raise ArangoError(1237, f"'{info.name}' is not an edge collection")
    return info.name


def _direction(edge: s.EdgeSource) -> Direction:
    directions: dict[str, Direction] = {"OUTBOUND": "OUTBOUND", "INBOUND": "INBOUND", "ANY": "ANY"}
    return directions[edge.direction]


def _depth(node: s.Node | None, run: Execution) -> tuple[int, int]:
    if node is None:
        return 1, 1
    if s.dependencies(node):
        raise ArangoError(1501, "syntax error, a traversal depth needs constants or bind parameters")
    if isinstance(node, s.Range):
        bounds = (compile_expression(node.lower, run)([]), compile_expression(node.upper, run)([]))
    else:
        bounds = (compile_expression(node, run)([]),) * 2
    if not all(v.is_number(bound) and bound >= 0 for bound in bounds) or bounds[0] > bounds[1]:
        raise ArangoError(1501, "invalid traversal depth")
    return int(bounds[0]), int(bounds[1])


ALLOWED = {
    "order": ("dfs", "bfs", "weighted"),
    "uniqueVertices": ("none", "path", "global"),
    "uniqueEdges": ("none", "path"),
}


def _rules(node: s.Node | None, run: Execution) -> Rules:
    if node is None:
        return Rules()
    if not is_constant(node):
        raise ArangoError(1575)
    given: dict[str, Any] = compile_expression(node, run)([])
    chosen = {name: given.get(name, names[0] if name != "uniqueEdges" else "path") for name, names in ALLOWED.items()}
    if given.get("bfs") is True:
        chosen["order"] = "bfs"
    for name, names in ALLOWED.items():
        if chosen[name] not in names:
            raise ArangoError(1501, f"invalid value for the traversal option {name}")
    if chosen["order"] == "weighted" or "weightAttribute" in given:
        raise not_supported("weighted traversals")
    if chosen["uniqueVertices"] == "global" and chosen["order"] != "bfs":
        raise ArangoError(1501, "uniqueVertices: 'global' is only supported with order: 'bfs'")
    return Rules(chosen["order"], chosen["uniqueVertices"], chosen["uniqueEdges"])


def _start_id(value: Any, run: Execution) -> str | None:
    identifier = value.get("_id") if isinstance(value, dict) else value
    if isinstance(identifier, str) and "/" in identifier:
        return identifier
    run.warn(10, "Invalid input for traversal: Only id strings or objects with _id are allowed")
    return None
