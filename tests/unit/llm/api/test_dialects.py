"""What servers refuse in a request, in the words of public reports, and how they are asked then."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from starlette.responses import Response

from arango_thinking.errors import ConfigurationError, ModelError
from arango_thinking.llm.api.dialects import Adaptation, recognised
from arango_thinking.llm.api.openai import Connection, OpenAIModel
from arango_thinking.llm.base import Message, Sampling
from tests.chat_api import Body, ChatAPI, refusal

ASKED: list[Message] = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Where does it end?"},
]
SAMPLING = Sampling(20, 0.5, stop=("\n",))


@pytest.mark.parametrize(
    ("said", "adaptation"),
    [
        (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens'.",
            Adaptation.COMPLETION_TOKENS,
        ),
        ("Unknown parameter: max_completion_tokens", Adaptation.MAX_TOKENS),
        ("property 'max_completion_tokens' is unsupported", Adaptation.MAX_TOKENS),
        (
            "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is "
            "supported.",
            Adaptation.NO_TEMPERATURE,
        ),
        ("`temperature` may only be set to 1 when thinking is enabled", Adaptation.NO_TEMPERATURE),
        ("temperature: Extra inputs are not permitted", Adaptation.NO_TEMPERATURE),
        ("Unrecognized request argument supplied: seed", Adaptation.NO_SEED),
        ("'stop' is not supported with this model", Adaptation.NO_STOP),
        ("Developer instruction is not enabled for models/gemma-3-27b-it", Adaptation.NO_SYSTEM),
        ("System role not supported", Adaptation.NO_SYSTEM),
        ("messages[0].role does not support 'system' with this model", Adaptation.NO_SYSTEM),
        ("parameter.enable_thinking must be set to false for non-streaming calls", Adaptation.STREAM),
        ("enable thinking can not be support when `stream=False`", Adaptation.STREAM),
        ("This model only supports streaming", Adaptation.STREAM),
        ("stream must be true", Adaptation.STREAM),
        ("Unrecognized request argument supplied: stream_options", Adaptation.NO_STREAM_OPTIONS),
    ],
)
def test_what_a_refusal_asks_for(said: str, adaptation: Adaptation) -> None:
    assert recognised(said) is adaptation


@pytest.mark.parametrize(
    "said",
    [
        "The model `small` does not exist",
        "max_tokens must be less than or equal to 4096",
        "context length exceeded",
        "Incorrect API key provided",
        "invalid request",
        "the stopwatch is unsupported",
    ],
)
def test_other_refusals_ask_for_nothing(said: str) -> None:
    assert recognised(said) is None


#: What servers of some kind refuse, and what they are asked for instead.
SERVERS: dict[str, tuple[Any, str, dict[str, Any]]] = {
    "reasoning model of OpenAI": (
        lambda body: "max_tokens" in body,
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        {"max_completion_tokens": 20},
    ),
    "the same, of temperature": (
        lambda body: "temperature" in body,
        "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value.",
        {"max_tokens": 20},
    ),
    "gateway that is strict": (lambda body: "seed" in body, "seed: Extra inputs are not permitted", {"max_tokens": 20}),
    "without stop strings": (lambda body: "stop" in body, "Unsupported parameter: 'stop'", {"max_tokens": 20}),
    "Gemma": (
        lambda body: body["messages"][0]["role"] == "system",
        "Developer instruction is not enabled for models/gemma-3-27b-it",
        {"messages": [{"role": "user", "content": "Be brief.\n\nWhere does it end?"}]},
    ),
}


@pytest.fixture
def model(api: ChatAPI) -> OpenAIModel:
    return OpenAIModel("small", Connection(url=api.url, seed=7))


@pytest.mark.parametrize("kind", SERVERS)
async def test_one_refusal_teaches_how_to_ask(
    api: ChatAPI, model: OpenAIModel, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    refuses, said, asked = SERVERS[kind]
    api.reply = lambda body: refusal(400, said) if refuses(body) else "It ends here."
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert (await model.complete(ASKED, SAMPLING)).text == "It ends here."
    assert len(api.requests) == 4  # the first call alone is asked twice
    assert asked.items() <= api.requests[-1].items()
    assert [record.message.count("small is asked") for record in caplog.records] == [1]
    assert said.rstrip(".") in caplog.text
    await model.aclose()


async def test_a_server_that_only_streams_is_asked_for_streams(api: ChatAPI, model: OpenAIModel) -> None:
    def streaming(body: Body) -> Any:
        if not body.get("stream"):
            return refusal(400, "parameter.enable_thinking must be set to false for non-streaming calls")
        pieces = [{"choices": [{"delta": {"content": piece}}]} for piece in ("It ends ", "here.")]
        usage = {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 4}}
        lines = [f"data: {json.dumps(event)}\n\n" for event in (*pieces, usage)]
        return Response("".join(lines) + "data: [DONE]\n\n", media_type="text/event-stream")

    api.reply = streaming
    reply = await model.complete(ASKED, SAMPLING)
    assert (reply.text, reply.usage.total_tokens) == ("It ends here.", 13)
    assert api.requests[-1]["stream_options"] == {"include_usage": True}
    await model.aclose()


async def test_several_refusals_are_learnt_one_after_the_other(api: ChatAPI, model: OpenAIModel) -> None:
    def strict(body: Body) -> Any:
        for name in ("temperature", "seed", "stop"):
            if name in body:
                return refusal(422, f"{name}: Extra inputs are not permitted")
        return "It ends here."

    api.reply = strict
    assert (await model.complete(ASKED, SAMPLING)).text == "It ends here."
    assert set(api.requests[-1]) == {"model", "messages", "max_tokens"}
    await model.aclose()


async def test_a_server_that_takes_neither_name_is_not_asked_for_ever(api: ChatAPI, model: OpenAIModel) -> None:
    def neither(body: Body) -> Any:
        name = "max_tokens" if "max_tokens" in body else "max_completion_tokens"
        return refusal(400, f"Unknown parameter: '{name}'")

    api.reply = neither
    with pytest.raises(ModelError, match="max_completion_tokens"):
        await model.complete(ASKED, SAMPLING)
    assert len(api.requests) == 2
    await model.aclose()


async def test_what_is_not_sent_cannot_be_left_out(api: ChatAPI) -> None:
    model = OpenAIModel("small", Connection(url=api.url))
    api.reply = lambda _: refusal(400, "Unrecognized request argument supplied: seed")
    with pytest.raises(ModelError):
        await model.complete(ASKED, SAMPLING)
    assert len(api.requests) == 1
    await model.aclose()


async def test_a_model_that_is_not_there_is_still_told(api: ChatAPI, model: OpenAIModel) -> None:
    api.reply = lambda _: refusal(404, "The model `small` does not exist")
    with pytest.raises(ConfigurationError, match="does not know the model small"):
        await model.complete(ASKED, SAMPLING)
    await model.aclose()
