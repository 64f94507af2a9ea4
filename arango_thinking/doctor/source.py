"""Checks of the source collection: its documents, what may be written to it, and the evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from arango_thinking.doctor.findings import Finding, ok, skipped, warning, wrong
from arango_thinking.doctor.patient import NO_CONFIG, Patient
from arango_thinking.documents.bookkeeping import ATTRIBUTES
from arango_thinking.documents.layouts import (
    SYSTEM_ATTRIBUTES,
    Document,
    Example,
    container,
    enhanced_copy,
    enhancement,
)
from arango_thinking.errors import DocumentError
from arango_thinking.store.records import Selection
from arango_thinking.store.schema import edges_from, indexes_of

_EDGES = 3
_SHOWN = 3


def documents(patient: Patient) -> Finding:
    """How many are pending, and whether the first of them can be read."""
    count = patient.store.count_pending(Selection(patient.selection.collection), patient.path, NO_CONFIG).pending
    kind = "edges" if patient.properties.get("type") == _EDGES else "documents"
    what = f"{count:,} pending {kind}"
    if not count:
        return ok("documents", what)
    bad = Counter(str(example) for _, example in patient.examples if isinstance(example, DocumentError))
    layouts = Counter(str(example.layout) for _, example in patient.examples if isinstance(example, Example))
    told = ", ".join(f"{number} {layout}" for layout, number in layouts.most_common())
    if not bad:
        return ok("documents", f"{what}; of the first {len(patient.examples)}: {told}")
    reasons = "; ".join(f"{reason} ({number})" for reason, number in bad.most_common(_SHOWN))
    what += f"; of the first {len(patient.examples)} {bad.total()} cannot be read: {reasons}"
    if not layouts:
        return wrong("documents", what, "Give the collection of Q&A documents, or force a --layout.")
    return warning("documents", what, "A run leaves these alone and counts them as unchanged.")


def schema(patient: Patient) -> Finding:
    """Whether the collection's schema would refuse an enhanced document, and for which field."""
    found = patient.properties.get("schema")
    if not found:
        return ok("schema", "none")
    level = found.get("level", "strict")
    if level in ("none", "new"):
        return ok("schema", f"of level {level}: changes are not checked")
    refused = next(_refusals(patient, found["rule"], level), None)
    if refused is not None:
        to_do = f"Allow {', '.join(ATTRIBUTES[:4])} in the collection's schema, or lower its level."
        return wrong("schema", f"of level {level}, refuses an enhanced document: {refused}", to_do)
    if not any(isinstance(example, Example) for _, example in patient.examples):
        return skipped("schema", f"of level {level}; there is no pending document to try")
    return ok("schema", f"of level {level}, allows what is written")


def _refusals(patient: Patient, rule: dict[str, Any], level: str) -> Iterator[str]:
    import jsonschema  # the import takes a while, and few collections have a schema

    validator = jsonschema.Draft4Validator(rule)
    for pending, example in patient.examples:
        if isinstance(example, DocumentError):
            continue
        before, after = pending.document, enhanced(pending.document, example)
        if level == "moderate" and not validator.is_valid(_own(before)):
            continue  # the database does not check changes of a document that did not fit before
        for error in validator.iter_errors(_own(after)):
            yield f"{before['_id']} at {error.json_path.replace('$', 'the document', 1)}: {error.message[:300]}"


def enhanced(document: Document, example: Example) -> Document:
    """The document as a run would leave it."""
    return enhanced_copy(
        document, enhancement(document, example.layout, thinking="So it is.", iterations=1, converged=True)
    )


def _own(document: Document) -> Document:
    """The attributes that a schema sees."""
    hidden = SYSTEM_ATTRIBUTES | {"_from", "_to"}
    return {name: value for name, value in document.items() if name not in hidden}


def _written_at_top(patient: Patient) -> set[str]:
    """The top-level attributes that a run changes in the sample; without a sample, all that it may change."""
    containers = {container(example.layout) for _, example in patient.examples if isinstance(example, Example)}
    paths = [(*place, field) for place in containers or {(), ("metadata",)} for field in ATTRIBUTES]
    return {path[0] for path in paths}


def computed_values(patient: Patient) -> Finding:
    """Whether the database overwrites what is written with computed values."""
    ours = _written_at_top(patient)
    over = [
        value["name"]
        for value in patient.properties.get("computedValues") or ()
        if value["name"] in ours and value.get("overwrite") and "update" in value.get("computeOn", ["update"])
    ]
    if over:
        what = f"the database computes {', '.join(over)} at each update, and overwrites what is written there"
        return wrong(
            "computed values",
            what,
            "Remove these computed values from the collection, or set their overwrite to false.",
        )
    return ok("computed values", "none of what is written")


def shard_keys(patient: Patient) -> Finding:
    """Whether a run writes to a shard key, which cannot be changed."""
    smart = [patient.properties.get(name) for name in ("smartGraphAttribute", "smartJoinAttribute")]
    keys = [key.strip(":") for key in (*(patient.properties.get("shardKeys") or ()), *smart) if key]
    ours = _written_at_top(patient)
    parts = {key: key.partition(".") for key in keys}
    fixed = [key for key, (top, _, rest) in parts.items() if top in ours and (rest or top) in ATTRIBUTES]
    if fixed:
        return wrong(
            "shard keys", f"{', '.join(fixed)} cannot change", "Use a collection sharded by another attribute."
        )
    return ok("shard keys", "none of what is written")


def expiry(patient: Patient) -> Finding:
    """Whether the database removes documents by itself, with the thinking that a run has paid for."""
    for index in indexes_of(patient.connection, patient.selection.collection):
        if index["type"] == "ttl":
            when = f"{index['expiry_time']:,.0f} s after the time in {', '.join(index['fields'])}"
            to_do = "What is enhanced goes with them: `export` it before that, or drop the index."
            return warning("expiry", f"the ttl index {index['name']} removes documents {when}", to_do)
    return ok("expiry", "no ttl index removes documents")


def evidence(patient: Patient) -> Finding:
    """Whether the edges to source paragraphs are there and lead from pending documents to texts."""
    edges = patient.selection.evidence_edges
    if edges is None:
        found = edges_from(patient.connection, patient.selection.collection)
        if not found:
            return skipped("evidence", "no --evidence-edges")
        what = f"edges of {', '.join(found)} lead from these documents, and --evidence-edges is not given"
        return warning("evidence", what, f"With --evidence-edges {found[0]} the models see the paragraphs.")
    if edges not in patient.names:
        return wrong("evidence", f"there is no collection {edges}", "Import the edges, or correct --evidence-edges.")
    if patient.connection.get(f"/_api/collection/{edges}")["type"] != _EDGES:
        return wrong("evidence", f"{edges} holds documents, not edges", "Give the collection of edges.")
    sample = patient.sampled(patient.selection, len(patient.pending) or 1)
    if not sample:
        return skipped("evidence", "no document is pending")
    supplied = sum(bool(pending.evidence) for pending in sample)
    what = f"{supplied} of the first {len(sample)} pending documents have source paragraphs"
    if not supplied:
        to_do = "Their _from must be the Q&A documents, their _to documents with text or content."
        return warning("evidence", what, to_do)
    return ok("evidence", what)
