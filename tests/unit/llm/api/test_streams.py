from __future__ import annotations

import json
from typing import Any

import pytest

from arango_thinking.llm.api.failures import MalformedReplyError
from arango_thinking.llm.api.replies import ReportedError, read_reply
from arango_thinking.llm.api.streams import is_stream
from arango_thinking.usage import Usage


def events(*objects: Any, end: str = "data: [DONE]\n\n") -> bytes:
    return ("".join(f"data: {json.dumps(one)}\n\n" for one in objects) + end).encode()


def delta(finish_reason: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": finish_reason}]}


USAGE = {"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": 5}}


def test_pieces_are_joined() -> None:
    reply = read_reply(
        events(delta(role="assistant", content=""), delta(content="Pa"), delta("stop", content="ris"), USAGE)
    )
    assert (reply.text, reply.finish_reason, reply.usage) == ("Paris", "stop", Usage(10, 5, 1))


def test_reasoning_in_pieces_is_kept_apart() -> None:
    reply = read_reply(
        events(delta(reasoning_content="Fra"), delta(reasoning_content="nce"), delta("stop", content="Paris"))
    )
    assert (reply.text, reply.reasoning) == ("Paris", "France")


def test_so_are_the_arguments_of_a_tool_call() -> None:
    calls = [delta(tool_calls=[{"index": 0, "function": {"arguments": part}}]) for part in ('{"a"', ": 1}")]
    assert read_reply(events(*calls, delta("tool_calls"))).arguments == '{"a": 1}'


@pytest.mark.parametrize("before", [b": OPENROUTER PROCESSING\n\n", b"event: message\n", b"\n"])
def test_what_comes_before_the_first_event_does_not_matter(before: bytes) -> None:
    assert read_reply(before + events(delta("stop", content="Paris"))).text == "Paris"


def test_the_end_mark_alone_ends_it_too() -> None:
    assert read_reply(events(delta(content="Paris"))).text == "Paris"


def test_a_stream_that_breaks_off_is_no_reply() -> None:
    with pytest.raises(MalformedReplyError, match="before its reply is whole"):
        read_reply(events(delta(content="Par"), end=""))


def test_an_error_in_a_stream_is_one() -> None:
    with pytest.raises(ReportedError) as told:
        read_reply(events(delta(content="Par"), {"error": {"code": 502, "message": "gone"}}))
    assert told.value.status == 502


def test_odd_events_are_passed_over() -> None:
    odd = b'data: 3\ndata: {broken\ndata: {"choices": 3}\ndata: {"choices": [null]}\n'
    assert read_reply(odd + events(delta(content=None), delta("stop", content="Paris"))).text == "Paris"


def test_an_object_is_no_stream() -> None:
    assert not is_stream(b'{"data": 1}')
