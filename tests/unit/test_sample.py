from __future__ import annotations

import pytest

from arango_thinking.documents.checking import check_document, doubts
from arango_thinking.documents.layouts import Document, read_example
from arango_thinking.sample import load_sample, sample_path

SAMPLE = load_sample()


def ids(documents: list[Document], collection: str) -> list[str]:
    return [f"{collection}/{document['_key']}" for document in documents]


def test_the_sample_is_one_document_a_line() -> None:
    lines = sample_path().read_text(encoding="utf-8").splitlines()
    assert len(SAMPLE.qa_pairs) == len(lines) >= 10


@pytest.mark.parametrize("documents", SAMPLE, ids=SAMPLE._fields)
def test_keys_are_unique(documents: list[Document]) -> None:
    keys = [document["_key"] for document in documents]
    assert len(set(keys)) == len(keys) > 0


@pytest.mark.parametrize("document", SAMPLE.qa_pairs, ids=ids(SAMPLE.qa_pairs, "qa_pairs"))
def test_every_document_can_be_enhanced_and_is_pending(document: Document) -> None:
    check_document(document)
    assert doubts(document) == []
    example = read_example(document, source=document["_key"])
    assert example.thinking
    assert example.evidence == (), "evidence is apart, behind the edges"
    assert "thinking_iterations" not in document["metadata"]


def test_every_document_has_evidence_behind_edges_that_lead_somewhere() -> None:
    ends = [(edge["_from"], edge["_to"]) for edge in SAMPLE.qa_relationships]
    assert {start for start, _ in ends} == set(ids(SAMPLE.qa_pairs, "qa_pairs"))
    assert {end for _, end in ends} == set(ids(SAMPLE.document_objects, "document_objects"))


def test_paragraphs_have_text() -> None:
    texts = [paragraph["text"] for paragraph in SAMPLE.document_objects]
    assert all(text.strip() for text in texts)
    assert len(set(texts)) == len(texts)


def test_each_load_is_ones_own() -> None:
    first = load_sample()
    first.qa_pairs[0]["metadata"].clear()
    assert load_sample() == SAMPLE
