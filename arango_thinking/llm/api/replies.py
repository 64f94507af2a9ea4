"""A chat completion's body → text, reasoning, usage; and the JSON object in a text that was asked for one.

Compatible servers differ: content may be a list of parts, reasoning stands in one of two fields or between tags, an
object may come as a tool call, in a code fence, or wrapped under a name. Every level of a body may be missing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError

from arango_thinking.errors import BadReplyError, ModelError
from arango_thinking.llm.api.failures import MalformedReplyError
from arango_thinking.llm.base import Completion
from arango_thinking.usage import Usage

_THINK = ("<think>", "</think>")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
#: Where models put the object when they take the schema for a tool.
_WRAPPERS = ("arguments", "parameters", "input", "properties")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said. `reasoning` is what it thought before, where the API shows that."""

    text: str
    reasoning: str
    finish_reason: str
    usage: Usage
    #: Tokens as the server counts them were in the body.
    metered: bool
    refusal: str = ""


def read_reply(content: bytes) -> Reply:
    """The reply in a body. Raises `MalformedReplyError` for a body that holds none."""
    body = _loaded(content)
    choice = _first(body.get("choices")) if isinstance(body, dict) else None
    message = choice.get("message") if choice else None
    if choice is None or not isinstance(message, dict):
        raise MalformedReplyError(f"answers without a choice ({_start(content)})")
    said, reasoning = _said(message)
    usage = body.get("usage")
    return Reply(
        text=said,
        reasoning=reasoning,
        finish_reason=str(choice.get("finish_reason") or "stop"),
        usage=_usage(usage),
        metered=isinstance(usage, dict),
        refusal=str(message.get("refusal") or ""),
    )


def _loaded(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except ValueError:
        pass
    try:  # more lenient: half characters, which are replaced later, and NaN
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise MalformedReplyError(f"answers with what is not JSON ({_start(content)})") from error


def _start(content: bytes) -> str:
    return repr(content[:80].decode("utf-8", "replace"))


def _first(choices: Any) -> dict[str, Any] | None:
    choice = choices[0] if isinstance(choices, list) and choices else None
    return choice if isinstance(choice, dict) else None


def _usage(usage: Any) -> Usage:
    if not isinstance(usage, dict):
        return Usage(calls=1)
    return Usage(int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0), 1)


def _said(message: dict[str, Any]) -> tuple[str, str]:
    """Text and reasoning of a message."""
    content = message.get("content")
    text = content if isinstance(content, str) else _parts(content, "text")
    reasoning = str(message.get("reasoning_content") or message.get("reasoning") or _parts(content, "thinking"))
    if not reasoning:
        text, reasoning = _without_thinking(text)
    return _whole_characters(text or _tool_arguments(message)), _whole_characters(reasoning).strip()


def _parts(content: Any, kind: str) -> str:
    """The parts of a kind in a content that is a list; a part of thinking holds a list itself."""
    if not isinstance(content, list):
        return ""
    parts = (part.get(kind) for part in content if isinstance(part, dict))
    return "".join(part if isinstance(part, str) else _parts(part, "text") for part in parts)


def _tool_arguments(message: dict[str, Any]) -> str:
    """The arguments of the first tool call, which some servers give in place of content."""
    call = _first(message.get("tool_calls")) or {}
    function = call.get("function")
    arguments = function.get("arguments") if isinstance(function, dict) else None
    return arguments if isinstance(arguments, str) else ""


def _without_thinking(text: str) -> tuple[str, str]:
    """Text and reasoning of "<think>...</think>..."; the first tag may have been part of the prompt."""
    opened, closed = _THINK
    before, found, after = text.partition(closed)
    if found:
        return after.lstrip(), before.replace(opened, "", 1)
    if text.lstrip().startswith(opened):
        return "", text.replace(opened, "", 1)
    return text, ""


def _whole_characters(text: str) -> str:
    """A reply that was cut inside a character may end in half of it, which no database or file takes."""
    return text.encode("utf-8", "replace").decode()


#: The finish reason of a reply whose text says why the model does not answer.
REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom, and for how many tokens at most: for messages."""

    model: str
    max_tokens: int


def checked(completion: Completion, schema: type[BaseModel] | None, asked: Asked) -> Completion:
    """The completion, with the object that the schema asked for.

    Raises `BadReplyError` when there is none, and `ModelError`, saying what to do, for a reply that is empty for a
    reason that a new draw does not cure. Both hold the completion: it is paid for.
    """
    try:
        _require_said(completion, asked)
        return replace(completion, parsed=parsed(completion.text, schema)) if schema else completion
    except ModelError as error:
        error.completion = completion
        raise


def _require_said(completion: Completion, asked: Asked) -> None:
    if completion.finish_reason == REFUSAL:
        raise ModelError(f"{asked.model} refuses to answer: {completion.text[:300]}")
    if completion.text.strip():
        return
    if completion.finish_reason == "content_filter":
        raise ModelError(
            f"The provider's content filter held back the reply of {asked.model}: the document's text trips it."
        )
    if completion.finish_reason == "length":
        raise ModelError(
            f"The reply of {asked.model} is empty because of length: its {asked.max_tokens} tokens were used up before "
            "it said anything, as reasoning models do. Raise max_new_tokens (--max-new-tokens)."
        )


def parsed(text: str, schema: type[BaseModel]) -> BaseModel:
    """The first object of the schema in `text`. Raises `BadReplyError` when there is none."""
    failure: ValidationError | None = None
    for found in _objects(text):
        for candidate in _unwrapped(found):
            try:
                return schema.model_validate(candidate)
            except ValidationError as error:
                failure = failure or error
    raise BadReplyError(f"The reply is not a {schema.__name__}: {text[:200]!r}.") from failure


def _unwrapped(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An object, then the one in it that it may be the wrapper of."""
    yield found
    inner = [found.get(name) for name in _WRAPPERS]
    if len(found) == 1:
        inner += found.values()
    yield from (value for value in inner if isinstance(value, dict))


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in `text`, which may stand in prose or in a code fence; last of all with commas mended."""
    yield from _decoded(text)
    mended = _TRAILING_COMMA.sub("", text)
    if mended != text:
        yield from _decoded(mended)


def _decoded(text: str) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder()
    start = text.find("{")
    while start >= 0:
        try:
            end = decoder.raw_decode(text, start)[1]
            yield orjson.loads(text[start:end])  # the stricter one: no NaN, no half characters
        except ValueError:
            end = start + 1
        except RecursionError:
            return
        start = text.find("{", end)
