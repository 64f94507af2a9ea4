"""What a reply's text holds."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError

from arango_thinking.errors import BadReplyError
from arango_thinking.llm.base import Completion


def checked(completion: Completion, schema: type[BaseModel] | None) -> Completion:
    """The completion, with what the schema asked for. Raises `BadReplyError`, which holds the completion."""
    try:
        if not completion.text.strip() and completion.finish_reason in ("length", "content_filter"):
            raise BadReplyError(f"The reply is empty because of {completion.finish_reason}.")
        return replace(completion, parsed=parsed(completion.text, schema)) if schema else completion
    except BadReplyError as error:
        error.completion = completion
        raise


def parsed(text: str, schema: type[BaseModel]) -> BaseModel:
    """The first JSON object in `text`, which may stand in prose or in a code fence."""
    try:
        return schema.model_validate(_first_object(text))
    except ValidationError as error:
        raise BadReplyError(f"The reply is not a {schema.__name__}: {text[:200]!r}.") from error


def _first_object(text: str) -> Any:
    decoder = json.JSONDecoder()
    start = text.find("{")
    while start >= 0:
        try:
            end = decoder.raw_decode(text, start)[1]
            return orjson.loads(text[start:end])  # the stricter one: no NaN, no half characters
        except ValueError:
            start = text.find("{", start + 1)
        except RecursionError:
            break
    return None
