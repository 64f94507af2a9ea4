"""Which collections a query reads and writes, and in what order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from arango_thinking.embedded.aql import syntax as s
from arango_thinking.embedded.errors import ArangoError


@dataclass(frozen=True)
class Usage:
    """Every use of a collection, in the order of the query: (collection, whether it is written)."""

    uses: tuple[tuple[s.Collection, bool], ...]

    @classmethod
    def of(cls, body: s.Body) -> Usage:
        return cls(tuple(_uses(body)))

    @property
    def read(self) -> list[s.Collection]:
        return [collection for collection, written in self.uses if not written]

    @property
    def written(self) -> list[s.Collection]:
        return [collection for collection, written in self.uses if written]

    def check(self, name_of: Callable[[s.Collection], str]) -> None:
        """Raises 1579 if a collection is used after it was written."""
        changed: set[str] = set()
        for collection, written in self.uses:
            name = name_of(collection)
            if name in changed:
                raise ArangoError(1579, name)
            if written:
                changed.add(name)


def _uses(node: s.Node) -> Iterator[tuple[s.Collection, bool]]:
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
