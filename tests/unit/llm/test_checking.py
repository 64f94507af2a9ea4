from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import BaseModel

from arango_thinking.errors import BadReplyError, CutReplyError, ModelError
from arango_thinking.llm.api.openai import Connection, OpenAIModel
from arango_thinking.llm.api.replies import Reply
from arango_thinking.llm.base import Completion, Message, Sampling
from arango_thinking.llm.checking import REFUSAL, Asked, checked, parsed, whole
from tests.chat_api import ChatAPI, chat, refusal
from tests.unit.llm.api.test_replies import reply


class City(BaseModel):
    """What a structured reply holds in these tests."""

    name: str
    capital: bool


PARIS = City(name="Paris", capital=True)
OBJECT = PARIS.model_dump()
TEXT = PARIS.model_dump_json()


ASKED = Asked("small", 500)
MESSAGES: list[Message] = [{"role": "user", "content": "What is the capital?"}]
SAMPLING = Sampling(500, 0.0)


@asynccontextmanager
async def asked_for(api: ChatAPI) -> AsyncIterator[OpenAIModel]:
    """A model on the API."""
    model = OpenAIModel("small", Connection(url=api.url))
    yield model
    await model.aclose()


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
        ("content_filter", {"content": "Paris, which"}, "content filter held back the reply of small"),
        ("SAFETY", {"content": "Paris, which"}, "content filter held back the reply of small"),
        ("stop", {"content": None, "refusal": "I cannot help with that."}, "refuses to answer: I cannot help"),
    ],
)
def test_an_empty_reply_says_why_and_what_to_do(finish_reason: str, message: dict[str, Any], says: str) -> None:
    found = completion(reply(finish_reason, **message))
    with pytest.raises(ModelError, match=says) as caught:
        checked(found, None, ASKED)
    assert not isinstance(caught.value, BadReplyError)  # a new draw would cost as much and say as little
    assert caught.value.completion == found


@pytest.mark.parametrize(("finish_reason", "text"), [("length", "Paris and"), ("stop", "Paris"), ("stop", "")])
def test_other_replies_pass(finish_reason: str, text: str) -> None:
    found = completion(reply(finish_reason, content=text))
    assert checked(found, None, ASKED) == found


def test_an_object_that_was_cut_says_so_and_one_that_is_whole_counts() -> None:
    with pytest.raises(CutReplyError, match=r"was cut after 500 tokens, before it was whole\. Raise max_new_tokens"):
        checked(completion(reply("length", content=TEXT[:-3])), City, ASKED)
    assert checked(completion(reply("length", content=TEXT + " And so")), City, ASKED).parsed == PARIS


@pytest.mark.parametrize("reason", ["length", "max_tokens", "MAX_TOKENS", "model_length"])
async def test_a_reply_that_is_cut_is_drawn_once_more_with_twice_the_tokens(api: ChatAPI, reason: str) -> None:
    async with asked_for(api) as model:
        api.script(chat("Paris, wh", reason), "Paris, which is a city.")
        assert (await whole(model, MESSAGES, SAMPLING)).text == "Paris, which is a city."
        assert [request["max_tokens"] for request in api.requests] == [500, 1000]


async def test_one_that_is_cut_again_is_given_up(api: ChatAPI) -> None:
    async with asked_for(api) as model:
        api.script(chat("Paris, wh", "length"))
        with pytest.raises(CutReplyError, match="was cut after 1000 tokens"):
            await whole(model, MESSAGES, SAMPLING)
        assert len(api.requests) == 2


async def test_a_server_that_takes_no_more_tokens_hears_the_first_reason(api: ChatAPI) -> None:
    async with asked_for(api) as model:
        api.script(chat("Paris, wh", "length"), refusal(400, "max_tokens is too large"))
        with pytest.raises(CutReplyError, match="was cut after 500 tokens"):
            await whole(model, MESSAGES, SAMPLING)


async def test_an_object_that_was_cut_is_drawn_once_more(api: ChatAPI) -> None:
    async with asked_for(api) as model:
        api.script(chat(TEXT[:-3], "length"), TEXT)
        assert (await whole(model, MESSAGES, SAMPLING, schema=City)).parsed == PARIS
        assert len(api.requests) == 2


@pytest.mark.parametrize(("text", "tokens"), [("a" * 200_001, 500), ("a" * 300_001, 3000)])
def test_a_reply_that_its_tokens_cannot_hold_is_none(text: str, tokens: int) -> None:
    with pytest.raises(BadReplyError, match="tokens cannot hold"):
        checked(completion(reply(content=text)), None, Asked("small", tokens))
    assert checked(completion(reply(content=text[1:])), None, Asked("small", tokens)).text == text[1:]


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
