"""Contents in all their forms, and when a text is empty."""

import pytest

from arango_thinking.documents.contents import has_content, is_blank, kind_of, messages_of, text_of
from arango_thinking.errors import DocumentError


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("two", "two"),
        ("", ""),
        (2, "2"),
        (2.50, "2.5"),
        ([{"type": "text", "text": "How "}, {"type": "text", "text": "many?"}], "How many?"),
        ([{"text": "no type"}], "no type"),
        ([{"type": "input_text", "text": "a"}, {"type": "output_text", "text": "b"}], "ab"),
        ([], ""),
    ],
)
def test_text_of_what_can_be_read(content, text):
    assert text_of(content, "answer") == text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "the answer is null, not text"),
        (True, "the answer is a boolean, not text"),
        ({"text": "x"}, "the answer is an object, not text"),
        ([{"type": "image_url", "image_url": {"url": "http://x"}}], "a part that is not text: 'image_url'"),
        ([{"type": "image", "text": "alt"}], "a part that is not text: 'image'"),
        (["bare"], "a part that is not text: 'a string'"),
        ([{"type": "text", "text": None}], "a part that is not text: 'text'"),
        ([{"type": "\x1b[2J" * 50}], r"'\\x1b\[2J"),
    ],
)
def test_text_of_refuses_the_rest_by_name(content, reason):
    with pytest.raises(DocumentError, match=reason):
        text_of(content, "answer")


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\u200b\u200d", "\u00a0\u00ad\ufeff", "\u2800\u3164\ufe0f", "\0\x1b", "\u2028\u202e"]
)
def test_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", [".", " a ", "\u200b0", "é", "👍🏽", "\ue000"])
def test_not_blank(text):
    assert not is_blank(text)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("x", True),
        (" ", False),
        (0, True),
        (True, False),
        (None, False),
        ([], False),
        ([{"type": "text", "text": " "}], False),
        ([{"type": "text", "text": " "}, {"type": "image_url"}], True),
        ({}, False),
    ],
)
def test_has_content(content, expected):
    assert has_content(content) is expected


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        (None, "`messages` is null, not a list"),
        ({"role": "user"}, "`messages` is an object, not a list"),
        ([], "`messages` is empty"),
        (["x"], "message 1 is not an object with a role"),
        ([{"role": "user"}, {"content": "x"}], "message 2 is not an object with a role"),
        ([{"role": None}], "message 1 is not an object with a role"),
    ],
)
def test_messages_of_refuses(messages, reason):
    with pytest.raises(DocumentError, match=reason):
        messages_of({"messages": messages})


def test_kinds_in_the_words_of_json():
    kinds = [kind_of(value) for value in (None, True, 1, 1.5, "", [], {}, b"")]
    assert kinds == ["null", "a boolean", "a number", "a number", "a string", "a list", "an object", "bytes"]
