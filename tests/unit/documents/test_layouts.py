"""Documents read as examples, patched and exported."""

import copy
import json

import pytest

from arango_thinking.documents.checking import check_document, doubts
from arango_thinking.documents.layouts import (
    Layout,
    container,
    detect_layout,
    enhanced_copy,
    enhancement,
    export_document,
    is_enhanced,
    read_example,
)
from arango_thinking.errors import DocumentError
from tests.unit.documents.written import ANSWER, DONE, QUESTION, SYSTEM, chat, edge, flat, said


@pytest.mark.parametrize(
    ("document", "layout"),
    [
        (chat(), Layout.MESSAGES),
        (flat(), Layout.FLAT),
        (edge(), Layout.EDGE),
        (flat(messages=None), Layout.FLAT),
        (flat(_from="entities/a"), Layout.FLAT),
        ({**chat(), "_from": "a/b", "_to": "c/d"}, Layout.MESSAGES),
    ],
)
def test_layout_is_told_by_names(document, layout):
    assert detect_layout(document) is layout
    assert container(layout) == (("metadata",) if layout is Layout.MESSAGES else ())


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({}, "nothing to ask"),
        ({"metadata": {}}, "nothing to ask"),
        ({"instruction": "q", "input": "", "output": "a"}, "Alpaca"),
        ({"conversations": []}, "ShareGPT"),
        ({"prompt": "q", "completion": "a"}, "prompt/completion"),
        ({"qa_pairs": [], "document_id": "d"}, "batch"),
        ({"question": "q"}, "a question without an answer"),
        ({"answer": "a"}, "an answer without a question"),
        ({"_from": "a/b", "_to": "c/d", "relationship_type": "CITES"}, "relationship edge"),
        ({"_to": "c/d"}, "relationship edge"),
        ({"_key": "b", "document_id": "d", "text": "..."}, "source paragraph"),
        ({"_type": "text", "content": "..."}, "source paragraph"),
        ({"messages": "x"}, "`messages` is a string"),
    ],
)
def test_what_is_no_question_is_named(document, reason):
    for judge in (detect_layout, check_document):
        with pytest.raises(DocumentError, match=reason):
            judge(document)
    assert len(doubts(document)) == 1


def test_messages_are_read():
    document = chat(SYSTEM, said("Be brief.", "system"), QUESTION, ANSWER, thinking="Basic", evidence=["e1", "e2"])
    example = read_example(document, source="qa/k", evidence=["e2", "e3", " "])
    assert (example.source, example.layout) == ("qa/k", Layout.MESSAGES)
    assert (example.question, example.answer) == ("How many moons has Mars?", "Two.")
    assert example.context == "Document: Mars. Section: moons\n\nBe brief."
    assert example.evidence == ("e1", "e2", "e3")
    assert example.thinking == "Basic"


@pytest.mark.parametrize("evidence", ["e", ["e"]])
@pytest.mark.parametrize("where", ["top", "metadata"])
def test_flat_evidence_is_found_at_the_top_or_in_metadata(evidence, where):
    document = flat(evidence=evidence) if where == "top" else flat(metadata={"evidence": evidence})
    assert read_example(document, source="x").evidence == ("e",)


@pytest.mark.parametrize("evidence", [None, 3, {"a": 1}, ["e", 3], [None]])
def test_evidence_of_another_type_is_not_guessed_at(evidence):
    assert read_example(chat(evidence=evidence), source="x", evidence=["given"]).evidence == ("given",)


@pytest.mark.parametrize(
    ("fields", "context"),
    [
        ({}, ""),
        ({"document_id": "mars"}, "Document: mars"),
        ({"document_id": "mars", "source_section": "mars/moons"}, "Document: mars. Section: mars/moons"),
        ({"document_id": "mars", "source_sections": ["a", "b"]}, "Document: mars. Section: a, b"),
        ({"metadata": {"source_section": "moons"}}, "Section: moons"),
        ({"source_section": "s", "section_summary": "On moons"}, "Section: s. Section summary: On moons"),
        ({"source_document_id": "mars", "section_summary": None, "source_section": " "}, "Document: mars"),
        ({"document_id": 7, "metadata": ["x"]}, ""),
    ],
)
def test_flat_context_comes_from_the_section_fields(fields, context):
    assert read_example(flat(**fields), source="x").context == context
    exported = export_document(flat(**fields))
    assert read_example(exported, source="x").context == context, "the exported example is the same example"


