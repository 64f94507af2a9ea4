"""The paths of a traversal, in the order in which ArangoDB finds them."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from arango_thinking.embedded.aql.context import Execution
from arango_thinking.embedded.errors import ArangoError
from arango_thinking.embedded.storage.records import Direction


@dataclass(frozen=True)
class Rules:
    """OPTIONS of a traversal. `None` as a set of collections allows all of them."""

    order: str = "dfs"
    unique_vertices: str = "none"
    unique_edges: str = "path"
    vertex_collections: frozenset[str] | None = None
    edge_collections: frozenset[str] | None = None
    weight_attribute: tuple[str, ...] = ()
    default_weight: float = 1


@dataclass(frozen=True)
class Path:
    """A path from the start: the ids of its vertices, the edges between them, and the cost up to each vertex."""

    vertices: tuple[str, ...]
    edges: tuple[dict[str, Any], ...] = ()
    weights: tuple[float, ...] = (0,)

    def longer(self, edge: dict[str, Any], vertex: str, weight: float) -> Path:
        return Path((*self.vertices, vertex), (*self.edges, edge), (*self.weights, self.weights[-1] + weight))


class Waiting:
    """The paths that the search may still extend.

    `take` removes the newest path for the order "dfs", the oldest for "bfs" and the cheapest for "weighted".
    """

    def __init__(self, order: str) -> None:
        self._order = order
        self._paths: deque[Path] = deque()
        self._by_weight: list[tuple[float, int, Path]] = []
        self._count = 0

    def put(self, path: Path) -> None:
        if self._order == "weighted":
            self._count += 1
            heapq.heappush(self._by_weight, (path.weights[-1], self._count, path))
        else:
            self._paths.append(path)

    def take(self) -> Path | None:
        if self._order == "weighted":
            return heapq.heappop(self._by_weight)[2] if self._by_weight else None
        if not self._paths:
            return None
        return self._paths.popleft() if self._order == "bfs" else self._paths.pop()


@dataclass
class Search:
    """One run of a traversal from one start. No path has more than `most` edges."""

    run: Execution
    rules: Rules
    edges: tuple[tuple[str, Direction], ...]
    most: int
    visited: set[str] = field(default_factory=set)

    def paths(self, start: str) -> Iterator[tuple[Path, list[bool]]]:
        """Yield each path with an empty list. To stop the search at that path, the caller appends `True` to it."""
        waiting = Waiting(self.rules.order)
        waiting.put(Path((start,)))
        while (path := waiting.take()) is not None:
            self.run.tick()
            if not self._is_new(path):
                continue
            pruned: list[bool] = []
            yield path, pruned
            if len(path.edges) < self.most and True not in pruned:
                for longer in self._longer(path):
                    waiting.put(longer)

    def _is_new(self, path: Path) -> bool:
        if self.rules.unique_vertices != "global":
            return True
        end = path.vertices[-1]
        if end in self.visited:
            return False
        self.visited.add(end)
        return True

    def _longer(self, path: Path) -> Iterator[Path]:
        end = path.vertices[-1]
        for collection, direction in self.edges:
            for edge in self._edges(collection, end, direction):
                vertex = edge["_to"] if direction == "OUTBOUND" else edge["_from"]
                if self._allows(path, edge, vertex):
                    yield path.longer(edge, vertex, self._weight(edge))

    def _edges(self, collection: str, end: str, direction: Direction) -> list[dict[str, Any]]:
        """The edges of the vertex `end`, in the order in which they were written, as in ArangoDB's edge index."""
        found = list(self.run.transaction.edges(collection, end, direction))
        self.run.statistics.scanned_index += len(found)
        return found

    def _allows(self, path: Path, edge: dict[str, Any], vertex: str) -> bool:
        rules = self.rules
        if rules.vertex_collections is not None and vertex.partition("/")[0] not in rules.vertex_collections:
            return False
        if rules.unique_edges == "path" and any(edge["_id"] == other["_id"] for other in path.edges):
            return False
        return rules.unique_vertices != "path" or vertex not in path.vertices

    def _weight(self, edge: dict[str, Any]) -> float:
        if self.rules.order != "weighted":
            return 1
        value: Any = edge
        for name in self.rules.weight_attribute:
            value = value.get(name) if isinstance(value, dict) else None
        is_weight = isinstance(value, int | float) and not isinstance(value, bool)
        weight = value if is_weight else self.rules.default_weight
        if weight < 0:
            raise ArangoError(1948)
        return float(weight) if isinstance(weight, float) else weight
