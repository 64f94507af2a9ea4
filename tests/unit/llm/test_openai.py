from __future__ import annotations

import socket
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from arango_thinking.errors import BadReplyError, ConfigurationError, ModelError, UnavailableError
from arango_thinking.llm.base import Message, Sampling
from arango_thinking.llm.openai import Connection, OpenAIModel
from arango_thinking.trace import Usage
from tests.chat_api import Body, ChatAPI, chat, refusal

ASKED: list[Message] = [{"role": "user", "content": "What is the capital of France?"}]
BEGUN: list[Message] = [*ASKED, {"role": "assistant", "content": "It is a city on the Seine,"}]
SAMPLING = Sampling(max_tokens=20, temperature=0.25)


class City(BaseModel):
    """What a structured reply holds in these tests."""

    name: str
    capital: bool


PARIS = City(name="Paris", capital=True)
PARIS_JSON = PARIS.model_dump_json()


@pytest.fixture
async def model(api: ChatAPI) -> AsyncIterator[OpenAIModel]:
    """A model that gives up after the second try, so that no test waits long."""
    opened = OpenAIModel("small", Connection(url=api.url, attempts=2))
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


async def test_a_server_without_usage_counts_the_call(api: ChatAPI, model: OpenAIModel) -> None:
    api.script(JSONResponse({"choices": [{"message": {"content": "Paris"}}]}))
    reply = await model.complete(ASKED, SAMPLING)
    assert (reply.text, reply.finish_reason, reply.usage) == ("Paris", "stop", Usage(calls=1))


@pytest.mark.parametrize("reason", ["length", "content_filter"])
async def test_an_empty_reply_says_why(api: ChatAPI, model: OpenAIModel, reason: str) -> None:
    api.script(chat(" ", reason))
    with pytest.raises(BadReplyError, match=f"empty because of {reason}"):
        await model.complete(ASKED, SAMPLING)
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"choices": []},
        {"choices": None},
        {"choices": [{"message": None}]},
        {"choices": [{}]},
        {"choices": ["Paris"]},
        {"error": {"message": "out of credits"}},
        [],
        None,
    ],
    ids=str,
)
async def test_a_reply_without_a_choice_is_bad(api: ChatAPI, model: OpenAIModel, body: object) -> None:
    api.script(JSONResponse(body))
    with pytest.raises(BadReplyError, match="without a choice"):
        await model.complete(ASKED, SAMPLING)


@pytest.mark.parametrize(
    ("response", "problem"),
    [
        (Response("{not json", media_type="application/json"), "not JSON in UTF-8"),
        (Response("<html>It works!</html>", media_type="text/html"), "without a choice"),
    ],
    ids=["cut", "a web page"],
)
async def test_a_reply_that_is_no_json_is_bad(
    api: ChatAPI, model: OpenAIModel, response: Response, problem: str
) -> None:
    api.script(response)
    with pytest.raises(BadReplyError, match=problem):
        await model.complete(ASKED, SAMPLING)


# ---------------------------------------------------------------------- errors and retries


async def test_the_pause_that_the_server_asks_for_is_kept(api: ChatAPI, model: OpenAIModel) -> None:
    api.script(refusal(429, **{"Retry-After": "0.4"}), "Paris")
    started = time.monotonic()
    reply = await model.complete(ASKED, SAMPLING)
    assert time.monotonic() - started >= 0.4
    assert (reply.text, len(api.requests)) == ("Paris", 2)


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
async def test_a_passing_error_is_tried_again(api: ChatAPI, model: OpenAIModel, status: int) -> None:
    api.script(refusal(status, **{"Retry-After": "0"}), "Paris")
    assert (await model.complete(ASKED, SAMPLING)).text == "Paris"
    assert len(api.requests) == 2


@pytest.mark.parametrize("attempts", [1, 3])
async def test_tries_are_counted_and_the_client_adds_none(api: ChatAPI, attempts: int) -> None:
    api.script(refusal(500, **{"Retry-After": "0"}))
    model = OpenAIModel("small", Connection(url=api.url, attempts=attempts))
    with pytest.raises(ModelError, match=f"still answers 500 for small after {attempts} tries"):
        await model.complete(ASKED, SAMPLING)
    await model.aclose()
    assert len(api.requests) == attempts


