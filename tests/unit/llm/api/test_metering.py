"""The tokens of a call, as servers tell them and do not tell them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from arango_thinking.llm.api.metering import read_usage
from arango_thinking.usage import Usage


@pytest.mark.parametrize(
    ("told", "usage"),
    [
        ({"prompt_tokens": 30, "completion_tokens": 5}, Usage(30, 5, 1)),
        ({"prompt_tokens": 30.0, "completion_tokens": 5, "total_tokens": 35}, Usage(30, 5, 1)),
        ({"input_tokens": 30, "output_tokens": 5}, Usage(30, 5, 1)),
        ({"prompt_tokens": None, "input_tokens": 30, "completion_tokens": 5}, Usage(30, 5, 1)),
        ({"prompt_tokens": 30, "total_tokens": 35}, Usage(30, 5, 1)),
        ({"completion_tokens": 5, "total_tokens": 35}, Usage(30, 5, 1)),
    ],
    ids=str,
)
def test_names_and_forms_of_the_two_counts(told: dict[str, Any], usage: Usage) -> None:
    assert read_usage(told, said=True) == usage


@pytest.mark.parametrize(
    ("told", "tokens"),
    [
        (None, 0),
        ([], 0),
        ("30 tokens", 0),
        ({}, 0),
        ({"total_tokens": 35}, 35),
        ({"prompt_tokens": 30}, 30),
        ({"completion_tokens": 5}, 5),
        ({"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}, 0),
        ({"prompt_tokens": 0, "completion_tokens": 5}, 5),
        ({"prompt_tokens": 30, "completion_tokens": 0}, 30),
        ({"prompt_tokens": -1000, "completion_tokens": 5}, 5),
        ({"prompt_tokens": 30, "completion_tokens": -5}, 30),
        ({"prompt_tokens": "n/a", "completion_tokens": [5]}, 0),
        ({"prompt_tokens": {"text": 30}, "completion_tokens": True}, 0),
        ({"prompt_tokens": float("nan"), "completion_tokens": float("inf")}, 0),
        ({"prompt_tokens": 1e30, "completion_tokens": 5}, 5),
        ({"completion_tokens": 50, "total_tokens": 35}, -15 + 50),
    ],
    ids=str,
)
def test_what_cannot_be_right_is_not_told(told: Any, tokens: int) -> None:
    usage = read_usage(told, said=True)
    assert (usage.unmetered, usage.calls) == (1, 1)
    assert usage.prompt_tokens >= 0 <= usage.completion_tokens
    assert usage.total_tokens == max(tokens, usage.completion_tokens)


def test_a_reply_without_text_may_take_no_tokens_of_its_own() -> None:
    assert read_usage({"prompt_tokens": 30, "completion_tokens": 0}, said=False) == Usage(30, 0, 1)


@pytest.mark.parametrize(
    ("more", "cached", "reasoning"),
    [
        ({"prompt_tokens_details": {"cached_tokens": 20}}, 20, 0),
        ({"prompt_cache_hit_tokens": 20, "prompt_cache_miss_tokens": 10}, 20, 0),
        ({"cache_read_input_tokens": 20}, 20, 0),
        ({"completion_tokens_details": {"reasoning_tokens": 4}}, 0, 4),
        ({"prompt_tokens_details": {"cached_tokens": 99}}, 30, 0),
        ({"completion_tokens_details": {"reasoning_tokens": 99}}, 0, 5),
        ({"prompt_tokens_details": None, "completion_tokens_details": [4]}, 0, 0),
        ({"prompt_tokens_details": {"cached_tokens": -1}}, 0, 0),
    ],
    ids=str,
)
def test_of_which_cached_and_thought(more: dict[str, Any], cached: int, reasoning: int) -> None:
    told = {"prompt_tokens": 30, "completion_tokens": 5, **more}
    assert read_usage(told, said=True) == Usage(30, 5, 1, cached_tokens=cached, reasoning_tokens=reasoning)


def test_what_was_thought_may_stand_in_the_sum_alone() -> None:
    told = {"prompt_tokens": 30, "completion_tokens": 5, "total_tokens": 135}
    thought = {**told, "completion_tokens_details": {"reasoning_tokens": 100}}
    assert read_usage(told, said=True) == Usage(30, 105, 1)
    assert read_usage(thought, said=True) == Usage(30, 105, 1, reasoning_tokens=100)


def test_usage_lasts_through_json() -> None:
    usage = Usage(30, 5, 1, None, 20, 4, 1)
    assert Usage(**json.loads(json.dumps(usage.to_dict()))) == usage
