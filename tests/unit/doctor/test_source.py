from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from arango_thinking.doctor import source
from arango_thinking.doctor.findings import Level
from arango_thinking.doctor.patient import Patient
from arango_thinking.store.records import Selection
from arango_thinking.store.store import Store
from tests.pretending import Pretending
from tests.unit.cli.conftest import messages_document

PROPERTIES = "GET /_api/collection/qa_pairs/properties"
FLAT = {"question": "Why?", "answer": "So.", "thinking": "thin"}
CLOSED = {"properties": {name: {} for name in FLAT}, "additionalProperties": False}
#: Allows no more in metadata than is there.
CLOSED_WITHIN = {"properties": {"metadata": {"properties": {"thinking": {}}, "additionalProperties": False}}}


def put(patient: Patient, *documents: dict[str, Any], collection: str = "qa_pairs") -> None:
    for document in documents:
        patient.connection.database.collection(collection).insert(dict(document))


def with_schema(pretender: Pretending, rule: dict[str, Any], level: str = "strict") -> None:
    pretender.replies[PROPERTIES] = {"schema": {"rule": rule, "level": level, "message": "no"}}


def test_documents_are_counted_and_read(patient: Patient) -> None:
    put(patient, messages_document("a"), {**FLAT, "_key": "b"}, {**FLAT, "thinking_iterations": 1})
    found = source.documents(patient)
    assert found.level is Level.OK
    assert found.what == "2 pending documents; of the first 2: 1 messages, 1 flat"


def test_nothing_pending_is_fine(patient: Patient) -> None:
    assert source.documents(patient).what == "0 pending documents"


def test_documents_that_cannot_be_read_are_told_with_the_reason(patient: Patient) -> None:
    put(patient, FLAT, {"question": "Why?"}, {"question": "How?"})
    found = source.documents(patient)
    assert found.level is Level.WARNING
    assert "2 cannot be read: looks like a question without an answer (2)" in found.what


def test_a_collection_without_a_single_question_is_the_wrong_one(patient: Patient) -> None:
    put(patient, {"text": "A paragraph."})
    found = source.documents(patient)
    assert (found.level, found.exit_code) == (Level.ERROR, 2)


@pytest.mark.parametrize(
    ("rule", "document", "says"),
    [
        (CLOSED, FLAT, "'original_thinking', 'thinking_converged', 'thinking_iterations' were unexpected"),
        (CLOSED_WITHIN, messages_document("a"), "at the document.metadata: Additional properties"),
        ({"properties": {"thinking_converged": {"type": "string"}}}, FLAT, "thinking_converged: True is not of type"),
    ],
)
def test_a_schema_that_refuses_our_fields_names_them(
    pretender: Pretending, patient: Patient, rule: dict[str, Any], document: dict[str, Any], says: str
) -> None:
    put(patient, document)
    with_schema(pretender, rule)
    found = source.schema(patient)
    assert (found.level, found.exit_code) == (Level.ERROR, 2)
    assert says in found.what
    assert "thinking_iterations" in found.to_do


@pytest.mark.parametrize(("level", "expected"), [("none", Level.OK), ("new", Level.OK), ("moderate", Level.ERROR)])
def test_the_level_counts(pretender: Pretending, patient: Patient, level: str, expected: Level) -> None:
    put(patient, FLAT)
    with_schema(pretender, CLOSED, level)
    assert source.schema(patient).level is expected


def test_a_moderate_schema_lets_be_what_did_not_fit_before(pretender: Pretending, patient: Patient) -> None:
    put(patient, {**FLAT, "odd": 1})
    with_schema(pretender, CLOSED, "moderate")
    assert source.schema(patient).level is Level.OK


def test_a_schema_that_allows_them(pretender: Pretending, patient: Patient) -> None:
    assert source.schema(patient).what == "none"
    with_schema(pretender, {"required": ["question"]})
    assert source.schema(replace(patient)).level is Level.SKIPPED
    put(patient, FLAT)
    assert source.schema(replace(patient)).level is Level.OK


