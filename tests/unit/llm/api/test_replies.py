from __future__ import annotations

import json
from typing import Any

import pytest

from arango_thinking.llm.api.failures import MalformedReplyError
from arango_thinking.llm.api.replies import Reply, ReportedError, read_reply
from arango_thinking.usage import Usage

TEXT = '{"name": "Paris", "capital": true}'


def reply(finish_reason: str | None = "stop", usage: Any = None, **message: Any) -> Reply:
    choice = {"message": message, "finish_reason": finish_reason}
    return read_reply(json.dumps({"choices": [choice], "usage": usage}).encode())


def test_text_usage_and_finish_reason() -> None:
    usage = {"prompt_tokens": 3, "completion_tokens": 2}
    assert reply(content="Paris", usage=usage) == Reply("Paris", "", "stop", Usage(3, 2, 1))


def test_a_server_without_usage_counts_the_call() -> None:
    found = reply(content="Paris", finish_reason=None)
    assert (found.usage, found.finish_reason) == (Usage(calls=1, unmetered=1), "stop")


def test_numbers_that_are_none_do_not_make_a_reply_unreadable() -> None:
    body = (
        b'{"choices": [{"message": {"content": "Paris"}}], "usage": {"prompt_tokens": NaN, "completion_tokens": 1e999}}'
    )
    assert read_reply(body).usage.unmetered == 1


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (None, "stop"),
        ("", "stop"),
        ("STOP", "stop"),
        ("eos", "eos"),
        ("MAX_TOKENS", "length"),
        ("model_length", "length"),
        ("SAFETY", "content_filter"),
    ],
)
def test_finish_reasons_have_one_name(told: str | None, reason: str) -> None:
    assert reply(content="Paris", finish_reason=told).finish_reason == reason


@pytest.mark.parametrize("told", ["error", "network_error", "insufficient_system_resource"])
def test_a_reply_that_the_server_broke_off_is_none(told: str) -> None:
    with pytest.raises(MalformedReplyError, match="broke off its reply"):
        reply(content="Par", finish_reason=told)


def test_of_several_choices_the_first_counts() -> None:
    choices = [{"message": {"content": name}} for name in ("Paris", "Lyon")]
    assert read_reply(json.dumps({"choices": choices}).encode()).text == "Paris"


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
        b'{"choices": [{"mess',
        b"[" * 100_000,
    ],
    ids=lambda body: str(body[:20]),
)
def test_a_body_that_holds_no_reply(body: bytes) -> None:
    with pytest.raises(MalformedReplyError, match="answers"):
        read_reply(body)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"error": {"message": "overloaded"}}, 502),
        ({"error": "overloaded"}, 502),
        ({"error": {"message": "slow down", "code": 429}}, 429),
        ({"error": {"message": "slow down", "code": "429"}}, 429),
        ({"error": {"message": "slow down", "type": "rate_limit_error"}}, 429),
        ({"error": {"message": "who are you?", "type": "authentication_error"}}, 401),
        ({"error": {"message": "no such thing", "code": "model_not_found"}}, 404),
        ({"choices": [], "error": {"code": 503}}, 503),
        ({"choices": [{"message": {"content": "Par"}, "error": {"code": 502, "message": "gone"}}]}, 502),
    ],
    ids=str,
)
def test_an_error_inside_a_response_of_success(body: dict[str, Any], status: int) -> None:
    with pytest.raises(ReportedError) as told:
        read_reply(json.dumps(body).encode())
    assert told.value.status == status


def test_an_error_of_null_is_none() -> None:
    body = {"choices": [{"message": {"content": "Paris"}, "error": None}], "error": None}
    assert read_reply(json.dumps(body).encode()).text == "Paris"


def test_what_is_not_json_is_quoted_as_far_as_80_bytes() -> None:
    with pytest.raises(MalformedReplyError) as told:
        read_reply(b"<" + b"h" * 78 + b"tml>")
    assert str(told.value) == f"answers with something that is not JSON ({'<' + 'h' * 78 + 't'!r})"


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
        ({"content": "<think>I write <think> first.</think>Paris"}, "Paris", "I write <think> first."),
        ({"content": "<think>I write <think> first"}, "", "I write <think> first"),
        ({"content": "[THINK]France.[/THINK]Paris"}, "Paris", "France."),
        ({"content": "<think>France.</think>Paris", "reasoning_content": "France."}, "Paris", "France."),
        ({"content": "Paris", "reasoning": {"content": "France."}}, "Paris", "France."),
        ({"content": "Paris", "reasoning": {"effort": 3}}, "Paris", ""),
        (
            {"content": "Paris", "reasoning_details": [{"type": "reasoning.text", "text": "France."}]},
            "Paris",
            "France.",
        ),
        ({"content": [{"type": "text", "text": "Pa"}, {"type": "text", "text": "ris"}]}, "Paris", ""),
        (
            {"content": [{"type": "thinking", "thinking": [{"text": "France."}]}, {"type": "text", "text": "Paris"}]},
            "Paris",
            "France.",
        ),
        ({"content": [{"type": "text"}, "odd", None]}, "", ""),
        ({"content": None, "tool_calls": [{"function": {"name": "City", "arguments": TEXT}}]}, "", ""),
        ({"content": "", "tool_calls": [{"function": None}]}, "", ""),
    ],
)
def test_text_and_reasoning_wherever_they_stand(message: dict[str, Any], text: str, reasoning: str) -> None:
    found = reply(**message)
    assert (found.text, found.reasoning) == (text, reasoning)


@pytest.mark.parametrize(
    ("calls", "arguments"),
    [
        ([{"function": {"name": "City", "arguments": TEXT}}], TEXT),
        ([{"function": {"arguments": json.loads(TEXT)}}], TEXT),
        ([{"function": {"arguments": [1]}}], ""),
        ([{"function": None}], ""),
        ("call", ""),
        (None, ""),
    ],
)
def test_arguments_of_a_tool_call_stand_by_themselves(calls: Any, arguments: str) -> None:
    found = reply(content=None, tool_calls=calls)
    assert (found.text, found.arguments) == ("", arguments)


def test_lists_within_lists_are_no_reasoning() -> None:
    deep: Any = "France."
    for _ in range(900):
        deep = [deep]
    assert reply(content=deep, reasoning=deep).reasoning == ""
