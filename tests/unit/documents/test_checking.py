"""Documents judged on the way in."""

import pytest

from arango_thinking.documents.checking import check_document, doubts
from arango_thinking.documents.layouts import read_example
from arango_thinking.errors import DocumentError
from tests.unit.documents.written import ANSWER, DONE, QUESTION, SYSTEM, chat, edge, flat, said


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
