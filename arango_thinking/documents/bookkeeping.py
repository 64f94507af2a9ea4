"""Record the attributes that enhancement will overwrite in a document, so that they can be restored."""

from __future__ import annotations

from typing import Any

from arango_thinking.documents.layouts import Document, Layout, container

#: All attributes that enhancement writes, at the top level or in `metadata`; see the README.
ATTRIBUTES = (
    "thinking",
    "original_thinking",
    "thinking_iterations",
    "thinking_converged",
    "thinking_iterations_detail",
)


def before(document: Document, layout: Layout) -> Document:
    """What is needed to restore the document: those of `ATTRIBUTES` that it has, and the state of `metadata`.

    `place` is "none" when there is no `metadata`, "null" when it is null, else "object".
    """
    place = _place(document, layout)
    values = place or {}
    kind = "object" if isinstance(place, dict) else "null" if "metadata" in document else "none"
    return {"place": kind, "values": {name: values[name] for name in ATTRIBUTES if name in values}}


def restored(document: Document, layout: Layout, was: Document) -> Document:
    """The document with its bookkeeping as `before` found it. All else stays as it is now, in its present order."""
    values = {
        name: was["values"].get(name, value)
        for name, value in (_place(document, layout) or {}).items()
        if name not in ATTRIBUTES or name in was["values"]
    }
    values |= {name: value for name, value in was["values"].items() if name not in values}
    if not container(layout):
        return values
    if was["place"] == "object" or values:
        return {**document, "metadata": values}
    if was["place"] == "null":
        return {**document, "metadata": None}
    return {name: value for name, value in document.items() if name != "metadata"}


def _place(document: Document, layout: Layout) -> dict[str, Any] | None:
    if not container(layout):
        return document
    place = document.get("metadata")
    return place if isinstance(place, dict) else None
