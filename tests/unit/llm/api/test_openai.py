from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from arango_thinking.choices import Continuation
from arango_thinking.errors import BadReplyError, ModelError
from arango_thinking.llm.api.limits import Limits
from arango_thinking.llm.api.openai import Connection, OpenAIModel
from arango_thinking.llm.api.retry import RetryPolicy
from arango_thinking.llm.base import Message, Sampling
from arango_thinking.usage import Usage
from tests.chat_api import Body, ChatAPI, chat, refusal, replied

ASKED: list[Message] = [{"role": "user", "content": "What is the capital of France?"}]
BEGUN: list[Message] = [*ASKED, {"role": "assistant", "content": "It is a city on the Seine,"}]
SAMPLING = Sampling(max_tokens=20, temperature=0.25)


class City(BaseModel):
    """What a structured reply holds in these tests."""

    name: str
    capital: bool


PARIS = City(name="Paris", capital=True)
PARIS_JSON = PARIS.model_dump_json()


def tries(attempts: int) -> Limits:
    return Limits(retry=RetryPolicy(attempts=attempts))


@pytest.fixture
async def model(api: ChatAPI) -> AsyncIterator[OpenAIModel]:
    """A model that gives up after the second try, so that no test waits long."""
    opened = OpenAIModel("small", Connection(url=api.url, limits=tries(2)))
    yield opened
    await opened.aclose()


# ---------------------------------------------------------------------- the request


async def test_the_request_holds_what_was_asked_and_no_more(api: ChatAPI, model: OpenAIModel) -> None:
    await model.complete(ASKED, SAMPLING)
    assert api.requests == [{"model": "small", "messages": ASKED, "max_tokens": 20, "temperature": 0.25}]


async def test_stop_words_are_sent(api: ChatAPI, model: OpenAIModel) -> None:
    await model.complete(ASKED, Sampling(20, 0.25, stop=("\n\n", "Question:")))
    assert api.requests[0]["stop"] == ["\n\n", "Question:"]


async def test_a_seed_is_sent_only_when_set_and_differs_by_sample(api: ChatAPI) -> None:
    model = OpenAIModel("small", Connection(url=api.url, seed=7))
    for sample in (0, 1, 0):
        await model.complete(ASKED, Sampling(20, 0.25, sample))
    await model.aclose()
    first, second, again = (request["seed"] for request in api.requests)
    assert first == again
    assert first != second


async def test_the_extra_body_goes_into_the_request(api: ChatAPI) -> None:
    model = OpenAIModel("small", Connection(url=api.url, extra_body={"cache_prompt": True}))
    await model.complete(ASKED, SAMPLING)
    await model.aclose()
    assert api.requests[0]["cache_prompt"] is True


# ---------------------------------------------------------------------- the reply


async def test_the_reply_has_text_usage_and_finish_reason(api: ChatAPI, model: OpenAIModel) -> None:
    api.script(chat("Paris and", "length"))
    reply = await model.complete(ASKED, SAMPLING)
    assert (reply.text, reply.finish_reason, reply.parsed) == ("Paris and", "length", None)
    assert reply.usage == Usage(prompt_tokens=10, completion_tokens=5, calls=1)


@pytest.mark.parametrize("reason", ["length", "content_filter"])
async def test_an_empty_reply_says_why_and_is_not_drawn_again(api: ChatAPI, model: OpenAIModel, reason: str) -> None:
    api.script(chat(" ", reason))
    with pytest.raises(ModelError, match=r"empty because of length|content filter") as caught:
        await model.complete(ASKED, SAMPLING)
    assert not isinstance(caught.value, BadReplyError)
    assert len(api.requests) == 1


