"""Which collections a query reads and writes, and in what order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from arango_thinking.embedded.aql.context import StageError
from arango_thinking.embedded.aql.parsing import syntax as s

#: Functions that may read documents of any collection.
READING = frozenset({"DOCUMENT"})


@dataclass(frozen=True)
class Usage:
    """Every use of a collection, in the order of the query, with whether the use is a write.

    It also holds the traversals and function calls that may read any collection.
    """

    uses: tuple[tuple[s.Node, bool], ...]

    @classmethod
    def of(cls, body: s.Body) -> Usage:
        return cls(tuple(_uses(body)))

    @property
    def read(self) -> list[s.Collection]:
        return [node for node, written in self.uses if isinstance(node, s.Collection) and not written]

    @property
    def written(self) -> list[s.Collection]:
        return [node for node, written in self.uses if isinstance(node, s.Collection) and written]

    def check(self, name_of: Callable[[s.Collection], str]) -> None:
        """Raises `StageError` 1579 when a collection may be used after it was written."""
        changed: set[str] = set()
        for node, written in self.uses:
            name = name_of(node) if isinstance(node, s.Collection) else None
            if name in changed or (name is None and changed):
                raise StageError(1579, f"access after data-modification by {name or _reader(node)}", "optimizing ast")
            if written and name is not None:
                changed.add(name)


def _reader(node: s.Node) -> str:
    return f"function {node.function}()" if isinstance(node, s.Call) else "traversal"


def _uses(node: s.Node) -> Iterator[tuple[s.Node, bool]]:
    written: s.Collection | None = None
    for child in s.children(node):
        if isinstance(child, s.Write):
            assert isinstance(child.collection, s.Collection)
            written = child.collection
        elif isinstance(child, s.Collection):
            yield child, False
        else:
            yield from _uses(child)
    if written is not None:
        yield written, True
    if isinstance(node, s.Traverse) or (isinstance(node, s.Call) and node.function in READING):
        yield node, False
