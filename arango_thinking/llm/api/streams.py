"""Put a streamed chat completion together: the body that the server would have sent otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

_DATA = b"data:"
_DONE = b"[DONE]"
#: The fields of a message that come in pieces.
_ARGUMENTS = "arguments"
_PIECES = ("content", "reasoning_content", "reasoning", "thinking", "refusal")


def is_stream(content: bytes) -> bool:
    """Whether a body is a stream of events and not one object. A comment may come before the first event."""
    return content.lstrip().startswith((_DATA, b"event:", b": ", b":\n"))


def assembled(content: bytes) -> dict[str, Any] | None:
    """The completion in a stream; `None` when the stream ends before its first choice does.

    An error in the stream is the whole reply, as if the server had answered with it.
    """
    message: dict[str, list[str]] = {}
    finish_reason, usage, is_whole = None, None, False
    for event in _events(content):
        if event.get("error"):
            return {"error": event["error"]}
        usage = event.get("usage") or usage
        choices = event.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
        delta = choice.get("delta") or choice.get("message")
        if isinstance(delta, dict):
            _add(message, delta)
        finish_reason = choice.get("finish_reason") or finish_reason
        is_whole = is_whole or finish_reason is not None
    if not is_whole and not content.rstrip().endswith(_DONE):
        return None
    said: dict[str, Any] = {name: "".join(message[name]) for name in _PIECES if name in message}
    if _ARGUMENTS in message:
        said["tool_calls"] = [{"function": {_ARGUMENTS: "".join(message[_ARGUMENTS])}}]
    return {"choices": [{"message": said, "finish_reason": finish_reason}], "usage": usage}


def _events(content: bytes) -> Iterator[dict[str, Any]]:
    """Yield the objects in a stream; what is no object, such as the end mark, is passed over."""
    for line in content.splitlines():
        if line.startswith(_DATA):
            try:
                event = orjson.loads(line[len(_DATA) :])
            except ValueError:
                continue
            if isinstance(event, dict):
                yield event


def _add(message: dict[str, list[str]], delta: dict[str, Any]) -> None:
    """Add the pieces that an event holds."""
    for name in _PIECES:
        if isinstance(delta.get(name), str):
            message.setdefault(name, []).append(delta[name])
    for call in delta.get("tool_calls") or ():
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict) and isinstance(function.get(_ARGUMENTS), str):
            message.setdefault(_ARGUMENTS, []).append(function[_ARGUMENTS])
