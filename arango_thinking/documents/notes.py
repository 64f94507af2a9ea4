"""Keep remarks about documents, but only the first thousand of a kind, as there may be millions."""

from __future__ import annotations

from typing import TypeVar

Item = TypeVar("Item")

#: How many items are kept. The caller counts all of them.
KEPT = 1000


class Notes(list[Item]):
    """A list of the first `KEPT` items that were noted. Later ones are dropped, so that memory stays flat."""

    def note(self, item: Item) -> None:
        """Keep the item, unless `KEPT` are kept already."""
        if len(self) < KEPT:
            self.append(item)
