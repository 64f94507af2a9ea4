"""Documents read as examples, judged on the way in, patched and exported."""

import copy
import json

import pytest

from arango_thinking.documents.layouts import (
    Layout,
    check_document,
    container,
    detect_layout,
    doubts,
    enhanced_copy,
    enhancement,
    export_document,
    is_enhanced,
    read_example,
)
from arango_thinking.errors import DocumentError

QUESTION = {"role": "user", "content": "How many moons has Mars?"}
ANSWER = {"role": "assistant", "content": "Two."}
SYSTEM = {"role": "system", "content": "Document: Mars. Section: moons"}
DONE = {"thinking": "One. Aha! Two.", "thinking_iterations": 2, "thinking_converged": True}


def chat(*messages, **metadata):
    return {"_key": "k", "messages": list(messages or (SYSTEM, QUESTION, ANSWER)), "metadata": metadata}


def flat(**fields):
    return {"_key": "k", "question": "How many moons has Mars?", "answer": "Two.", **fields}


def edge(**fields):
    return flat(_from="entities/a", _to="entities/b", **fields)


def said(content, role="user"):
    return {"role": role, "content": content}


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
    ("document", "reason"),
    [
        (chat(QUESTION, ANSWER, QUESTION, ANSWER), "a conversation of 4 messages"),
        (chat(QUESTION, ANSWER, QUESTION), "a conversation of 3 messages"),
        (chat(QUESTION, QUESTION, ANSWER), "2 user messages in a row"),
        (chat(ANSWER, QUESTION), "answer comes before the question"),
        (chat(QUESTION, ANSWER, ANSWER), "a conversation of 3 messages"),
        (chat(said("x", "developer"), QUESTION, ANSWER), "unknown role 'developer'"),
        (chat(said("q", "User"), ANSWER), "unknown role 'User'"),
        (chat(QUESTION, ANSWER, said("1", "tool")), "unknown role 'tool'"),
        (chat(said([{"type": "text", "text": "q"}, {"type": "image_url"}]), ANSWER), "'image_url'"),
        (chat(said([{"type": "image_url"}], "system"), QUESTION, ANSWER), "system message has a part"),
        ({**chat(), "question": "Another?", "answer": "Two."}, "disagree"),
        ({**chat(), "question": QUESTION["content"], "answer": "95"}, "disagree"),
    ],
)
def test_what_is_stored_but_cannot_be_enhanced(document, reason):
    with pytest.raises(DocumentError, match=reason):
        read_example(document, source="x")
    check_document(document)
    assert [doubt for doubt in doubts(document) if reason in doubt]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (chat(ANSWER), "no user message"),
        (chat(QUESTION), "no assistant message"),
        (chat(SYSTEM), "no user message"),
        (chat(said(""), ANSWER), "the question is empty"),
        (chat(said("\u200b\u00ad"), ANSWER), "the question is empty"),
        (chat(QUESTION, said(" \n\t", "assistant")), "the answer is empty"),
        (chat(QUESTION, said([], "assistant")), "the answer is empty"),
        (chat(QUESTION, {**said(None, "assistant"), "tool_calls": [{}]}), "the answer is null"),
        (chat(QUESTION, said(False, "assistant")), "the answer is a boolean"),
        ({"messages": [QUESTION, ANSWER], "metadata": ["x"]}, "`metadata` is a list"),
        ({"messages": [QUESTION, ANSWER], "metadata": "x"}, "`metadata` is a string"),
        (flat(question=" "), "the question is empty"),
        (flat(answer=None), "the answer is null"),
        (flat(answer={"text": "a"}), "the answer is an object"),
    ],
)
def test_what_is_neither_stored_nor_enhanced(document, reason):
    for judge in (check_document, lambda d: read_example(d, source="x")):
        with pytest.raises(DocumentError, match=reason):
            judge(document)


@pytest.mark.parametrize("key", ["k", "_-.@()+,=;$!*'%:", "..", "k" * 254, "0"])
def test_legal_keys(key):
    check_document({**chat(), "_key": key})


@pytest.mark.parametrize("key", ["", "a/b", "a b", "ü", "k" * 255, 42, None, ["k"], "k\n"])
def test_illegal_keys(key):
    with pytest.raises(DocumentError, match="`_key`"):
        check_document({**chat(), "_key": key})


def test_a_missing_key_is_legal():
    check_document({"messages": [QUESTION, ANSWER]})


@pytest.mark.parametrize(
    ("document", "doubt"),
    [
        (chat(confidence=1.7), "outside 0..1"),
        (chat(confidence=-0.1), "outside 0..1"),
        (chat(confidence="0.95"), "`confidence` is a string"),
        (flat(confidence=True), "`confidence` is a boolean"),
        (chat(question_type="PHILOSOPHICAL"), "unknown `question_type`"),
        (flat(question_type=["FACTUAL"]), "unknown `question_type`"),
        (chat(thinking=42), "`thinking` is a number"),
        (chat(thinking=["a"]), "`thinking` is a list"),
        (chat(QUESTION, {**ANSWER, "thinking": "inline"}, thinking="outer"), "different thinking"),
        (chat(thinking="t", original_thinking="t"), "died half-way"),
        (flat(original_thinking=None), "died half-way"),
        ({**chat(), "_id": "other/k"}, "`_id` and `_rev`"),
        ({**chat(), "_rev": "_x"}, "`_id` and `_rev`"),
        ({**chat(), "_secret": 1}, "reserved by ArangoDB: '_secret'"),
        ({**chat(), "_from": "a/b", "_to": "c/d"}, "'_from', '_to'"),
        (chat(said([{"type": "text", "text": "q"}]), ANSWER), "the question is a list of parts"),
        (chat(QUESTION, said(2, "assistant")), "the answer is a number"),
    ],
)
def test_doubts_are_told_and_the_document_is_kept(document, doubt):
    check_document(document)
    told = doubts(document)
    assert len(told) == 1
    assert doubt in told[0]


@pytest.mark.parametrize(
    "document",
    [
        chat(thinking="t", question_type="FACTUAL", confidence=0.9),
        chat(question_type="multi_hop", confidence=0, source="x", _inner=1),
        chat(QUESTION, {**ANSWER, "thinking": "same"}, thinking="same"),
        chat(QUESTION, {**ANSWER, "thinking": "inline"}),
        chat(original_thinking=None, **DONE),
        {"messages": [QUESTION, ANSWER]},
        {**chat(), "question": QUESTION["content"] + " ", "answer": "Two."},
        {**chat(**{"__proto__": {}, "_key": "inner"}), "a.b": 1, "": 2, "question": "no answer beside it"},
        flat(thinking=None, confidence=None, question_type=None),
        edge(),
    ],
)
def test_plain_documents_raise_no_doubt(document):
    check_document(document)
    assert doubts(document) == []


def test_doubts_show_data_safely_and_shortly():
    told = doubts(chat(question_type="\x1b[2J" + "x" * 10_000))
    assert "\x1b" not in told[0]
    assert len(told[0]) < 200


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
    assert json.dumps(exported["messages"]) == json.dumps(messages)
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
