"""Check whether a completion can be used, and find the JSON object in a reply that should hold one.

An object may stand in prose, in a code fence, or wrapped under a name.
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
from arango_thinking.llm.base import Completion

_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
#: The names under which models wrap the object when they take the schema for a tool.
_WRAPPERS = ("arguments", "parameters", "input", "properties")
#: The finish reason of a reply whose text says why the model does not answer.
REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Asked:
    """The model of a call and its token limit, for error messages."""

    model: str
    max_tokens: int


def checked(completion: Completion, schema: type[BaseModel] | None, asked: Asked) -> Completion:
    """Return the completion, with the object that the schema asked for.

    Raises `BadReplyError` when the reply holds no such object. Raises `ModelError` when the model refused, or when the
    reply is empty for a reason that a new draw would not change. Both errors hold the completion: it was paid for.
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
            f"The provider's content filter held back the reply of {asked.model}: the text of the document triggers it."
        )
    if completion.finish_reason == "length":
        raise ModelError(
            f"The reply of {asked.model} is empty because of length: its {asked.max_tokens} tokens were used up before "
            "the answer began, as happens with reasoning models. Raise max_new_tokens (--max-new-tokens)."
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
    """Yield the object, then the objects inside it that it may be a wrapper of."""
    yield found
    inner = [found.get(name) for name in _WRAPPERS]
    if len(found) == 1:
        inner += found.values()
    yield from (value for value in inner if isinstance(value, dict))


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects in `text`, then those that appear when trailing commas are removed."""
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
