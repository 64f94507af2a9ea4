"""Read the tokens of a call from the `usage` of a reply. Servers differ in names, and some tell nothing or nonsense.

What cannot be right counts as not told: never as zero, which would let a run spend without end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arango_thinking.usage import Usage

_PROMPT = ("prompt_tokens", "input_tokens")
_COMPLETION = ("completion_tokens", "output_tokens")
_TOTAL = "total_tokens"
#: Where servers tell how many tokens of the prompt were in a cache; names with a dot are within an object.
_CACHED = (
    "prompt_tokens_details.cached_tokens",
    "input_tokens_details.cached_tokens",
    "prompt_cache_hit_tokens",
    "cache_read_input_tokens",
    "cached_tokens",
)
_REASONING = (
    "completion_tokens_details.reasoning_tokens",
    "output_tokens_details.reasoning_tokens",
    "reasoning_tokens",
)
#: No call takes more tokens than this.
_MOST = 100_000_000
_NOT_TOLD = Usage(calls=1, unmetered=1)


def read_usage(told: Any, *, said: bool) -> Usage:
    """The tokens of one call. `said` is whether the reply holds any text: then it took tokens.

    Of a reply that tells only a sum, the sum counts as prompt, and the call is unmetered: what it cost is not known.
    """
    if not isinstance(told, Mapping):
        return _NOT_TOLD
    prompt, completion, total = _first(told, _PROMPT), _first(told, _COMPLETION), _count(told.get(_TOTAL))
    if prompt is None and completion is not None and total is not None:
        prompt = total - completion
    if completion is None and prompt is not None and total is not None:
        completion = total - prompt
    if prompt is None or completion is None:
        return Usage(prompt_tokens=total or prompt or completion or 0, calls=1, unmetered=1)
    reasoning = _first(told, _REASONING) or 0
    if total is not None and total > prompt + completion:
        completion = total - prompt  # some count what was thought in the sum only; it is billed as completion
    if prompt <= 0 or completion < said:
        return Usage(max(prompt, 0), max(completion, 0), 1, unmetered=1)
    cached = min(_first(told, _CACHED) or 0, prompt)
    return Usage(prompt, completion, 1, cached_tokens=cached, reasoning_tokens=min(reasoning, completion))


def _first(told: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    """The first of the names that has a count."""
    for name in names:
        outer, dot, inner = name.partition(".")
        value = told.get(outer)
        count = _count(value.get(inner) if dot and isinstance(value, Mapping) else None if dot else value)
        if count is not None:
            return count
    return None


def _count(value: Any) -> int | None:
    """A number of tokens; `None` for what is none, such as a text, an object, NaN, or a number below zero."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST:
        return None
    return int(value)
