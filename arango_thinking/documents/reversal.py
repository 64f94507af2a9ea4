"""Work out how to take one document back: what it was before, and which traces that undoes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from arango_thinking.documents.bookkeeping import before, restored
from arango_thinking.documents.layouts import Document, Layout


@dataclass(frozen=True, slots=True)
class Reversal:
    """The document as it was before, with what others changed since, and what that means for its traces.

    `undone` holds the keys of the traces that are taken back. `again` is the key of the earlier trace whose thinking
    the document then holds. `is_done` says that the document is in that state already.
    """

    document: Document
    undone: tuple[str, ...]
    again: str | None = None
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a document is left as it is."""

    outcome: Literal["unchanged", "conflicted"]
    reason: str


def reversal(document: Document | None, traces: Sequence[Document], run: str | None = None) -> Reversal | Refusal:
    """How to take `document` back to before `run`, or, when no run is given, to before its first enhancement.

    `traces` are the traces that were written into it, oldest first. The last one holds its present thinking.
    """
    if document is None:
        return Refusal("unchanged", "it was removed")
    if not traces:
        return Refusal("unchanged", "this package wrote nothing into it: there is no trace of it")
    last = traces[-1]
    if run is not None and last["run"] != run:
        return Refusal("conflicted", f"a later run wrote it again: take {last['run']} back first")
    undone = [last] if run is not None else _chain(traces)
    was = document
    for trace in undone:
        was = restored(was, Layout(trace["layout"]), trace["before"])
    is_done = was == document
    if not is_done and not is_thinking_of(thinking_in(document, last), last):
        return Refusal("conflicted", "its thinking was edited since")
    again = _standing_again(was, traces[-2:]) if run is not None else None
    return Reversal(was, tuple(trace["_key"] for trace in undone), again, is_done)


def thinking_in(document: Document, trace: Mapping[str, Any]) -> Any:
    """What stands in the document where the trace's thinking was written."""
    return before(document, Layout(trace["layout"]))["values"].get("thinking")


def is_thinking_of(thinking: Any, trace: Mapping[str, Any]) -> bool:
    """Whether this value is the thinking that belongs to the trace."""
    if not isinstance(thinking, str):
        return False
    return bool(hashlib.sha256(thinking.encode()).hexdigest() == trace["thinking_sha256"])


def _chain(traces: Sequence[Document]) -> list[Document]:
    """The last trace and those before it, newest first, down to the one that found the document pending."""
    chain = []
    for trace in reversed(traces):
        chain.append(trace)
        if not _was_enhanced(trace):
            break
    return chain


def _was_enhanced(trace: Mapping[str, Any]) -> bool:
    return trace["before"]["values"].get("thinking_iterations") is not None


def _standing_again(was: Document, traces: Sequence[Document]) -> str | None:
    """The key of the trace before the last, when `was` holds the thinking of that trace; else `None`."""
    earlier, last = traces[0], traces[-1]
    stands = earlier is not last and _was_enhanced(last) and is_thinking_of(thinking_in(was, earlier), earlier)
    return str(earlier["_key"]) if stands else None