@pytest.mark.parametrize(
    ("document", "thinking"),
    [
        (chat(thinking="outer"), "outer"),
        (chat(QUESTION, {**ANSWER, "thinking": "inline"}), "inline"),
        (chat(QUESTION, {**ANSWER, "thinking": "inline"}, thinking="outer"), "outer"),
        (chat(QUESTION, {**ANSWER, "thinking": "inline"}, thinking=None), None),
        (chat(thinking=""), ""),
        (chat(thinking=42), 42),
        (chat(), None),
        ({"messages": [QUESTION, ANSWER]}, None),
        ({"messages": [QUESTION, ANSWER], "metadata": None}, None),
        (flat(thinking="top", metadata={"thinking": "nested"}), "top"),
        (flat(metadata={"thinking": "nested"}), None),
    ],
)
def test_thinking_before_the_first_enhancement_is_kept_as_it_was(document, thinking):
    example = read_example(document, source="x")
    assert example.thinking == thinking
    patch = enhancement(document, example.layout, thinking="new", iterations=1, converged=False)
    fields = patch["metadata"] if example.layout is Layout.MESSAGES else patch
    assert list(patch) == (["metadata"] if example.layout is Layout.MESSAGES else list(fields))
    expected = {
        "original_thinking": thinking,
        "thinking": "new",
        "thinking_iterations": 1,
        "thinking_converged": False,
    }
    assert fields == expected
    assert type(fields["original_thinking"]) is type(thinking)


@pytest.mark.parametrize(
    ("metadata", "enhanced"),
    [
        ({}, False),
        ({"thinking": "t"}, False),
        ({"thinking_iterations": None}, False),
        ({"thinking_iterations": 0}, True),
        ({"thinking_iterations": 3, "thinking_converged": False, "original_thinking": "t"}, True),
        ({"original_thinking": None}, True),
        ({"original_thinking": "t", "thinking": "t"}, True),
    ],
)
def test_enhanced_is_told_by_presence(metadata, enhanced):
    assert is_enhanced(chat(**metadata)) is enhanced
    assert is_enhanced(flat(**metadata)) is enhanced
    assert is_enhanced(flat(metadata=metadata)) is False, "a flat document keeps its bookkeeping at the top"


def test_a_number_is_an_answer_only_in_the_example():
    document = chat(QUESTION, said(2, "assistant"))
    assert read_example(document, source="x").answer == "2"
    assert document["messages"][1]["content"] == 2


def test_a_forced_layout_settles_which_side_counts():
    both = {**chat(), "question": "Another?", "answer": "95"}
    assert read_example(both, source="x", layout=Layout.FLAT).answer == "95"
    assert read_example(both, source="x", layout=Layout.MESSAGES).answer == "Two."
    with pytest.raises(DocumentError, match="`messages` is null"):
        read_example(flat(), source="x", layout=Layout.MESSAGES)
    with pytest.raises(DocumentError, match="the question is null"):
        read_example(chat(), source="x", layout=Layout.FLAT)


def test_a_second_enhancement_keeps_the_first_original():
    document = chat(original_thinking=None, **DONE)
    patch = enhancement(document, Layout.MESSAGES, thinking="newer", iterations=3, converged=True)
    assert "original_thinking" not in patch["metadata"]
    assert enhanced_copy(document, patch)["metadata"] == {
        "original_thinking": None,
        "thinking": "newer",
        "thinking_iterations": 3,
        "thinking_converged": True,
    }


@pytest.mark.parametrize("metadata", [None, "absent"])
def test_metadata_is_made_where_there_is_none(metadata):
    document = {"messages": [QUESTION, ANSWER]} | ({} if metadata else {"metadata": None})
    patch = enhancement(document, Layout.MESSAGES, thinking="t", iterations=1, converged=True)
    assert enhanced_copy(document, patch)["metadata"]["original_thinking"] is None


def test_enhancement_refuses_metadata_that_is_no_object():
    with pytest.raises(DocumentError, match="`metadata` is a list"):
        enhancement({"messages": [], "metadata": []}, Layout.MESSAGES, thinking="t", iterations=1, converged=True)


@pytest.mark.parametrize("document", [chat(source="s", thinking="t"), flat(thinking=["a"]), edge(metadata={"a": 1})])
def test_the_copy_differs_only_in_the_patch_and_the_input_not_at_all(document):
    before = copy.deepcopy(document)
    layout = detect_layout(document)
    copied = enhanced_copy(document, enhancement(document, layout, thinking="n", iterations=1, converged=True))
    assert document == before
    assert list(copied)[: len(document)] == list(document)
    values = copied["metadata"] if layout is Layout.MESSAGES else copied
    for name in ("thinking", "original_thinking", "thinking_iterations", "thinking_converged"):
        values.pop(name)
    container_before = before["metadata"] if layout is Layout.MESSAGES else before
    container_before.pop("thinking", None)
    assert copied == before


def test_messages_are_exported_as_stored():
    messages = [SYSTEM, {**QUESTION, "name": "x"}, {**ANSWER, "thinking": "inline"}]
    document = {"_id": "qa/k", "_rev": "r", "split": "train", **chat(*messages, b=1, a=2, **DONE)}
    exported = export_document(document)
    assert list(exported) == ["messages", "metadata", "split"]
    assert json.dumps(exported["messages"]) == json.dumps([*messages[:2], ANSWER])
    assert json.dumps(exported["metadata"]) == json.dumps(document["metadata"])


@pytest.mark.parametrize("document", [{"messages": [QUESTION, ANSWER]}, {**chat(), "metadata": None}])
def test_export_always_has_metadata(document):
    assert export_document(document)["metadata"] == {}


