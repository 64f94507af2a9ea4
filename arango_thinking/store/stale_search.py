"""The progress of the search for enhanced documents whose source changed, kept from one run to the next.

A search goes through the traces of a collection in key order, some of them in each run. When a search has gone through
all of them and found nothing, there is nothing to search until the collection has another revision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: The shards of a cluster do not keep a collection's revision in step, so an unchanged one is trusted only this long.
TRUSTED_SECONDS = 24 * 60 * 60
#: That of aql/parts/source_hash.aql: with another one a search begins anew, and gives it to all traces.
HASH_VERSION = 2


@dataclass(slots=True)
class StaleSearch:
    """What a run has to search, and how far it came."""

    #: Identifies the state of the collection now: its revision and the filter.
    mark: str = ""
    #: The most traces to search in this run; 0 when there is nothing to search.
    limit: int = 0
    #: The key of the trace after which the search continues; "" when it begins at the first.
    after: str = ""
    #: What `mark` was when the search began at the first trace, and whether it has found anything since.
    began: str = ""
    found: bool = False
    #: What `mark` was when a whole search had found nothing, and when that was, in seconds since 1970.
    clean: str = ""
    clean_at: float = 0.0
    searched: int = 0
    #: The key of the run that searches: it skips the traces that it wrote itself.
    run: str = ""

    @classmethod
    def resume(cls, notes: Mapping[str, Any], mark: str, limit: int, now: float) -> StaleSearch:
        """The search that the last run left in its notes, or a new one. Its `limit` is 0 when no search is needed."""
        search = cls(mark, limit, **{name: notes[name] for name in _NOTED if name in notes})
        if not search.after or _filter(search.began) != _filter(mark):
            search.after, search.began, search.found = "", mark, False
        if search.clean == mark and now - search.clean_at < TRUSTED_SECONDS:
            search.limit = 0
        return search

    @property
    def left(self) -> int:
        """How many more traces this run may search."""
        return self.limit - self.searched

    def advance(self, traces: int, last: str | None, *, found: bool, is_last: bool, now: float) -> None:
        """Count a page of traces, the last of which has the key `last`."""
        self.searched += traces
        self.found = self.found or found
        self.after = last or ""
        if not is_last:
            return
        self.after, self.limit = "", self.searched
        if not self.found:
            self.clean, self.clean_at = self.began, now

    def notes(self) -> dict[str, Any]:
        """What the next run needs to continue the search."""
        return {name: getattr(self, name) for name in _NOTED}


def mark_of(revision: str, filter_: str | None) -> str:
    """A text that identifies the state of a collection, as a filter shows it."""
    return f"{revision}/{HASH_VERSION} {filter_ or ''}"


def _filter(mark: str) -> str:
    return mark.partition(" ")[2]


_NOTED = ("after", "began", "found", "clean", "clean_at")
