"""Read text, reasoning and usage from the body of a chat completion.

Compatible servers differ: content may be a list of parts, reasoning may stand in one of two fields or between tags, and
text may come as a tool call. Every level of a body may be missing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import orjson

from arango_thinking.llm.api.failures import MalformedReplyError
from arango_thinking.llm.api.metering import read_usage
from arango_thinking.llm.api.streams import assembled, is_stream
from arango_thinking.llm.checking import CUT, FILTERED
from arango_thinking.reasoning_marks import split
from arango_thinking.usage import Usage

#: The fields of a message that hold what was thought, and the names under which an object there holds the text.
_REASONING = ("reasoning_content", "reasoning", "reasoning_details", "thinking")
_HELD = ("text", "content", "summary", "thinking")
#: Kinds of errors that servers report without a status.
_KINDS = {"rate_limit": 429, "quota": 429, "authentication": 401, "permission": 403, "not_found": 404, "invalid": 400}
#: The words of servers for a reply that was cut or held back, and for one that broke off, which is asked for again.
_CUT = ("length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded")
_FILTERED = ("content_filter", "safety", "prohibited_content", "blocklist", "recitation", "spii", "sensitive")
_BROKEN = ("error", "abort", "cancelled", "network_error", "insufficient_system_resource", "malformed_function_call")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said. `reasoning` is what it thought before, where the API shows that.

    `arguments` are those of a tool call, which some servers give in place of text when a schema was asked for.
    """

    text: str
    reasoning: str
    finish_reason: str
    usage: Usage
    refusal: str = ""
    arguments: str = ""


class ReportedError(Exception):
    """An error that a server reports inside a response of success: what it would have answered otherwise."""

    def __init__(self, error: Any) -> None:
        super().__init__(str(error))
        self.status = _status(error)
        self.content = orjson.dumps({"error": error})


def read_reply(content: bytes) -> Reply:
    """The reply in a body. Raises `MalformedReplyError` when the body holds no reply, `ReportedError` for an error."""
    body = _loaded(content)
    choice = _first(body.get("choices")) if isinstance(body, dict) else None
    for error in (choice or {}).get("error"), body.get("error") if isinstance(body, dict) and choice is None else None:
        if error and isinstance(error, dict | str):
            raise ReportedError(error)
    message = choice.get("message") if choice else None
    if choice is None or not isinstance(message, dict):
        raise MalformedReplyError(f"answers without a choice ({_start(content)})")
    finish_reason = _finish_reason(choice.get("finish_reason"))
    said, reasoning = _said(message)
    refusal = str(message.get("refusal") or "")
    return Reply(
        text=said,
        reasoning=reasoning,
        finish_reason=finish_reason,
        usage=read_usage(body.get("usage"), said=bool(said or reasoning or refusal)),
        refusal=refusal,
        arguments=_tool_arguments(message),
    )


def _finish_reason(told: Any) -> str:
    """The finish reason in OpenAI's words. Raises `MalformedReplyError` for a reply that the server broke off."""
    reason = told.casefold() if isinstance(told, str) and told else "stop"
    if reason in _BROKEN:
        raise MalformedReplyError(f"broke off its reply (finish reason {told!r})")
    return CUT if reason in _CUT else FILTERED if reason in _FILTERED else reason


def _status(error: Any) -> int:
    """The HTTP status that fits an error, by its code or its kind; 502 where neither tells."""
    codes = [error.get(name) for name in ("code", "status", "type")] if isinstance(error, dict) else []
    for code in codes:
        told = str(code)
        if told.isdecimal() and len(told) == 3 and told[0] in "45":
            return int(told)
    kinds = " ".join(map(str, codes)).casefold()
    return next((status for kind, status in _KINDS.items() if kind in kinds), 502)


def _loaded(content: bytes) -> Any:
    if is_stream(content):
        body = assembled(content)
        if body is None:
            raise MalformedReplyError("ends a stream before its reply is whole")
        return body
    try:
        return orjson.loads(content)
    except ValueError:
        pass
    try:  # more lenient: accepts NaN, and half characters, which are replaced later
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise MalformedReplyError(f"answers with something that is not JSON ({_start(content)})") from error


def _start(content: bytes) -> str:
    return repr(content[:80].decode("utf-8", "replace"))


def _first(choices: Any) -> dict[str, Any] | None:
    choice = choices[0] if isinstance(choices, list) and choices else None
    return choice if isinstance(choice, dict) else None


def _said(message: dict[str, Any]) -> tuple[str, str]:
    """Text and reasoning of a message."""
    content = message.get("content")
    text = content if isinstance(content, str) else _parts(content, "text")
    text, thought = split(text)
    told = next(filter(None, map(_reasoning, (message.get(name) for name in _REASONING))), _parts(content, "thinking"))
    # Some servers give what was thought twice: in a field of its own, and between marks in the text.
    return _whole_characters(text), _whole_characters(told or thought).strip()


def _reasoning(value: Any) -> str:
    """The reasoning in a field: a text, an object that holds one, or a list of these."""
    return "".join(map(_held, value)) if isinstance(value, list) else _held(value)


def _held(value: Any) -> str:
    """A text, or the text that an object holds; "" for anything else."""
    held = [value.get(name) for name in _HELD] if isinstance(value, dict) else [value]
    return next((one for one in held if isinstance(one, str)), "")


def _parts(content: Any, kind: str) -> str:
    """The joined parts of one kind when `content` is a list. A part of thinking holds a list itself."""
    parts = [part.get(kind) for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    return "".join(map(_reasoning, parts))


def _tool_arguments(message: dict[str, Any]) -> str:
    """The arguments of the first tool call, which some servers give in place of content."""
    call = _first(message.get("tool_calls")) or {}
    function = call.get("function")
    arguments = function.get("arguments") if isinstance(function, dict) else None
    return json.dumps(arguments) if isinstance(arguments, dict) else arguments if isinstance(arguments, str) else ""


def _whole_characters(text: str) -> str:
    """The text with half characters replaced: a reply may be cut inside one, and no database or file takes that."""
    return text.encode("utf-8", "replace").decode()