async def test_a_tool_call_counts_only_where_an_object_was_asked_for(api: ChatAPI, model: OpenAIModel) -> None:
    call = {"function": {"name": "City", "arguments": {"name": "Paris", "capital": True}}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    api.reply = lambda _: JSONResponse({"choices": [{"message": message, "finish_reason": "tool_calls"}]})
    assert (await model.complete(ASKED, SAMPLING)).text == ""
    assert (await model.complete(ASKED, SAMPLING, schema=City)).parsed == PARIS


async def test_reasoning_is_kept_apart(api: ChatAPI, model: OpenAIModel) -> None:
    api.script("<think>It is a city.</think>Paris")
    reply = await model.complete(ASKED, SAMPLING)
    assert (reply.text, reply.reasoning) == ("Paris", "It is a city.")


# ---------------------------------------------------------------------- errors; retries are in test_endpoint.py


async def test_a_lasting_error_is_not_tried_again(api: ChatAPI, model: OpenAIModel) -> None:
    api.script(refusal(400, "context too long"))
    with pytest.raises(ModelError, match="context too long"):
        await model.complete(ASKED, SAMPLING)
    assert len(api.requests) == 1


@pytest.mark.parametrize("attempts", [1, 3])
async def test_tries_are_counted(api: ChatAPI, attempts: int) -> None:
    api.script(refusal(500, **{"Retry-After": "0"}))
    model = OpenAIModel("small", Connection(url=api.url, limits=tries(attempts)))
    with pytest.raises(ModelError, match=f"gave small no answer in {attempts} tries; the last time it answers 500"):
        await model.complete(ASKED, SAMPLING)
    await model.aclose()
    assert len(api.requests) == attempts


# ---------------------------------------------------------------------- schemas


async def test_a_schema_is_asked_for_by_name_and_parsed(api: ChatAPI, model: OpenAIModel) -> None:
    api.script(PARIS_JSON)
    reply = await model.complete(ASKED, SAMPLING, schema=City)
    assert reply.parsed == PARIS
    asked = api.requests[0]["response_format"]
    assert asked["type"] == "json_schema"
    assert asked["json_schema"]["name"] == "City"
    assert asked["json_schema"]["schema"]["required"] == ["name", "capital"]


@pytest.mark.parametrize(
    ("known", "formats"),
    [
        ({"json_schema"}, ["json_schema"]),
        ({"json_object"}, ["json_schema", "json_object"]),
        (set[str](), ["json_schema", "json_object", None]),
    ],
    ids=["schemas", "objects", "neither"],
)
async def test_a_refused_format_gives_way_to_the_next_and_is_not_asked_for_again(
    api: ChatAPI, model: OpenAIModel, known: set[str], formats: list[str | None]
) -> None:
    def reply(body: Body) -> str | Response:
        asked = format_of(body)
        return PARIS_JSON if asked is None or asked in known else refusal(400, f"response_format {asked} is unknown")

    api.reply = reply
    for _ in range(2):
        assert (await model.complete(ASKED, SAMPLING, schema=City)).parsed == PARIS
    assert [format_of(request) for request in api.requests] == [*formats, formats[-1]]


def format_of(body: Body) -> Any:
    """The type of the response format that a request asks for."""
    return body.get("response_format", {}).get("type")


async def test_without_a_schema_in_the_request_it_is_in_the_prompt(api: ChatAPI, model: OpenAIModel) -> None:
    """OpenAI's own API refuses json_object where no message speaks of JSON."""
    api.reply = lambda body: refusal(400, "unknown field json_schema") if knows_schema(body) else PARIS_JSON
    await model.complete(ASKED, SAMPLING, schema=City)
    refused, told = api.requests
    assert refused["messages"] == ASKED
    said = told["messages"][-1]["content"]
    assert said.startswith(ASKED[-1]["content"])
    assert "one JSON object" in said
    assert '"required":["name","capital"]' in said


def knows_schema(body: Body) -> bool:
    return format_of(body) == "json_schema"


async def test_a_format_that_is_silently_ignored_gives_way_to_the_next(api: ChatAPI, model: OpenAIModel) -> None:
    api.reply = lambda body: "It is Paris." if format_of(body) else PARIS_JSON
    for _ in range(2):
        with pytest.raises(BadReplyError, match="not a City"):
            await model.complete(ASKED, SAMPLING, schema=City)
    assert (await model.complete(ASKED, SAMPLING, schema=City)).parsed == PARIS
    assert [format_of(request) for request in api.requests] == ["json_schema", "json_object", None]


async def test_calls_at_the_same_time_step_down_once(api: ChatAPI, model: OpenAIModel) -> None:
    api.delay = 0.05
    api.script("It is Paris.")
    calls = (model.complete(ASKED, SAMPLING, schema=City) for _ in range(5))
    await asyncio.gather(*calls, return_exceptions=True)
    api.delay = 0.0
    api.script(PARIS_JSON)
    await model.complete(ASKED, SAMPLING, schema=City)
    assert format_of(api.requests[-1]) == "json_object"


@pytest.mark.parametrize("text", [PARIS_JSON[:-4], '{"name": "Paris"}'])
async def test_an_object_that_is_wrong_does_not_change_the_format(api: ChatAPI, model: OpenAIModel, text: str) -> None:
    api.script(text)
    for _ in range(2):
        with pytest.raises(BadReplyError):
            await model.complete(ASKED, SAMPLING, schema=City)
    assert [format_of(request) for request in api.requests] == ["json_schema"] * 2


async def test_another_refusal_does_not_change_the_format(api: ChatAPI, model: OpenAIModel) -> None:
    api.script(refusal(400, "the prompt is too long"))
    with pytest.raises(ModelError, match="too long"):
        await model.complete(ASKED, SAMPLING, schema=City)
    assert len(api.requests) == 1


# ---------------------------------------------------------------------- continuation


async def test_continuation_is_asked_for_where_it_is_not_native(api: ChatAPI, model: OpenAIModel) -> None:
    api.script(" and it is Paris.")
    reply = await model.complete(BEGUN, SAMPLING, continue_final=True)
    assert reply.text == " and it is Paris."
    sent = api.requests[0]["messages"]
    assert sent[:-1] == BEGUN
    assert sent[-1]["role"] == "user"
    assert "Do not repeat" in sent[-1]["content"]


async def test_native_continuation_sends_the_messages_as_they_are(api: ChatAPI) -> None:
    model = OpenAIModel("small", Connection(url=api.url, continuation=Continuation.LLAMA))
    await model.complete(BEGUN, SAMPLING, continue_final=True)
    await model.aclose()
    assert model.continues
    assert api.requests[0]["messages"] == BEGUN


@pytest.mark.parametrize(
    ("continuation", "extra", "last"),
    [
        (Continuation.LLAMA, {}, BEGUN[-1]),
        (Continuation.VLLM, {"continue_final_message": True, "add_generation_prompt": False}, BEGUN[-1]),
        (Continuation.PREFIX, {}, {**BEGUN[-1], "prefix": True}),
    ],
)
async def test_each_server_is_asked_in_its_own_way(
    api: ChatAPI, continuation: Continuation, extra: dict[str, bool], last: dict[str, Any]
) -> None:
    model = OpenAIModel("small", Connection(url=api.url, continuation=continuation))
    await model.complete(BEGUN, SAMPLING, continue_final=True)
    await model.complete(ASKED, SAMPLING)
    await model.aclose()
    continued, plain = api.requests
    assert model.continues
    assert continued["messages"] == [*BEGUN[:-1], last]
    asked = {"model": "small", "max_tokens": 20, "temperature": 0.25}
    assert {name: value for name, value in continued.items() if name != "messages"} == asked | extra
    assert plain == asked | {"messages": ASKED}


async def test_a_repeated_prefix_is_stripped_once(api: ChatAPI, model: OpenAIModel) -> None:
    prefix = BEGUN[-1]["content"]
    api.script(f"{prefix} Paris. {prefix}")
    reply = await model.complete(BEGUN, SAMPLING, continue_final=True)
    assert reply.text == f" Paris. {prefix}"


async def test_without_continuation_nothing_is_stripped(api: ChatAPI, model: OpenAIModel) -> None:
    api.script(ASKED[-1]["content"])
    assert (await model.complete(ASKED, SAMPLING)).text == ASKED[-1]["content"]


async def test_reasoning_models_are_asked_in_their_own_terms(api: ChatAPI) -> None:
    model = OpenAIModel("o3-mini", Connection(url=api.url))
    await model.complete(ASKED, SAMPLING)
    await model.aclose()
    assert api.requests == [{"model": "o3-mini", "messages": ASKED, "max_completion_tokens": 20}]


@pytest.mark.parametrize(
    ("characters", "tokens", "told"),
    [(40_000, 2048, True), (40_000, 3000, True), (25_000, 4096, True), (25_000, 6250, False), (5000, 100, False)],
)
async def test_a_prompt_that_the_server_cut_is_noticed(
    api: ChatAPI, model: OpenAIModel, caplog: pytest.LogCaptureFixture, characters: int, tokens: int, told: bool
) -> None:
    api.reply = lambda _: replied("42", {"prompt_tokens": tokens, "completion_tokens": 5})
    with caplog.at_level("WARNING"):
        for _ in range(2):
            await model.complete([{"role": "user", "content": "x" * characters}], SAMPLING)
    assert caplog.text.count("it seems to have cut the prompt") == told
