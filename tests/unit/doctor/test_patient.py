"""What the checks have in common to look at: read once, and only read."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from arango_thinking.doctor.patient import Patient
from arango_thinking.documents.layouts import Example, Layout
from arango_thinking.errors import DocumentError
from arango_thinking.settings import DatabaseSettings
from arango_thinking.store import schema
from arango_thinking.store.audit import Audit
from arango_thinking.store.connection import Connection
from arango_thinking.store.records import Selection
from tests.pending import all_pending
from tests.pretending import Pretending, pretending
from tests.unit.cli.conftest import messages_document

FLAT = {"question": "Why?", "answer": "So.", "thinking": "thin"}
PROPERTIES = "GET /_api/collection/qa_pairs/properties"


def put(patient: Patient, *documents: dict[str, Any], collection: str = "qa_pairs") -> None:
    for document in documents:
        patient.connection.database.collection(collection).insert(dict(document))


def keys(pending: Any) -> list[str]:
    return [found.document["_key"] for found in pending]


def with_evidence(patient: Patient) -> Selection:
    """Edges from "a" to a paragraph, and a selection that follows them."""
    database = patient.connection.database
    database.create_collection("document_objects")
    database.create_collection("qa_relationships", edge=True)
    put(patient, {"_key": "p", "text": "A paragraph."}, collection="document_objects")
    put(patient, {"_from": "qa_pairs/a", "_to": "document_objects/p"}, collection="qa_relationships")
    return Selection("qa_pairs", evidence_edges="qa_relationships")


def test_the_collections_are_those_of_the_user_and_ours(patient: Patient) -> None:
    assert patient.names >= {"qa_pairs", *schema.COLLECTIONS}
    assert "nowhere" not in patient.names


def test_the_user_is_the_one_that_the_server_takes_us_for(tmp_path: Path) -> None:
    with pretending(tmp_path, "secret") as (_, url):
        root = DatabaseSettings(url=url, password=SecretStr("secret"))
        with closing(Connection.open(root)) as connection:
            assert Patient(connection, root, Selection("qa_pairs")).user == "root"
            connection.database.create_user("ann", "hers")
            connection.database.update_permission("ann", "ro", "_system")
        ann = DatabaseSettings(url=url, username="ann", password=SecretStr("hers"))
        with closing(Connection.open(ann)) as connection:
            assert Patient(connection, ann, Selection("qa_pairs")).user == "ann"


@pytest.mark.parametrize("said", [None, ""])
def test_without_a_login_or_with_a_token_of_no_name_there_is_no_user(
    pretender: Pretending, patient: Patient, said: str | None
) -> None:
    pretender.replies["POST /_api/cursor"] = {"result": [{"user": said, "now": 0}]}
    assert patient.user is None


def test_properties_are_those_of_the_source_collection(pretender: Pretending, patient: Patient) -> None:
    pretender.replies[PROPERTIES] = {"shardKeys": ["region"]}
    assert (patient.properties["name"], patient.properties["type"]) == ("qa_pairs", 2)
    assert patient.properties["shardKeys"] == ["region"]


@pytest.mark.parametrize(
    ("document", "path"),
    [(messages_document("a"), ["metadata", "thinking_iterations"]), (FLAT, ["thinking_iterations"])],
)
def test_the_path_is_where_its_documents_keep_their_count(
    patient: Patient, document: dict[str, Any], path: list[str]
) -> None:
    put(patient, document)
    assert patient.path == path


def test_only_the_first_pending_documents_are_looked_at(patient: Patient) -> None:
    enhanced = messages_document("000", thinking_iterations=2)
    put(patient, enhanced, *(messages_document(f"{number:03}") for number in range(1, 105)))
    assert keys(patient.pending) == [f"{number:03}" for number in range(1, 101)]


def test_documents_that_failed_before_are_among_the_pending(patient: Patient) -> None:
    put(patient, messages_document("a"), messages_document("b"))
    hashes = {found.document["_key"]: found.source_hash for found in patient.pending}
    failure = {"config": "some configuration", "source_hash": hashes["a"], "run": "1"}
    Audit(patient.connection).record_failures({"qa_pairs/a": failure})
    left_out = all_pending(patient.store, Selection("qa_pairs"), "some configuration", patient.path)
    assert keys(left_out) == ["b"]
    assert keys(replace(patient).pending) == ["a", "b"]
    assert keys(patient.sampled(Selection("qa_pairs"), 10)) == ["a", "b"]


def test_the_sample_is_taken_without_filter_and_evidence(patient: Patient) -> None:
    put(patient, messages_document("a"), messages_document("b"))
    selection = replace(with_evidence(patient), filter="doc._key == 'b'")
    pending = replace(patient, selection=selection).pending
    assert [(found.document["_key"], found.evidence) for found in pending] == [("a", ()), ("b", ())]


def test_another_sample_is_taken_as_its_selection_says(patient: Patient) -> None:
    put(patient, *(messages_document(key) for key in "abc"))
    selection = with_evidence(patient)
    first = patient.sampled(selection, 2)
    assert [(found.document["_key"], found.evidence) for found in first] == [("a", ("A paragraph.",)), ("b", ())]
    assert keys(patient.sampled(replace(selection, filter="doc._key > 'a'"), 1)) == ["b"]


def test_each_document_of_the_sample_is_read_or_has_a_reason(patient: Patient) -> None:
    put(patient, messages_document("a"), {**FLAT, "_key": "b"}, {"_key": "c", "question": "Why?"})
    assert keys(pending for pending, _ in patient.examples) == ["a", "b", "c"]
    messages, flat, unreadable = [example for _, example in patient.examples]
    assert isinstance(messages, Example)
    assert (messages.source, messages.layout) == ("qa_pairs/a", Layout.MESSAGES)
    assert isinstance(flat, Example)
    assert (flat.source, flat.layout, flat.answer) == ("qa_pairs/b", Layout.FLAT, "So.")
    assert isinstance(unreadable, DocumentError)
    assert "a question without an answer" in str(unreadable)


def test_what_is_read_once_serves_all_checks(pretender: Pretending, patient: Patient) -> None:
    put(patient, {**FLAT, "_key": "b"})
    read = ("names", "user", "properties", "path", "pending", "examples", "store")
    first = {name: getattr(patient, name) for name in read}
    patient.connection.database.create_collection("another")
    put(patient, *(messages_document(key) for key in "acd"))
    pretender.replies[PROPERTIES] = {"shardKeys": ["region"]}
    pretender.replies["POST /_api/cursor"] = {"result": [{"user": "somebody", "now": 0}]}
    assert all(getattr(patient, name) is value for name, value in first.items())


def test_nothing_is_written(pretender: Pretending, patient: Patient) -> None:
    for name in ("names", "user", "properties", "path", "pending", "examples", "store"):
        getattr(patient, name)
    patient.sampled(patient.selection, 5)
    assert pretender.writes == []
