from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel

from arango_thinking.errors import BadReplyError, ModelError
from arango_thinking.llm.api.failures import MalformedReplyError
from arango_thinking.llm.api.replies import REFUSAL, Asked, Reply, checked, parsed, read_reply
from arango_thinking.llm.base import Completion
from arango_thinking.usage import Usage


class City(BaseModel):
    """What a structured reply holds in these tests."""

    name: str
    capital: bool


PARIS = City(name="Paris", capital=True)
OBJECT = PARIS.model_dump()
TEXT = PARIS.model_dump_json()


ASKED = Asked("small", 500)


def completion(said: Reply) -> Completion:
    """As the model gives it."""
    reason = REFUSAL if said.refusal else said.finish_reason
    return Completion(said.refusal or said.text, None, said.usage, reason, said.reasoning)


def reply(finish_reason: str | None = "stop", usage: Any = None, **message: Any) -> Reply:
    choice = {"message": message, "finish_reason": finish_reason}
    return read_reply(json.dumps({"choices": [choice], "usage": usage}).encode())


def test_text_usage_and_finish_reason() -> None:
    usage = {"prompt_tokens": 3, "completion_tokens": 2}
    assert reply(content="Paris", usage=usage) == Reply("Paris", "", "stop", Usage(3, 2, 1), metered=True)


def test_a_server_without_usage_counts_the_call() -> None:
    found = reply(content="Paris", finish_reason=None)
    assert (found.usage, found.metered, found.finish_reason) == (Usage(calls=1), False, "stop")


@pytest.mark.parametrize(
    "body",
    [
        b"{not json",
        b"",
        b"\xff\xfe",
        b"<html>",
        b"[]",
        b"null",
        b'"Paris"',
        b"{}",
        b'{"choices": []}',
        b'{"choices": null}',
        b'{"choices": {}}',
        b'{"choices": ["Paris"]}',
        b'{"choices": [{}]}',
        b'{"choices": [{"message": null}]}',
        b'{"error": {"message": "overloaded"}}',
        b'{"choices": [{"mess',
        b"[" * 100_000,
    ],
    ids=lambda body: str(body[:20]),
)
def test_a_body_that_holds_no_reply(body: bytes) -> None:
    with pytest.raises(MalformedReplyError, match="answers"):
        read_reply(body)


def test_half_a_character_is_replaced() -> None:
    assert read_reply(b'{"choices": [{"message": {"content": "Paris \\ud83d"}}]}').text == "Paris ?"


@pytest.mark.parametrize(
    ("message", "text", "reasoning"),
    [
        ({"content": "Paris"}, "Paris", ""),
        ({"content": None}, "", ""),
        ({"content": "Paris", "reasoning_content": "France. "}, "Paris", "France."),
        ({"content": "Paris", "reasoning": "France."}, "Paris", "France."),
        ({"content": "Paris", "reasoning": None, "reasoning_content": ""}, "Paris", ""),
        ({"content": "<think>\nFrance.\n</think>\n\nParis"}, "Paris", "France."),
        ({"content": "France.\n</think>\n\nParis"}, "Paris", "France."),
        ({"content": "<think>France, but"}, "", "France, but"),
        ({"content": [{"type": "text", "text": "Pa"}, {"type": "text", "text": "ris"}]}, "Paris", ""),
        (
            {"content": [{"type": "thinking", "thinking": [{"text": "France."}]}, {"type": "text", "text": "Paris"}]},
            "Paris",
            "France.",
        ),
        ({"content": [{"type": "text"}, "odd", None]}, "", ""),
        ({"content": None, "tool_calls": [{"function": {"name": "City", "arguments": TEXT}}]}, TEXT, ""),
        ({"content": "", "tool_calls": [{"function": {"arguments": {}}}]}, "", ""),
        ({"content": "", "tool_calls": [{"function": None}]}, "", ""),
    ],
)
def test_text_and_reasoning_wherever_they_stand(message: dict[str, Any], text: str, reasoning: str) -> None:
    found = reply(**message)
    assert (found.text, found.reasoning) == (text, reasoning)


@pytest.mark.parametrize(
    ("finish_reason", "message", "says"),
    [
        ("length", {"content": ""}, "empty because of length: its 500 tokens were used up"),
        ("length", {"content": "", "reasoning_content": "Let me see"}, "--max-new-tokens"),
        ("length", {"content": "<think>Let me see"}, "--max-new-tokens"),
        ("content_filter", {"content": None}, "content filter held back the reply of small"),
        ("stop", {"content": None, "refusal": "I cannot help with that."}, "refuses to answer: I cannot help"),
    ],
)
def test_an_empty_reply_says_why_and_what_to_do(finish_reason: str, message: dict[str, Any], says: str) -> None:
    found = completion(reply(finish_reason, **message))
    with pytest.raises(ModelError, match=says) as caught:
        checked(found, None, ASKED)
    assert not isinstance(caught.value, BadReplyError)  # a new draw would cost as much and say as little
    assert caught.value.completion == found


@pytest.mark.parametrize(("finish_reason", "text"), [("length", "Paris and"), ("content_filter", "Par"), ("stop", "")])
def test_other_replies_pass(finish_reason: str, text: str) -> None:
    found = completion(reply(finish_reason, content=text))
    assert checked(found, None, ASKED) == found


def test_the_object_that_was_asked_for() -> None:
    assert checked(completion(reply(content=TEXT)), City, ASKED).parsed == PARIS
    with pytest.raises(BadReplyError) as caught:
        checked(completion(reply(content="Paris")), City, ASKED)
    assert caught.value.completion.text == "Paris"


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"```json\n{TEXT}\n```",
        f"Here it is: {TEXT} I hope that helps.",
        f"{TEXT}\nIn short: {{Paris}}",
        f"The {{city}} is {TEXT}",
        f'{{"thought": "France"}} {TEXT}',
        TEXT + TEXT,
        TEXT[:-1] + ",}",
        json.dumps({"name": "City", "arguments": OBJECT}),
        json.dumps({"type": "function", "parameters": OBJECT}),
        json.dumps({"City": OBJECT}),
        json.dumps({"result": OBJECT}),
        json.dumps({"type": "object", "properties": OBJECT}),
    ],
)
def test_an_object_is_found_wherever_it_stands(text: str) -> None:
    assert parsed(text, City) == PARIS


@pytest.mark.parametrize(
    "text",
    ["", "Paris", TEXT[:-4], '{"name": "Paris"}', "[]", "}{", "null", '{"a":' * 100_000, '{"City": "Paris"}'],
    ids=range(9),
)
def test_what_holds_no_such_object_is_bad(text: str) -> None:
    with pytest.raises(BadReplyError, match="not a City"):
        parsed(text, City)


def test_half_a_character_in_an_object_is_bad() -> None:
    with pytest.raises(BadReplyError):
        parsed('{"name": "\\ud800", "capital": true}', City)


def test_a_comma_in_a_text_is_left_alone() -> None:
    assert parsed('{"name": "a,]", "capital": true}', City) == City(name="a,]", capital=True)