@pytest.mark.parametrize(
    ("status", "kind", "says"),
    [
        (400, ModelError, "context too long"),
        (422, ModelError, "context too long"),
        (401, ConfigurationError, "OPENAI_API_KEY"),
        (403, ModelError, "refuses the request"),
        (404, ConfigurationError, "does not know the model small"),
    ],
)
async def test_a_lasting_error_is_not_tried_again(
    api: ChatAPI, model: OpenAIModel, status: int, kind: type[ModelError | ConfigurationError], says: str
) -> None:
    api.script(refusal(status, "context too long"))
    with pytest.raises(kind, match=says) as caught:
        await model.complete(ASKED, SAMPLING)
    assert type(caught.value) is kind
    assert caught.value.exit_code == kind.exit_code
    assert len(api.requests) == 1


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as reserved:  # bound but not listening: connections are refused
        reserved.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{reserved.getsockname()[1]}/v1"
        model = OpenAIModel("small", Connection(url=url, attempts=2))
        with pytest.raises(UnavailableError, match=url) as caught:
            await model.complete(ASKED, SAMPLING)
        await model.aclose()
    assert caught.value.exit_code == 69


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
    "text",
    [
        f"```json\n{PARIS_JSON}\n```",
        f"Here it is: {PARIS_JSON} I hope that helps.",
        f"{PARIS_JSON}\nIn short: {{Paris}}",
        f"The {{city}} is {PARIS_JSON}",
        PARIS_JSON + PARIS_JSON,
    ],
)
async def test_an_object_in_other_text_is_found(api: ChatAPI, model: OpenAIModel, text: str) -> None:
    api.script(text)
    assert (await model.complete(ASKED, SAMPLING, schema=City)).parsed == PARIS


@pytest.mark.parametrize(
    "text", ["Paris", PARIS_JSON[:-4], '{"name": "Paris"}', "[]", "}{", "null", '{"a":' * 100_000], ids=range(7)
)
async def test_a_reply_that_is_not_of_the_schema_is_bad(api: ChatAPI, model: OpenAIModel, text: str) -> None:
    api.script(text)
    with pytest.raises(BadReplyError, match="not a City"):
        await model.complete(ASKED, SAMPLING, schema=City)


async def test_half_a_character_in_the_text_is_replaced(api: ChatAPI, model: OpenAIModel) -> None:
    body = b'{"choices": [{"message": {"content": "Paris \\ud83d"}, "finish_reason": "length"}]}'
    api.script(Response(body, media_type="application/json"))
    assert (await model.complete(ASKED, SAMPLING)).text == "Paris ?"


async def test_half_a_character_in_an_object_is_bad(api: ChatAPI, model: OpenAIModel) -> None:
    api.script('{"name": "\\ud800", "capital": true}')
    with pytest.raises(BadReplyError, match="not a City"):
        await model.complete(ASKED, SAMPLING, schema=City)


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
    model = OpenAIModel("small", Connection(url=api.url, continues=True))
    await model.complete(BEGUN, SAMPLING, continue_final=True)
    await model.aclose()
    assert model.continues
    assert api.requests[0]["messages"] == BEGUN


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


async def test_a_server_that_takes_too_long_fails_this_document_only(api: ChatAPI) -> None:
    api.delay = 0.5
    model = OpenAIModel("small", Connection(url=api.url, timeout=0.1, attempts=1))
    with pytest.raises(ModelError, match=r"within 0\.1 s"):
        await model.complete(ASKED, SAMPLING)
    await model.aclose()
    api.delay = 0.0


async def test_an_empty_account_is_not_asked_again(api: ChatAPI, model: OpenAIModel) -> None:
    body = {"error": {"message": "no", "type": "insufficient_quota", "code": "insufficient_quota"}}
    api.script(JSONResponse(body, 429))
    with pytest.raises(UnavailableError, match="no quota left"):
        await model.complete(ASKED, SAMPLING)
    assert len(api.requests) == 1