@pytest.mark.parametrize(
    ("value", "level"),
    [
        ({"name": "thinking", "overwrite": True, "computeOn": ["insert", "update"]}, Level.ERROR),
        ({"name": "thinking", "overwrite": True}, Level.ERROR),
        ({"name": "thinking", "overwrite": False, "computeOn": ["update"]}, Level.OK),
        ({"name": "thinking", "overwrite": True, "computeOn": ["insert"]}, Level.OK),
        ({"name": "metadata", "overwrite": True, "computeOn": ["update"]}, Level.OK),
        ({"name": "modified", "overwrite": True, "computeOn": ["update"]}, Level.OK),
    ],
)
def test_computed_values(pretender: Pretending, patient: Patient, value: dict[str, Any], level: Level) -> None:
    put(patient, FLAT)
    pretender.replies[PROPERTIES] = {"computedValues": [value]}
    assert source.computed_values(patient).level is level


def test_a_computed_metadata_matters_where_thinking_is_in_it(pretender: Pretending, patient: Patient) -> None:
    put(patient, messages_document("a"))
    pretender.replies[PROPERTIES] = {"computedValues": [{"name": "metadata", "overwrite": True}]}
    assert "metadata" in source.computed_values(patient).what


@pytest.mark.parametrize(
    ("properties", "level"),
    [
        ({}, Level.OK),
        ({"shardKeys": ["_key"]}, Level.OK),
        ({"shardKeys": ["thinking_converged"]}, Level.ERROR),
        ({"shardKeys": ["document_id"], "smartGraphAttribute": "thinking"}, Level.ERROR),
        ({"smartJoinAttribute": "region"}, Level.OK),
    ],
)
def test_shard_keys(pretender: Pretending, patient: Patient, properties: dict[str, Any], level: Level) -> None:
    put(patient, FLAT)
    pretender.replies[PROPERTIES] = properties
    assert source.shard_keys(patient).level is level


def test_a_shard_key_within_metadata(pretender: Pretending, patient: Patient) -> None:
    pretender.replies[PROPERTIES] = {"shardKeys": ["metadata.thinking_iterations"]}
    assert source.shard_keys(patient).level is Level.ERROR


def test_a_ttl_index_on_the_source_is_told(patient: Patient) -> None:
    assert source.expiry(patient).level is Level.OK
    index = {"type": "ttl", "name": "old", "fields": ["created"], "expireAfter": 86400}
    patient.connection.database.collection("qa_pairs").add_index(index)
    found = source.expiry(patient)
    assert found.level is Level.WARNING
    assert found.what == "the ttl index old removes documents 86,400 s after the time in created"


def test_evidence(patient: Patient) -> None:
    assert source.evidence(patient).level is Level.SKIPPED
    edges = patient.connection.database.create_collection("links", edge=True)
    edges.insert({"_from": "other/a", "_to": "document_objects/p"})
    assert source.evidence(patient).level is Level.SKIPPED
    edges.insert({"_from": "qa_pairs/a", "_to": "document_objects/p"})
    assert source.evidence(patient).to_do == "With --evidence-edges links the models see the paragraphs."
    wanted = replace(patient, selection=Selection("qa_pairs", evidence_edges="qa_relationships"))
    assert "no collection qa_relationships" in source.evidence(wanted).what
    store = Store(patient.connection)
    store.create_collection("document_objects", edge=False)
    store.create_collection("qa_relationships", edge=True)
    assert source.evidence(replace(wanted)).what == "no document is pending"
    put(patient, messages_document("a"), messages_document("b"))
    found = source.evidence(replace(wanted))
    assert (found.level, bool(found.to_do)) == (Level.WARNING, True)
    put(patient, {"_key": "p", "text": "A paragraph."}, collection="document_objects")
    put(patient, {"_from": "qa_pairs/a", "_to": "document_objects/p"}, collection="qa_relationships")
    found = source.evidence(replace(wanted))
    assert (found.level, found.what) == (Level.OK, "1 of the first 2 pending documents have source paragraphs")


def test_evidence_that_is_no_edges(patient: Patient) -> None:
    wanted = replace(patient, selection=Selection("qa_pairs", evidence_edges="thinking_runs"))
    assert "not edges" in source.evidence(wanted).what
