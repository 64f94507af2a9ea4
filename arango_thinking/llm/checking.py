"""Check whether a completion can be used, and find the JSON object in a reply that should hold one.

An object may stand in prose, in a code fence, or wrapped under a name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError

from arango_thinking.errors import BadReplyError, CutReplyError, ModelError
from arango_thinking.llm.base import ChatModel, Completion, Message, Sampling

_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
#: The names under which models wrap the object when they take the schema for a tool.
_WRAPPERS = ("arguments", "parameters", "input", "properties")
#: The finish reason of a reply whose text says why the model does not answer.
REFUSAL = "refusal"
#: That of a reply that the provider held back or cut because of what it says.
FILTERED = "content_filter"
#: That of a reply that was cut because its tokens were used up.
CUT = "length"


#: A reply of more characters than this, and than so many for each token that it may take, is none of a language model.
LONGEST = 200_000
_CHARACTERS_OF_A_TOKEN = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """The model of a call and its token limit, for error messages."""

    model: str
    max_tokens: int


def checked(completion: Completion, schema: type[BaseModel] | None, asked: Asked) -> Completion:
    """Return the completion, with the object that the schema asked for.

    Raises `BadReplyError` when the reply holds no such object, and `CutReplyError` when its tokens were used up before
    that, or before it said anything. Raises `ModelError` when the model refused, or its provider held the reply back.
    All errors hold the completion: it was paid for. A text that was cut is returned; see `whole`.
    """
    try:
        _require_said(completion, asked)
        return replace(completion, parsed=_parsed(completion, schema, asked)) if schema else completion
    except ModelError as error:
        error.completion = completion
        raise


async def whole(
    model: ChatModel,
    messages: Sequence[Message],
    sampling: Sampling,
    *,
    schema: type[BaseModel] | None = None,
    continue_final: bool = False,
) -> Completion:
    """A reply that is whole. One that was cut is drawn once more, with twice the tokens.

    Raises `CutReplyError` when that one is cut too, and what `ChatModel.complete` raises.
    """

    async def drawn(with_sampling: Sampling) -> Completion:
        completion = await model.complete(messages, with_sampling, schema=schema, continue_final=continue_final)
        if completion.finish_reason == CUT and completion.parsed is None:
            raise CutReplyError(_cut(Asked(model.name, with_sampling.max_tokens)))
        return completion

    try:
        return await drawn(sampling)
    except CutReplyError as error:
        try:
            return await drawn(replace(sampling, max_tokens=2 * sampling.max_tokens))
        except (BadReplyError, CutReplyError):
            raise
        except ModelError:  # the server takes no more tokens
            raise error from None


def _parsed(completion: Completion, schema: type[BaseModel], asked: Asked) -> BaseModel:
    try:
        return parsed(completion.text, schema)
    except BadReplyError as error:
        if completion.finish_reason == CUT:
            raise CutReplyError(_cut(asked)) from error
        raise


def _cut(asked: Asked) -> str:
    return (
        f"The reply of {asked.model} was cut after {asked.max_tokens} tokens, before it was whole. "
        "Raise max_new_tokens (--max-new-tokens)."
    )


def _require_said(completion: Completion, asked: Asked) -> None:
    characters = len(completion.text) + len(completion.reasoning)
    if characters > max(LONGEST, _CHARACTERS_OF_A_TOKEN * asked.max_tokens):
        raise BadReplyError(
            f"The reply of {asked.model} has {characters:,} characters, which {asked.max_tokens} tokens cannot hold."
        )
    if completion.finish_reason == REFUSAL:
        raise ModelError(f"{asked.model} refuses to answer: {completion.text[:300]}")
    if completion.finish_reason == FILTERED:
        raise ModelError(
            f"The provider's content filter held back the reply of {asked.model}: the text of the document triggers it."
        )
    if completion.text.strip():
        return
    if completion.finish_reason == CUT:
        raise CutReplyError(
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
