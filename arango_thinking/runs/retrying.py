"""Make documents that failed due again."""

from __future__ import annotations

from collections.abc import Sequence

from arango_thinking.store.audit import Audit
from arango_thinking.store.records import Selection
from arango_thinking.store.schema import FAILURES
from arango_thinking.store.store import Store


def retry_failures(store: Store, selection: Selection, keys: Sequence[str] | None = None) -> int:
    """Make failed documents due at once, all or those with these keys, also those given up. Returns how many.

    Raises `ConfigurationError` when the collection does not exist or the filter is not a valid expression.
    """
    store.require(selection.collection)
    if selection.filter:
        store.check_filter(selection)
    if not store.has_collection(FAILURES):
        return 0
    return Audit(store.connection).retry_failures(selection.collection, keys, selection.filter)
