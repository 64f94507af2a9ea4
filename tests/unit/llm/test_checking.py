from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel

from arango_thinking.errors import BadReplyError, ModelError
from arango_thinking.llm.api.replies import Reply
from arango_thinking.llm.base import Completion
from arango_thinking.llm.checking import REFUSAL, Asked, checked, parsed
from tests.unit.llm.api.test_replies import reply


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
