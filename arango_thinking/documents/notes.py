"""What is kept word for word of what may be said of millions of documents: the first thousand of a kind."""

from __future__ import annotations

from typing import TypeVar

Item = TypeVar("Item")

#: How many are kept word for word; all are counted, which is the caller's to do.
KEPT = 1000


class Notes(list[Item]):
    """A list of the first `KEPT` items that were noted; later ones are dropped, so that memory stays flat."""

    def note(self, item: Item) -> None:
        """Keep the item, unless `KEPT` are kept already."""
        if len(self) < KEPT:
            self.append(item)
