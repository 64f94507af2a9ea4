"""Documents that failed, made due again."""

from __future__ import annotations

from collections.abc import Sequence

from arango_thinking.store.audit import Audit
from arango_thinking.store.records import Selection
from arango_thinking.store.schema import FAILURES
from arango_thinking.store.store import Store


def retry_failures(store: Store, selection: Selection, keys: Sequence[str] | None = None) -> int:
    """Make failed documents due at once, those with these keys or all, also ones given up. Returns how many.

    Raises `ConfigurationError` when the collection is not there or the filter is none.
    """
    store.require(selection.collection)
    if selection.filter:
        store.check_filter(selection)
    if not store.has_collection(FAILURES):
        return 0
    return Audit(store.connection).retry_failures(selection.collection, keys, selection.filter)