@pytest.mark.parametrize(
    ("stored", "exported"),
    [
        ({"question_type": "multi_hop"}, {"question_type": "MULTI_HOP"}),
        ({"citation_found": True}, {"citation_found": True, "validated": True}),
        ({"citation_found": False}, {"citation_found": False, "validated": False}),
        ({"citation_found": True, "validated": False}, {"citation_found": True, "validated": False}),
        ({"citation_found": "yes", "question_type": 1}, {"citation_found": "yes", "question_type": 1}),
    ],
)
def test_what_training_filters_on_is_as_in_the_generators_exports(stored, exported):
    assert export_document(flat(**stored))["metadata"] == exported
    metadata = export_document(chat(**stored))["metadata"]
    assert metadata == stored, "of a messages document nothing is changed"


def test_flat_documents_are_exported_as_messages():
    document = flat(
        document_id="mars",
        source_section="moons",
        question_type="factual",
        original_thinking=None,
        metadata={"source_hash": "h", "question_type": "older"},
        **DONE,
    )
    assert export_document(document) == {
        "messages": [SYSTEM | {"content": "Document: mars. Section: moons"}, QUESTION, ANSWER],
        "metadata": {
            "source_hash": "h",
            "question_type": "FACTUAL",
            "document_id": "mars",
            "source_section": "moons",
            "original_thinking": None,
            **DONE,
        },
    }


def test_edges_are_exported_with_their_ends_and_without_an_empty_system_message():
    exported = export_document(edge(answer=2, metadata=["kept"]))
    assert exported["messages"] == [QUESTION, said("2", "assistant")]
    assert exported["metadata"] == {"_from": "entities/a", "_to": "entities/b", "metadata": ["kept"]}


def test_an_export_read_again_counts_as_enhanced():
    document = flat(thinking="t")
    patch = enhancement(document, Layout.FLAT, thinking="n", iterations=2, converged=True)
    assert is_enhanced(export_document(enhanced_copy(document, patch)))


# ---------------------------------------------------------------------- what stands beside question and answer


def test_options_beside_a_question_are_asked_and_the_answer_is_the_option() -> None:
    document = {"question": "Which is largest?", "choices": ["Mars", "Jupiter"], "answer": 1}
    example = read_example(document, source="x")
    assert (example.question, example.answer) == ("Which is largest?\nA) Mars\nB) Jupiter", "B) Jupiter")
    said = export_document(document)["messages"]
    assert [message["content"] for message in said] == ["Which is largest?\nA) Mars\nB) Jupiter", "B) Jupiter"]


def test_a_passage_beside_a_question_is_evidence() -> None:
    document = {"context": "The boat is red.", "question": "What colour?", "answer": "red", "evidence": ["It is."]}
    assert read_example(document, source="x").evidence == ("The boat is red.", "It is.")


def test_a_question_about_a_picture_is_left_alone() -> None:
    with pytest.raises(DocumentError, match="`images`, which is not shown"):
        read_example(chat(said("<image>What colour?", "user"), ANSWER) | {"images": ["boat.png"]}, source="x")


THOUGHT = "Maybe 41 at first; no, 42."
WITH_THOUGHT = [
    {"role": "assistant", "content": f"<think>{THOUGHT}</think>\n\n42"},
    {"role": "assistant", "content": "42", "reasoning_content": THOUGHT},
    {"role": "assistant", "content": "42", "reasoning": THOUGHT},
    {"role": "assistant", "content": "42", "thinking": THOUGHT},
]


@pytest.mark.parametrize("message", WITH_THOUGHT, ids=str)
def test_reasoning_in_the_answer_is_the_original_thinking(message: dict[str, str]) -> None:
    document = {"messages": [QUESTION, message]}
    example = read_example(document, source="x")
    assert (example.answer, example.thinking) == ("42", THOUGHT)
    patch = enhancement(document, Layout.MESSAGES, thinking="new", iterations=1, converged=True)
    assert patch["metadata"]["original_thinking"] == THOUGHT


def test_so_it_is_in_a_flat_answer() -> None:
    example = read_example({"question": "How many?", "answer": f"<think>{THOUGHT}</think>42"}, source="x")
    assert (example.answer, example.thinking) == ("42", THOUGHT)


@pytest.mark.parametrize("message", WITH_THOUGHT, ids=str)
def test_an_enhanced_export_is_without_it(message: dict[str, str]) -> None:
    document = {"messages": [QUESTION, message], "metadata": {"thinking": "new"}}
    assert export_document(document)["messages"] == [QUESTION, message]
    enhanced = {**document, "metadata": {"thinking": "new", "thinking_iterations": 1, "original_thinking": THOUGHT}}
    assert export_document(enhanced)["messages"] == [QUESTION, {"role": "assistant", "content": "42"}]
    flat_one = {"question": "How many?", "answer": f"<think>{THOUGHT}</think>42", "thinking_iterations": 1}
    assert export_document(flat_one)["messages"][-1]["content"] == "42"
