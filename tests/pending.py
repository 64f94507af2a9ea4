"""Pending documents, as a run reads them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from arango_thinking.store.records import Pending, Selection
from arango_thinking.store.store import Store


def all_pending(
    store: Store, selection: Selection, config: str = "", path: Sequence[str] | None = None, page: int = 100
) -> list[Pending]:
    """All pending documents of a selection, read in pages of so many keys."""
    where = path or store.iterations_path(selection.collection, selection.layout)
    with closing(store.pending_keys(selection, where)) as keys:
        return [one for found in keys.pages(page) for one in store.pending(selection, found, config)]
